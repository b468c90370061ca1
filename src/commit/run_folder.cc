// SPDX-License-Identifier: Apache-2.0
#include "commit/run_folder.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace pqpack {
namespace {

// 'd': a digit; 'x': a hexadecimal one; others stand for themselves.
constexpr std::string_view kForm = "ddddddddtddddddz-xxxxxxxxxxxxxxxx";

bool Fits(char c, char form) {
  const bool digit = c >= '0' && c <= '9';
  if (form == 'd') return digit;
  if (form == 'x') return digit || (c >= 'a' && c <= 'f');
  return c == form;
}

}  // namespace

std::string MakeRunId(TimePoint now, uint64_t random) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  const auto utc = fmt::gmtime(std::chrono::system_clock::to_time_t(seconds));
  return fmt::format("{:%Y%m%dt%H%M%Sz}-{:016x}", utc, random);
}

bool IsRunId(std::string_view text) { return std::ranges::equal(text, kForm, Fits); }

Uri RunsFolder(const Uri& root) { return root.Child("_pqpack/"); }
Uri LockName(const Uri& root) { return RunsFolder(root).Child("lock"); }
Uri PlansFolder(const Uri& root) { return RunsFolder(root).Child("plans/"); }
Uri SwapsFolder(const Uri& root) { return RunsFolder(root).Child("swaps/"); }

namespace {

constexpr size_t kRunSize = kForm.size() + 1;  // "-RUN"

bool EndsInRun(std::string_view name) {
  return name.size() > kRunSize && name[name.size() - kRunSize] == '-' &&
         IsRunId(name.substr(name.size() - kForm.size()));
}

}  // namespace

bool IsSwapPlace(const Uri& root, const Uri& uri) {
  const auto place = SwapPlace(root, std::string());
  if (!place.ok() || place->scheme != uri.scheme || place->bucket != uri.bucket) return false;
  const std::string_view base = std::string_view(place->key).substr(0, place->key.size() - 2);
  std::string_view key = uri.key;
  if (!key.starts_with(base)) return false;
  key = key.substr(FolderPart(base).size());
  key = key.substr(0, key.find('/'));
  return key.size() == NamePart(base).size() + kRunSize && EndsInRun(key);
}

Result<Uri> SwapPlace(const Uri& root, const std::string& run) {
  Uri place = root.AsFolder();
  if (place.key.size() < 2) {
    return Error(ErrorCode::kConfig,
                 root.ToString() + " is a whole bucket: there is no place beside it",
                 "Compact in place, or move the table into a folder (--target_s3_path with "
                 "--delete_original_files true).");
  }
  place.key.pop_back();
  if (EndsInRun(place.Name())) place.key.resize(place.key.size() - kRunSize);
  place.key += "-" + run + "/";
  return place;
}

Uri RunFolder::uri() const { return RunsFolder(root).Child(run + "/"); }
Uri RunFolder::journal() const { return uri().Child("journal.json"); }
Uri RunFolder::list() const { return uri().Child("publish.json"); }
Uri RunFolder::probe() const { return uri().Child("_probe"); }
Uri RunFolder::swap_record() const { return SwapsFolder(root).Child(run + ".json"); }
Uri RunFolder::staged_folder() const { return uri().Child("staged/"); }
Uri RunFolder::staged(int64_t number) const {
  return staged_folder().Child(fmt::format("_{}.staged", number));
}

Uri RunFolder::plan() const { return PlansFolder(root).Child(run + "/"); }
Uri RunFolder::plan_begun() const { return plan().Child("begun.json"); }
Uri RunFolder::plan_receipts() const { return plan().Child("receipts/"); }
Uri RunFolder::plan_receipt(int64_t task) const {
  return plan_receipts().Child(fmt::format("{}.json", task));
}
Uri RunFolder::plan_staged_folder() const { return plan().Child("staged/"); }
Uri RunFolder::plan_staged(int64_t number, std::string_view by) const {
  return plan_staged_folder().Child(fmt::format("_{}-{}.staged", number, by));
}

}  // namespace pqpack
