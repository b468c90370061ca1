// SPDX-License-Identifier: Apache-2.0
//
// Where the marks come from: Iceberg's table spec (file system tables), Delta's protocol
// ("Delta Log Entries"), Hudi's and Paimon's specifications of the file layout, and Hive's
// AcidUtils, whose folders may have a statement id or a visibility id behind the numbers
// (`delta_5_5_0`, `base_7_v12`).
#include "catalog/table_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace pqpack {
namespace {

using Format = TableFormat;

Status Refused(const Format& format, const Uri& where, std::string_view mark) {
  return RefuseFormat(format, where.ToString() + " is, holds or lies in", mark);
}

// digits { '_' digits }, `least` of them or more; "v" may stand before the last.
bool AreNumbers(std::string_view text, int least) {
  int numbers = 0;
  while (true) {
    if (numbers >= least && text.starts_with('v')) text.remove_prefix(1);
    const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0) return false;
    ++numbers;
    text.remove_prefix(digits);
    if (text.empty()) return numbers >= least;
    if (text.front() != '_') return false;
    text.remove_prefix(1);
  }
}

bool TakePrefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool IsAcidFolder(std::string_view name) {
  if (TakePrefix(name, "base_")) return AreNumbers(name, 1);
  TakePrefix(name, "delete_");
  return TakePrefix(name, "delta_") && AreNumbers(name, 2);
}

// The format whose mark is a folder of this name, wherever it is.
const Format* FormatOfFolder(std::string_view name) {
  if (name == "_delta_log" || name == "_symlink_format_manifest") return &kDelta;
  return name == ".hoodie" ? &kHudi : nullptr;
}

// The format whose mark is an object of this name in a folder of that name.
const Format* FormatOfObject(std::string_view folder, std::string_view name) {
  if (name == ".hoodie_partition_metadata") return &kHudi;
  const bool json = name.find(".metadata.json") != std::string_view::npos;  // .gz may follow
  return folder == "metadata" && json ? &kIceberg : nullptr;
}

bool IsNumbered(std::string_view name, std::string_view prefix) {
  return TakePrefix(name, prefix) && AreNumbers(name, 1);
}

// The folders' names of a path, one at a time; what is left in the end is the object's.
template <typename Visit>
Status ForEachFolder(std::string_view& path, Visit visit) {
  for (size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/')) {
    PQ_RETURN_NOT_OK(visit(path.substr(0, slash)));
    path.remove_prefix(slash + 1);
  }
  return Status::OK();
}

Status NotSeen(const Status& status, const Uri& folder) {
  if (CodeOf(status) != ErrorCode::kDenied) return status;
  return Error(ErrorCode::kDenied,
               fmt::format("{}; so nobody can tell whether the table belongs to Iceberg, Delta, "
                           "Hudi or Paimon",
                           std::string(status.message())),
               fmt::format("Allow to list {}.", folder.ToString()));
}

// The first object below `folder` for whose path there `matches` is true.
template <typename Condition>
Result<std::optional<std::string>> FindBelow(ObjectStore& store, const Uri& folder,
                                             Condition matches) {
  auto listing = store.List(folder);
  if (CodeOf(listing.status()) == ErrorCode::kNotFound) return std::nullopt;
  PQ_RETURN_NOT_OK(NotSeen(listing.status(), folder));
  const size_t prefix = folder.AsFolder().key.size();
  while (true) {
    auto page = (*listing)->Next();
    PQ_RETURN_NOT_OK(NotSeen(page.status(), folder));
    if (page->empty()) return std::nullopt;
    for (const ObjectInfo& object : *page) {
      if (matches(std::string_view(object.uri.key).substr(prefix))) return object.uri.ToString();
    }
  }
}

bool Always(std::string_view) { return true; }

Status CheckFolder(ObjectStore& store, const Uri& folder, const Uri& asked) {
  const auto refuse = [&](const Format& format, std::string_view below, auto matches) -> Status {
    PQ_ASSIGN(const auto mark, FindBelow(store, folder.Child(below), matches));
    return mark ? Refused(format, asked, *mark) : Status::OK();
  };
  PQ_RETURN_NOT_OK(refuse(kDelta, "_delta_log", Always));
  PQ_RETURN_NOT_OK(refuse(kDelta, "_symlink_format_manifest", Always));
  PQ_RETURN_NOT_OK(refuse(kHudi, ".hoodie", Always));
  PQ_RETURN_NOT_OK(refuse(kIceberg, "metadata", [](std::string_view path) {
    return FormatOfObject("metadata", path) != nullptr;
  }));
  PQ_ASSIGN(const auto schema, FindBelow(store, folder.Child("schema"), [](std::string_view path) {
              return IsNumbered(path, "schema-");
            }));
  if (!schema) return Status::OK();
  return refuse(kPaimon, "snapshot",
                [](std::string_view path) { return IsNumbered(path, "snapshot-"); });
}

// The names of the folder and of those above it, then what lies in each, from the inside
// out.  `base_1` is an ordinary name for what is far above.
Status CheckUpwards(ObjectStore& store, Uri folder, const Uri& asked) {
  std::string_view path = folder.key;
  std::string_view last;
  PQ_RETURN_NOT_OK(ForEachFolder(path, [&](std::string_view name) {
    last = name;
    const Format* format = FormatOfFolder(name);
    return format == nullptr ? Status::OK() : Refused(*format, asked, name);
  }));
  if (IsAcidFolder(last)) return Refused(kAcid, asked, last);
  while (true) {
    PQ_RETURN_NOT_OK(CheckFolder(store, folder, asked));
    if (folder.key.empty() || folder.key == "/") return Status::OK();
    folder.key.pop_back();
    folder = folder.Folder();
  }
}

}  // namespace

Status RefuseFormat(const TableFormat& format, std::string_view what, std::string_view mark) {
  return Error(ErrorCode::kConfig,
               fmt::format("{} {} ({}): {}", what, format.name, mark, format.why),
               std::string(format.action));
}

Status TableFormatWatch::See(std::string_view path) {
  const std::string_view whole = path;
  std::string_view folder;
  PQ_RETURN_NOT_OK(ForEachFolder(path, [&](std::string_view name) {
    folder = name;
    const Format* format = IsAcidFolder(name) ? &kAcid : FormatOfFolder(name);
    return format == nullptr ? Status::OK() : Refused(*format, folder_, whole);
  }));
  if (const Format* format = FormatOfObject(folder, path)) {
    return Refused(*format, folder_, whole);
  }
  const bool schema = folder == "schema" && IsNumbered(path, "schema-");
  const bool snapshot = folder == "snapshot" && IsNumbered(path, "snapshot-");
  if (!schema && !snapshot) return Status::OK();
  const std::string_view above = whole.substr(0, whole.size() - path.size() - folder.size() - 1);
  if (schema) schemas_.emplace(above);
  if (snapshot && schemas_.contains(above)) return Refused(kPaimon, folder_, whole);
  return Status::OK();
}

Status CheckTableFormat(ObjectStore& store, const Uri& folder) {
  const Uri asked = folder.AsFolder();
  PQ_RETURN_NOT_OK(CheckUpwards(store, asked, asked));
  if (asked.scheme != Scheme::kLocal) return Status::OK();
  std::error_code missing;
  const auto real = std::filesystem::canonical(asked.key, missing);
  const Uri place = Uri{Scheme::kLocal, {}, real.string()}.AsFolder();
  // What is not there is the listing's to say.
  if (missing || place == asked) return Status::OK();
  return CheckUpwards(store, place, asked);
}

}  // namespace pqpack
