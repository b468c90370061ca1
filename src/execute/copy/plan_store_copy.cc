// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "diagnose/findings.h"
#include "diagnose/writers.h"
#include "execute/copy/store_copy.h"
#include "execute/output_layout.h"
#include "format/footer.h"
#include "format/schema_tree.h"

namespace pqpack {
namespace {

// A look costs a KiB and perhaps a request.  With less data than this for each, the data may
// as well be read.
constexpr int64_t kDataPerLook = 50 * kKiB;
// Page indexes are held until the footer is written.
constexpr int64_t kMaxIndexes = 32 * kMiB;

template <typename Visit>
void ForEachChunk(const FileMetaData& footer, const Visit& visit) {
  for (const RowGroup& group : footer.row_groups) {
    for (size_t i = 0; i < group.columns.size(); ++i) {
      visit(group, i, group.columns[i]);
    }
  }
}

class Planner {
 public:
  Planner(const FileMetaData& footer, const SchemaTree& tree, const RewriteOptions& options)
      : footer_(footer),
        tree_(tree),
        target_(*options.target),
        writer_(ParseCreatedBy(footer.created_by.value_or(""))),
        judge_(writer_) {
    const auto faults = FaultsOf(writer_);
    faulty_indexes_ = std::ranges::any_of(
        faults, [](const WriterFault* fault) { return fault->concerns == Concerns::kPageIndex; });
  }

  StoreCopyPlan Run(const RewritePlan& plan, const CopyPlan& copy) {
    for (const ColumnPlan& column : copy.columns) {
      if (column.level > 1 || column.read) found_.Add("pages have to be read", column.path);
    }
    SchemaNode output = plan.layout->tree;
    if (std::ranges::any_of(LeavesOf(output), &SchemaNode::string_if_utf8)) {
      found_.Add("values have to be read");
    }
    if (!copy.keep_page_statistics) found_.Add("statistics in page headers have to go");
    ForEachChunk(footer_, [this](const RowGroup& group, size_t i, const ColumnChunk& chunk) {
      SearchChunk(*chunk.meta_data, group.num_rows, tree_.leaves()[i]);
      if (group.num_rows > 0) SearchIndexes(chunk, tree_.leaves()[i]);
    });
    SearchPlaces();
    SearchWorth();
    plan_.obstacles = found_.List();
    return std::move(plan_);
  }

 private:
  void Add(std::string what, int leaf) { found_.Add(std::move(what), tree_.DottedPath(leaf)); }

  void SearchChunk(const ColumnMetaData& chunk, int64_t rows, int leaf) {
    if (rows == 0) {
      if (chunk.total_compressed_size > 0) Add("row groups without rows have pages", leaf);
      return;
    }
    const WriterVerdict& verdict = judge_.Judge(chunk, tree_.node(leaf));
    if (verdict.trust != Trust::kTrusted) Add(verdict.reason, leaf);
    if (chunk.index_page_offset) Add("index pages", leaf);
    for (const Encoding encoding : chunk.encodings) SearchEncoding(encoding, leaf);
    if (!chunk.encoding_stats) return;
    for (const PageEncodingStats& pages : *chunk.encoding_stats) {
      SearchEncoding(pages.encoding, leaf);
    }
  }

  // The list is kept as it is, and an old name in it stands in page headers, too.
  void SearchEncoding(Encoding encoding, int leaf) {
    if (!target_.encodings.Has(encoding) || encoding == Encoding::kBitPacked) {
      Add("page headers may name " + ToString(encoding), leaf);
    }
  }

  void SearchIndexes(const ColumnChunk& chunk, int leaf) {
    if (!target_.page_index || !chunk.offset_index_offset) return;
    if (faulty_indexes_) Add("page indexes of this writer have to go", leaf);
    for (const auto& length : {chunk.offset_index_length, chunk.column_index_length}) {
      index_bytes_ += std::max(0, length.value_or(0));
    }
    if (index_bytes_ > kMaxIndexes) found_.Add("page indexes are large");
  }

  // Every byte of the data is one of a chunk that stays: what is between chunks, or before
  // them, might be rows that the footer hides.
  void SearchPlaces() {
    int64_t at = kMagicSize;
    ForEachChunk(footer_, [&](const RowGroup& group, size_t, const ColumnChunk& chunk) {
      if (group.num_rows == 0) return;
      const ByteRange pages = chunk.meta_data->pages();
      if (pages.offset != at) found_.Add("bytes between the column chunks, or chunks in no order");
      at = pages.end();
      plan_.looks += chunk.meta_data->data_page_offset > pages.offset ? 2 : 1;
    });
    plan_.data = {0, at};
  }

  void SearchWorth() {
    if (plan_.looks == 0) {
      found_.Add("there are no pages");
    } else if (plan_.data.length / plan_.looks < kDataPerLook) {
      found_.Add("column chunks are small");
    }
  }

  const FileMetaData& footer_;
  const SchemaTree& tree_;
  const Target& target_;
  const Writer writer_;
  const ChunkJudge judge_;
  Findings found_;
  StoreCopyPlan plan_;
  bool faulty_indexes_ = false;
  int64_t index_bytes_ = 0;
};

}  // namespace

Result<StoreCopyPlan> PlanStoreCopy(const FileMetaData& footer, const RewritePlan& plan,
                                    const CopyPlan& copy, const RewriteOptions& options) {
  PQ_ASSIGN(const SchemaTree tree, SchemaTree::Make(footer.schema));
  return Planner(footer, tree, options).Run(plan, copy);
}

CoalesceOptions CoalesceLooks(const StoreCopyPlan& plan, Scheme scheme) {
  CoalesceOptions options = CoalesceFor(scheme);
  options.whole = 0;
  options.gap =
      std::min<int64_t>(64 * kKiB, plan.data.length / 200 / std::max<int64_t>(1, plan.looks));
  return options;
}

}  // namespace pqpack
