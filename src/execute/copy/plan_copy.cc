// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>

#include "base/bytes.h"
#include "diagnose/findings.h"
#include "diagnose/writers.h"
#include "execute/column_layout.h"
#include "execute/copy/copy_file.h"
#include "execute/copy/plan_filters.h"
#include "execute/memory_estimate.h"
#include "execute/output_layout.h"
#include "format/footer.h"
#include "format/schema_tree.h"
#include "inspect/read_indexes.h"

namespace pqpack {
namespace {

// Of levels, or not of values alone: what they are in shows in each page header.
bool MayBeOfLevels(Encoding encoding) {
  return encoding == Encoding::kRle || encoding == Encoding::kBitPacked;
}

bool HasBounds(const FileMetaData& footer, size_t column) {
  return std::ranges::any_of(footer.row_groups, [column](const RowGroup& group) {
    const auto& statistics = group.columns[column].meta_data->statistics;
    return statistics && statistics->HasBounds();
  });
}

// Looked up once a file.
struct KnownWriter {
  explicit KnownWriter(const FileMetaData& footer)
      : writer(ParseCreatedBy(footer.created_by.value_or(""))),
        faults(FaultsOf(writer)),
        judge(writer) {}

  const Writer writer;
  const std::vector<const WriterFault*> faults;
  const ChunkJudge judge;
};

// What is known of a writer's statistics in footers (writers.cc) is about bounds, or shows in
// the statistics themselves.  Those in page headers are worse: arrow-go 18.5.0 counts nulls of
// the pages before, too.
void PlanBounds(const FileMetaData& footer, const SchemaTree& tree, const KnownWriter& known,
                CopyPlan* copy, Findings* repairs) {
  copy->keep_page_statistics = std::ranges::none_of(
      known.faults, [](const WriterFault* fault) { return ConcernsStatistics(*fault); });
  const bool ordered = HasColumnOrders(footer);
  for (size_t i = 0; i < tree.leaves().size(); ++i) {
    const int leaf = tree.leaves()[i];
    const bool doubtful = std::ranges::any_of(known.faults, [&](const WriterFault* fault) {
      return DoubtsBounds(*fault, tree.element(leaf));
    });
    copy->columns[i].keep_bounds = ordered && !doubtful;
    if (!doubtful || copy->columns[i].level == 3 || !HasBounds(footer, i)) continue;
    repairs->Add(fmt::format("min/max dropped, {} may give wrong ones", known.writer.ToString()),
                 tree.DottedPath(leaf));
  }
}

// For a target that wants page indexes.
void PlanIndexes(const FileMetaData& footer, const SchemaTree& tree, const KnownWriter& known,
                 CopyPlan* copy, Findings* repairs) {
  copy->keep_page_index = std::ranges::none_of(known.faults, [](const WriterFault* fault) {
    return fault->concerns == Concerns::kPageIndex;
  });
  if (copy->keep_page_index) return;
  for (const RowGroup& group : footer.row_groups) {
    for (size_t i = 0; i < group.columns.size(); ++i) {
      const ColumnChunk& chunk = group.columns[i];
      if (!chunk.offset_index_offset && !chunk.column_index_offset) continue;
      repairs->Add(
          fmt::format("page index dropped, {} may give wrong ones", known.writer.ToString()),
          tree.DottedPath(tree.leaves()[i]));
    }
  }
}

// Pages of version 1 of a repeated column do not tell how many rows they have.  Where there is no
// other column, levels have to: of one column, since all must have as many.
void PlanRows(const SchemaTree& tree, CopyPlan* copy) {
  const bool all_repeated = std::ranges::all_of(
      tree.leaves(), [&](int leaf) { return tree.node(leaf).max_repetition_level > 0; });
  if (!all_repeated || copy->columns.empty()) return;
  copy->columns.front().count_rows = true;
  copy->columns.front().Need(1,
                             "read whole: no column without lists tells how many rows there are");
}

// Finds the least level of each column, and why.
class LevelSearch {
 public:
  LevelSearch(const FileMetaData& footer, const ChunkJudge& judge, const RewriteOptions& options)
      : footer_(footer), options_(options), judge_(judge) {}

