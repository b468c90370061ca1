// SPDX-License-Identifier: Apache-2.0
//
// Input: a whole file, which verify compares with a neighbour of it: itself, or a copy with a few
// bytes of pages or footer changed, or with two pieces of its pages in each other's place, as the
// input's own bytes decide.  Then
//   - a file that can be read is the same as itself;
//   - what verify takes for the same, by structure where it can, has the same values decoded by
//     Arrow, if these can be decoded at all.
#include <arrow/memory_pool.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "base/executor.h"
#include "base/memory_budget.h"
#include "format/footer.h"
#include "fuzzing.h"
#include "verify/compare_tables.h"
#include "whole_file.h"

namespace pqpack::fuzz {
namespace {

// What a file may hold; more is refused, and that is no finding.
constexpr int64_t kPool = 16 * kMiB;

class Neighbour {
 public:
  // `pages`: the bytes of the data, which lie between the magic and the footer.
  Neighbour(Bytes bytes, int64_t pages)
      : file_(AsText(bytes)),
        pages_(static_cast<size_t>(pages)),
        dice_(std::hash<std::string_view>()(file_)) {}

  std::string Make() {
    switch (dice_() % 4) {
      case 0:
        break;
      case 1:
        Change(kMagicSize, pages_);
        break;
      case 2:
        Change(kMagicSize + pages_, file_.size() - kMagicSize - pages_ - kFooterTailSize);
        break;
      default:
        Swap();
    }
    return file_;
  }

 private:
  // One to four bytes of `length` from `begin` on.
  void Change(size_t begin, size_t length) {
    if (length == 0) return;
    for (size_t n = 1 + dice_() % 4; n > 0; --n) {
      file_[begin + dice_() % length] ^= static_cast<char>(1 << dice_() % 8);
    }
  }

  void Swap() {
    const size_t length = std::min<size_t>(1 + dice_() % 64, pages_ / 2);
    if (length == 0) return;
    const size_t one = dice_() % (pages_ - 2 * length + 1);
    const size_t other = one + length + dice_() % (pages_ - one - 2 * length + 1);
    std::swap_ranges(file_.begin() + At(one), file_.begin() + At(one + length),
                     file_.begin() + At(other));
  }

  static std::ptrdiff_t At(size_t page_byte) {
    return static_cast<std::ptrdiff_t>(kMagicSize + page_byte);
  }

  std::string file_;
  const size_t pages_;
  std::mt19937_64 dice_;
};

class Verify {
 public:
  Verify(Bytes bytes, const std::string& other)
      : same_(AsText(bytes) == other),
        a_(Put(store_, "a", bytes)),
        b_(Put(store_, "b", AsBytes(other))) {}

  void Run() {
    const auto found = Compare(Proof::kAuto);
    if (!found.ok()) return;
    Require(!same_ || !found->difference, "a file that can be read is the same as itself");
    if (found->difference) return;
    const auto decoded = Compare(Proof::kContent);
    // Structure proves that bytes are equal, not that anybody can read them.
    if (!decoded.ok()) return;
    Require(!decoded->difference, "what is the same by structure is the same decoded");
  }

 private:
  Result<Comparison> Compare(Proof proof) {
    static Executor executor(1);
    CappedPool pool(arrow::system_memory_pool(), kPool);
    CompareOptions options;
    options.proof = proof;
    options.executor = &executor;
    options.pool = &pool;
    return CompareTables({&store_, {a_}}, {&store_, {b_}}, std::nullopt, options);
  }

  const bool same_;
  MemoryStore store_{{"b"}};
  const ObjectInfo a_, b_;
};

// Bytes of data, or nothing where the footer is none, or claims more than is decoded here.
std::optional<int64_t> DataOf(Bytes bytes) {
  const auto size = static_cast<int64_t>(bytes.size());
  const auto place = LocateFooter(bytes, size);
  if (!place.ok()) return std::nullopt;
  const auto footer = ParseFooter(bytes.subspan(static_cast<size_t>(place->footer.offset),
                                                static_cast<size_t>(place->footer.length)));
  if (!footer.ok() || ClaimsMuch(*footer)) return std::nullopt;
  return place->footer.offset - kMagicSize;
}

}  // namespace
}  // namespace pqpack::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pqpack::fuzz;  // NOLINT(google-build-using-namespace)
  const pqpack::Bytes bytes(data, size);
  const auto pages = DataOf(bytes);
  if (!pages) return 0;
  const std::string other = Neighbour(bytes, *pages).Make();
  // It may claim more than the input does.
  if (DataOf(pqpack::AsBytes(other))) Verify(bytes, other).Run();
  return 0;
}
