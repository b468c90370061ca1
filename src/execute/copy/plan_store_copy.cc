// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <span>
#include <string>
#include <utility>

#include "diagnose/findings.h"
#include "execute/copy/store_copy.h"
#include "execute/memory_estimate.h"
#include "execute/output_layout.h"
#include "format/footer.h"
#include "format/schema_tree.h"
#include "inspect/read_indexes.h"

namespace pqpack {
namespace {

// A look costs a KiB and perhaps a request.  With less data than this for each, the data may
// as well be read.
constexpr int64_t kDataPerLook = 50 * kKiB;

template <typename Visit>
void ForEachChunk(std::span<const RowGroup> groups, const Visit& visit) {
  for (const RowGroup& group : groups) {
    for (size_t i = 0; i < group.columns.size(); ++i) {
      visit(group, i, group.columns[i]);
    }
  }
}

class Planner {
 public:
  // `begin`: from where on the row groups' chunks lie one behind the other.
  Planner(std::span<const RowGroup> groups, int64_t begin, const SchemaTree& tree,
          const CopyPlan& copy, const RewriteOptions& options)
      : groups_(groups), begin_(begin), tree_(tree), copy_(copy), target_(*options.target) {}

  StoreCopyPlan Run(const RewritePlan& plan) {
    for (const ColumnPlan& column : copy_.columns) SearchColumn(column);
    if (MayHaveTexts(*plan.layout)) found_.Add("values have to be read");
    if (!copy_.keep_page_statistics) found_.Add("statistics in page headers have to go");
    ForEachChunk(groups_, [this](const RowGroup& group, size_t i, const ColumnChunk& chunk) {
      SearchChunk(*chunk.meta_data, group.num_rows, tree_.leaves()[i]);
      if (target_.page_index) SearchIndexes(group, chunk, tree_.leaves()[i]);
    });
    SearchPlaces();
    SearchWorth();
    plan_.obstacles = found_.List();
    return std::move(plan_);
  }

 private:
  void Add(std::string what, int leaf) { found_.Add(std::move(what), tree_.DottedPath(leaf)); }

  void SearchColumn(const ColumnPlan& column) {
    if (column.level == 1 && !column.looked_into()) return;
    found_.Add("pages have to be read", column.path);
    // Its writer is not trusted, for reasons of its own.
    if (!column.looked_into() && !column.writer_at_fault) return;
    for (const std::string& reason : column.reasons) found_.Add(reason, column.path);
  }

  void SearchChunk(const ColumnMetaData& chunk, int64_t rows, int leaf) {
    if (rows == 0) {
      if (chunk.total_compressed_size > 0) Add("row groups without rows have pages", leaf);
      return;
    }
    // They are kept as they are, and added up.
    for (const int64_t size : {chunk.total_uncompressed_size, chunk.num_values}) {
      if (ClaimedSize(size) != size) Add("sizes that can't be", leaf);
    }
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

  void SearchIndexes(const RowGroup& group, const ColumnChunk& chunk, int leaf) {
    if (group.num_rows > 0 && chunk.offset_index_offset && !copy_.keep_page_index) {
      Add("page indexes of this writer have to go", leaf);
    }
    // All that are fetched, whether they are of use or not; how large the file is is not known.
    for (const ByteRange& place : IndexPlaces(chunk, std::numeric_limits<int64_t>::max())) {
      index_bytes_ += place.length;
    }
    if (index_bytes_ > kMaxIndexes) found_.Add("page indexes are large");
  }

  // Every byte of the data is one of a chunk that stays: what is between chunks, or before
  // them, might be rows that the footer hides.
  void SearchPlaces() {
    int64_t at = begin_;
    ForEachChunk(groups_, [&](const RowGroup& group, size_t, const ColumnChunk& chunk) {
      if (group.num_rows == 0) return;
      const ByteRange pages = chunk.meta_data->pages();
      if (pages.offset != at) found_.Add("bytes between the column chunks, or chunks in no order");
      at = pages.end();
      plan_.looks += chunk.meta_data->data_page_offset > pages.offset ? 2 : 1;
    });
    plan_.data = {begin_, at - begin_};
  }

  void SearchWorth() {
    if (plan_.looks == 0) {
      found_.Add("there are no pages");
    } else if (plan_.data.length / plan_.looks < kDataPerLook) {
      found_.Add("column chunks are small");
    }
  }

  const std::span<const RowGroup> groups_;
  const int64_t begin_;
  const SchemaTree& tree_;
  const CopyPlan& copy_;
  const Target& target_;
  Findings found_;
  StoreCopyPlan plan_;
  int64_t index_bytes_ = 0;
};

}  // namespace

Result<StoreCopyPlan> PlanStoreCopy(const FileMetaData& footer, const RewritePlan& plan,
                                    const CopyPlan& copy, const RewriteOptions& options) {
  PQ_ASSIGN(const SchemaTree tree, SchemaTree::Make(footer.schema));
  StoreCopyPlan whole = Planner(footer.row_groups, kMagicSize, tree, copy, options).Run(plan);
  whole.data = {0, whole.data.end()};  // the magic is copied, too
  return whole;
}

StoreCopyPlan PlanRowGroupCopy(const RowGroup& group, const SchemaTree& tree,
                               const RewritePlan& plan, const CopyPlan& copy,
                               const RewriteOptions& options) {
  const int64_t begin =
      group.columns.empty() ? kMagicSize : group.columns[0].meta_data->pages().offset;
  return Planner({&group, 1}, begin, tree, copy, options).Run(plan);
}

CoalesceOptions CoalesceLooks(const StoreCopyPlan& plan, Scheme scheme) {
  CoalesceOptions options = CoalesceFor(scheme);
  options.whole = 0;
  options.gap =
      std::min<int64_t>(64 * kKiB, plan.data.length / 200 / std::max<int64_t>(1, plan.looks));
  return options;
}

}  // namespace pqpack