  ColumnPlan Column(size_t i, const SchemaNode& output, const SchemaTree& tree) const {
    const int leaf = tree.leaves()[i];
    ColumnPlan plan;
    plan.path = tree.DottedPath(leaf);
    if (output.conversion != Conversion::kNone) plan.Need(3, "values of another type");
    if (!output.level_map.empty()) plan.Need(3, "levels that change");
    for (const RowGroup& group : footer_.row_groups) {
      if (group.num_rows == 0) continue;
      const ColumnMetaData& chunk = *group.columns[i].meta_data;
      plan.bytes += std::max<int64_t>(chunk.total_compressed_size, 0);
      Chunk(chunk, tree.node(leaf), &plan);
    }
    return plan;
  }

 private:
  void Chunk(const ColumnMetaData& chunk, const SchemaTree::Node& leaf, ColumnPlan* plan) const {
    const WriterVerdict& verdict = judge_.Judge(chunk, leaf);
    if (verdict.trust == Trust::kKnownBad) {
      plan->writer_at_fault = true;
      plan->Need(3, verdict.reason);
    }
    if (verdict.trust == Trust::kUnknown) {
      plan->read = true;
      plan->Need(1, "read whole: " + verdict.reason);
    }
    if (CodecOf(chunk, options_) != chunk.codec) {
      plan->Need(2, "compressed with " + ToString(chunk.codec));
    }
    if (chunk.encoding_stats) return Pages(chunk, plan);
    for (const Encoding encoding : chunk.encodings) {
      if (!MayBeOfLevels(encoding)) Encoded(encoding, plan);
    }
  }

  void Pages(const ColumnMetaData& chunk, ColumnPlan* plan) const {
    for (const PageEncodingStats& stats : *chunk.encoding_stats) {
      if (!options_.target->pages.Has(stats.page_type)) {
        plan->Need(2, "pages of " + ToString(stats.page_type));
      }
      // Booleans, if they are of version 2, which Arrow's writer does not say: see copied_chunk.cc.
      Encoded(stats.encoding, plan);
    }
  }

  void Encoded(Encoding encoding, ColumnPlan* plan) const {
    // Has another name by now, which its pages get.
    if (encoding == Encoding::kPlainDictionary) encoding = Encoding::kRleDictionary;
    if (!options_.target->encodings.Has(encoding))
      plan->Need(3, "encoded in " + ToString(encoding));
  }

