// SPDX-License-Identifier: Apache-2.0
//
// Input: a whole file.  It is merged with itself and with a file that differs from it in a few
// bytes of its pages, so that dictionaries, values and levels do not agree; settings depend on its
// bytes.
//   - No merge ends in an error that is ours.
//   - Where pages may be moved and where every value is encoded anew, and both give a result, these
//     have the same rows, value by value.
#include <arrow/io/memory.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "base/memory_budget.h"
#include "execute/merge/group_inputs.h"
#include "execute/merge/merge_files.h"
#include "execute/merge/merged_buffers_testing.h"
#include "fuzzing.h"
#include "inspect/read_footer.h"
#include "target/target.h"
#include "verify/compare_tables.h"
#include "whole_file.h"

namespace pqpack::fuzz {
namespace {

// What a merge may hold; more is refused, and that is no finding.
constexpr int64_t kPool = 16 * kMiB;

// Some bits of pages turned.
std::string Varied(Bytes bytes, const FileMetaData& footer, std::mt19937* random) {
  std::string varied(AsText(bytes));
  for (uint32_t left = (*random)() % 4; left > 0; --left) {
    const auto& groups = footer.row_groups;
    if (groups.empty()) break;
    const auto& columns = groups[(*random)() % groups.size()].columns;
    if (columns.empty()) break;
    const auto& meta = columns[(*random)() % columns.size()].meta_data;
    if (!meta) continue;
    const ByteRange pages = meta->pages();
    if (pages.length <= 0 || pages.end() > static_cast<int64_t>(bytes.size())) continue;
    const auto at =
        static_cast<size_t>(pages.offset) + (*random)() % static_cast<size_t>(pages.length);
    varied[at] = static_cast<char>(varied[at] ^ (1 << (*random)() % 8));
  }
  return varied;
}

class Merge {
 public:
  explicit Merge(Bytes bytes)
      : random_(static_cast<uint32_t>(std::hash<std::string_view>()(AsText(bytes)))) {
    constexpr std::array<const char*, 3> kTargets = {"generic", "snowflake", "spark"};
    options_.encode.target = *FindTarget(kTargets[random_() % kTargets.size()]);
    constexpr std::array<Codec, 3> kCodecs = {Codec::kUncompressed, Codec::kSnappy, Codec::kZstd};
    if (random_() % 4 == 0) options_.encode.compression = kCodecs[random_() % kCodecs.size()];
    options_.encode.batch_size = 1000;
    options_.encode.pool = &pool_;
    options_.encode.memory = kPool;
    // Whole row groups are copied where little is wanted.
    if (random_() % 3 == 0) options_.row_group_size = 1 << random_() % 14;
    if (random_() % 3 == 0) options_.target_file_size = 1 << (8 + random_() % 8);
    Open(bytes);
  }

  void Run() {
    if (files_.empty()) return;
    std::vector<const FileMetaData*> footers;
    for (const FileMetaData& footer : footers_) footers.push_back(&footer);
    const auto sets = GroupInputs(footers, {}, *options_.encode.target);
    if (!sets.ok()) return RequireNotOurs(sets.status());
    for (const MergeSet& set : *sets) {
      options_.copy = true;
      const std::vector<ObjectInfo> moved = Outputs(set, "moved");
      options_.copy = false;
      const std::vector<ObjectInfo> encoded = Outputs(set, "encoded");
      if (!moved.empty() && !encoded.empty()) RequireSameRows(encoded, moved);
    }
  }

 private:
  void Open(Bytes bytes) {
    const auto footer = FooterOf(AsText(bytes));
    if (!footer || ClaimsMuch(*footer)) return;
    const std::string varied = Varied(bytes, *footer, &random_);
    for (const std::string_view file : {AsText(bytes), std::string_view(varied), AsText(bytes)}) {
      files_.push_back(arrow::Buffer::FromString(std::string(file)));
      footers_.push_back(*FooterOf(file));
    }
    if (random_() % 2 != 0) return;
    std::swap(files_[0], files_[1]);
    std::swap(footers_[0], footers_[1]);
  }

  static std::optional<FileMetaData> FooterOf(std::string_view file) {
    arrow::io::BufferReader reader(std::make_shared<arrow::Buffer>(file));
    auto footer = ReadFooter(reader, "source");
    if (!footer.ok()) return std::nullopt;
    return *std::move(footer);
  }

  static void RequireNotOurs(const Status& status) {
    if (CodeOf(status) != ErrorCode::kInternal) return;
    std::fprintf(stderr, "%s\n", status.ToString().c_str());
    Require(false, "an error of a merge is one of its inputs");
  }

  // Nothing where the merge fails.
  std::vector<ObjectInfo> Outputs(const MergeSet& set, const std::string& name) {
    std::vector<MergeInput> inputs;
    for (const FileMetaData& footer : footers_) inputs.push_back({"file", &footer});
    testing::MergedBuffers merged;
    const auto receipt =
        MergeFiles(inputs, set, options_, testing::OpenBuffers(files_), merged.Sinks());
    std::vector<ObjectInfo> outputs;
    if (!receipt.ok()) {
      RequireNotOurs(receipt.status());
      return outputs;
    }
    for (const auto& made : merged.files) {
      outputs.push_back(Put(store_, name + std::to_string(outputs.size()),
                            {made->data(), static_cast<size_t>(made->size())}));
    }
    return outputs;
  }

  Result<Comparison> Compare(const std::vector<ObjectInfo>& a, const std::vector<ObjectInfo>& b) {
    static Executor executor(1);
    CompareOptions options;
    options.executor = &executor;
    options.pool = &pool_;
    return CompareTables({&store_, a}, {&store_, b}, std::nullopt, options);
  }

  void RequireSameRows(const std::vector<ObjectInfo>& encoded,
                       const std::vector<ObjectInfo>& moved) {
    const auto comparison = Compare(encoded, moved);
    if (comparison.ok()) {
      const auto& found = comparison->difference;
      if (!found) return;
      std::fprintf(stderr, "%s: %s, row %lld: %s | %s\n", found->column.c_str(),
                   found->what.c_str(), static_cast<long long>(found->row), found->a.value.c_str(),
                   found->b.value.c_str());
      Require(false, "pages that were moved have the rows that encoding them gives");
    }
    if (CodeOf(comparison.status()) == ErrorCode::kTooLarge || !Compare(encoded, encoded).ok()) {
      return;
    }
    std::fprintf(stderr, "%s\n", comparison.status().ToString().c_str());
    Require(false, "pages that were moved can be read where encoded ones can");
  }

  std::mt19937 random_;
  MemoryStore store_{{"b"}};
  CappedPool pool_{arrow::system_memory_pool(), kPool};
  MergeOptions options_;
  testing::Buffers files_;             // none: the input is no file
  std::vector<FileMetaData> footers_;  // theirs
};

}  // namespace
}  // namespace pqpack::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  pqpack::fuzz::Merge({data, size}).Run();
  return 0;
}