  const FileMetaData& footer_;
  const RewriteOptions& options_;
  const ChunkJudge& judge_;
};

// What stands in the way of any copy.
std::vector<Finding> OfTheFile(const FileMetaData& footer, const Target& target) {
  Findings obstacles;
  for (const RowGroup& group : footer.row_groups) {
    if (target.max_row_group_rows > 0 && group.num_rows > target.max_row_group_rows) {
      obstacles.Add("row groups with too many rows");
    }
  }
  return obstacles.List();
}

constexpr int64_t kWindows = 4 * kMiB;    // of what is read, and a page header
constexpr int64_t kUsualPage = 8 * kMiB;  // uncompressed; most writers aim at 1 MiB

// What pages of the chunk may take at level 2: as stored, uncompressed, joined, compressed.
// Whether there are pages of version 2 a footer need not say (Arrow's does not).
int64_t RemadePages(const ColumnMetaData& chunk, const RewriteOptions& options) {
  if (CodecOf(chunk, options) == chunk.codec && options.target->pages.Has(PageType::kDataV2)) {
    return 0;
  }
  const int64_t stored = ClaimedSize(chunk.total_compressed_size);
  const int64_t plain = std::max(stored, ClaimedSize(chunk.total_uncompressed_size));
  int64_t pages = 0;
  for (const auto& stats : chunk.encoding_stats.value_or(std::vector<PageEncodingStats>{})) {
    pages += std::max(stats.count, 0);
  }
  // Twice the mean page is not exceeded by many.
  const int64_t page = pages > 0 ? std::min(kUsualPage, 2 * (plain / pages)) : kUsualPage;
  return 4 * std::min(plain, page);
}

// What copied page indexes take: as they are until the footer is written, and one or two of them
// parsed, an entry of a few bytes in some tens.
int64_t IndexMemory(const FileMetaData& footer, const CopyPlan& copy, const Target& target) {
  if (!target.page_index || !copy.keep_page_index) return 0;
  int64_t all = 0, largest = 0;
  for (const RowGroup& group : footer.row_groups) {
    for (const ColumnChunk& chunk : group.columns) {
      int64_t both = 0;
      for (const auto& length : {chunk.offset_index_length, chunk.column_index_length}) {
        both += std::max(0, length.value_or(0));
      }
      all = std::min(kMaxIndexes, all + both);
      largest = std::min(kMaxIndexes, std::max(largest, both));
    }
  }
  return all + 12 * largest;
}

// Those of row groups with rows that the output can't have.
void PlanSorting(const FileMetaData& footer, const SchemaNode& output, Findings* warnings) {
  for (const RowGroup& group : footer.row_groups) {
    if (group.num_rows == 0 || !group.sorting_columns) continue;
    if (IsSorting(*group.sorting_columns, output)) continue;
    return warnings->Add("sorting_columns are not valid: dropped");
  }
}

// What level 2 mends in column `i`.
void PlanPages(const FileMetaData& footer, size_t i, const ColumnPlan& column,
               const RewriteOptions& options, Findings* repairs) {
  for (const RowGroup& group : footer.row_groups) {
    if (group.num_rows == 0) continue;
    const ColumnMetaData& chunk = *group.columns[i].meta_data;
    const Codec codec = CodecOf(chunk, options);
    if (codec != chunk.codec) repairs->Add(CodecRepair(chunk.codec, codec), column.path);
    if (options.target->pages.Has(PageType::kDataV2) || !chunk.encoding_stats) continue;
    const bool v2 = std::ranges::any_of(*chunk.encoding_stats, [](const PageEncodingStats& pages) {
      return pages.page_type == PageType::kDataV2;
    });
    if (v2) repairs->Add(kV2Repair, column.path);
  }
}

Status PlanColumns(const FileMetaData& footer, const RewritePlan& plan, const SchemaTree& tree,
                   const ChunkJudge& judge, const RewriteOptions& options, CopyPlan* copy,
                   Diagnosis* diagnosis) {
  const auto leaves = LeavesOf(plan.layout->tree);
  const LevelSearch search(footer, judge, options);
  bool all_encoded = true;
  for (size_t i = 0; i < leaves.size(); ++i) {
    const ColumnPlan& column = copy->columns.emplace_back(search.Column(i, *leaves[i], tree));
    all_encoded &= column.level == 3;
    if (column.level == 2) PlanPages(footer, i, column, options, &diagnosis->repairs);
    if (column.level < 3) continue;
    PQ_RETURN_NOT_OK(
        LayOutColumn(footer, i, *leaves[i], *options.target, options.compression, diagnosis)
            .status());
  }
  copy->obstacles = OfTheFile(footer, *options.target);
  if (all_encoded) copy->obstacles = Joined(copy->obstacles, LevelsOf(copy->columns).reasons);
  return Status::OK();
}

}  // namespace

void ColumnPlan::Need(int least, const std::string& reason) {
  level = std::max(level, least);
  if (std::ranges::find(reasons, reason) == reasons.end()) reasons.push_back(reason);
}

Levels LevelsOf(const std::vector<ColumnPlan>& columns) {
  Levels levels;
  levels.level = 1;
  if (columns.empty()) return levels;
  levels.level = std::ranges::min_element(columns, {}, &ColumnPlan::level)->level;
  Findings reasons;
  for (const ColumnPlan& column : columns) {
    for (const std::string& reason : column.reasons) reasons.Add(reason, column.path);
    if (column.level == 3 || column.looked_into()) levels.bytes_decoded += column.bytes;
    if (column.level == levels.level) continue;
    levels.columns.push_back(
        {column.path, column.level, fmt::format("{}", fmt::join(column.reasons, "; "))});
  }
  levels.reasons = reasons.List();
  return levels;
}

Codec CodecOf(const ColumnMetaData& chunk, const RewriteOptions& options) {
  return OutputCodec(chunk.codec, *options.target, options.compression);
}

bool HasColumnOrders(const FileMetaData& footer) {
  const auto leaves = std::ranges::count_if(
      footer.schema, [](const SchemaElement& element) { return element.type.has_value(); });
  return footer.column_orders && footer.column_orders->size() == static_cast<size_t>(leaves);
}

Result<CopyPlan> PlanCopy(const FileMetaData& footer, const RewritePlan& plan,
                          const RewriteOptions& options) {
  PQ_ASSIGN(const SchemaTree tree, SchemaTree::Make(footer.schema));
  CopyPlan copy;
  Diagnosis diagnosis = plan.common;
  const KnownWriter known(footer);
  PQ_RETURN_NOT_OK(PlanColumns(footer, plan, tree, known.judge, options, &copy, &diagnosis));
  PlanRows(tree, &copy);
  copy.only_listed_encodings = std::ranges::any_of(
      known.faults, [](const WriterFault* fault) { return ConcernsEncodings(*fault); });
  PlanBounds(footer, tree, known, &copy, &diagnosis.repairs);
  if (options.target->page_index) PlanIndexes(footer, tree, known, &copy, &diagnosis.repairs);
  PlanSorting(footer, plan.layout->tree, &diagnosis.warnings);
  PlanFilters(footer, plan, known.writer, *options.target, &copy, &diagnosis.warnings);
  if (std::ranges::any_of(copy.columns, &ColumnPlan::writer_at_fault)) {
    diagnosis.repairs.Add(
        fmt::format("created_by changed, {} is known for wrong pages", known.writer.ToString()));
  }
  copy.repairs = diagnosis.repairs.List();
  copy.warnings = diagnosis.warnings.List();
  return copy;
}

int64_t CopyMemory(const FileMetaData& footer, const RewritePlan& plan, const CopyPlan& copy,
                   const RewriteOptions& options) {
  const auto leaves = LeavesOf(plan.layout->tree);
  FileMetaData decoded;  // the columns of which values are
  int64_t pages = 0;     // at level 2
  for (const RowGroup& group : footer.row_groups) {
    RowGroup& part = decoded.row_groups.emplace_back();
    part.num_rows = group.num_rows;
    for (size_t i = 0; i < leaves.size(); ++i) {
      const int level = copy.columns[i].level;
      const bool reads = level == 3 || copy.columns[i].looked_into() || leaves[i]->string_if_utf8;
      if (reads) part.columns.push_back(group.columns[i]);
      if (level < 3) pages = std::max(pages, RemadePages(*group.columns[i].meta_data, options));
    }
    if (part.columns.empty()) decoded.row_groups.pop_back();
  }
  // Twice: the library's hash tables grow by four, beyond what the estimate has of them.  A file
  // that is encoded as a whole is tried again where that is not enough, a copy would be in vain.
  RewriteOptions serial = options;
  serial.width = 1;
  const int64_t encoding = decoded.row_groups.empty() ? 0 : 2 * EstimateMemory(decoded, serial);
  // The check of the output holds what lies behind the pages, twice where it grows.
  const int64_t filters = 3 * copy.filter_bytes;
  return kWindows + IndexMemory(footer, copy, *options.target) + filters +
         std::max(pages, encoding);
}

}  // namespace pqpack
