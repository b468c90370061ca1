// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "diagnose/findings.h"
#include "diagnose/writers.h"
#include "execute/copy/copy_file.h"
#include "execute/output_layout.h"
#include "format/footer.h"
#include "format/schema_tree.h"

namespace pqpack {
namespace {

// Of levels, or not of values alone: what they are in shows in each page header.
bool MayBeOfLevels(Encoding encoding) {
  return encoding == Encoding::kRle || encoding == Encoding::kBitPacked;
}

bool IsByteArray(const SchemaElement& element) {
  return element.type == PhysicalType::kByteArray ||
         element.type == PhysicalType::kFixedLenByteArray;
}

bool IsUnsigned(const SchemaElement& element) {
  if (element.logical_type && element.logical_type->kind == LogicalKind::kInteger) {
    return !element.logical_type->is_signed;
  }
  const auto converted = element.converted_type.value_or(ConvertedType::kUtf8);
  return converted >= ConvertedType::kUint8 && converted <= ConvertedType::kUint64;
}

bool HasBounds(const FileMetaData& footer, size_t column) {
  return std::ranges::any_of(footer.row_groups, [column](const RowGroup& group) {
    const auto& statistics = group.columns[column].meta_data->statistics;
    return statistics &&
           (statistics->min_value || statistics->max_value || statistics->min || statistics->max);
  });
}

// Every fault that is known of a writer's statistics in footers (writers.cc) concerns byte
// arrays, or unsigned numbers, or shows in the statistics themselves.  Those in page headers
// are worse: arrow-go 18.5.0 counts nulls of the pages before, too.
void PlanBounds(const FileMetaData& footer, const SchemaTree& tree, CopyPlan* copy,
                Findings* repairs) {
  const Writer writer = ParseCreatedBy(footer.created_by.value_or(""));
  const bool faulty = std::ranges::any_of(FaultsOf(writer), [](const WriterFault* fault) {
    return fault->concerns == Concerns::kStatistics;
  });
  copy->keep_page_statistics = !faulty;
  const bool ordered = HasColumnOrders(footer);
  for (size_t i = 0; i < tree.leaves().size(); ++i) {
    const int leaf = tree.leaves()[i];
    const SchemaElement& element = tree.element(leaf);
    const bool doubtful = faulty && (IsByteArray(element) || IsUnsigned(element));
    copy->keep_bounds.push_back(ordered && !doubtful);
    if (!doubtful || !HasBounds(footer, i)) continue;
    repairs->Add(fmt::format("min/max dropped, {} may give wrong ones", writer.ToString()),
                 tree.DottedPath(leaf));
  }
}

class ObstacleSearch {
 public:
  ObstacleSearch(const FileMetaData& footer, const RewriteOptions& options)
      : footer_(footer),
        options_(options),
        judge_(ParseCreatedBy(footer.created_by.value_or(""))) {}

  std::vector<Finding> Run(const RewritePlan& plan, const SchemaTree& tree) {
    SchemaNode output = plan.layout->tree;
    SearchSchema(LeavesOf(output), tree);
    const int64_t most = options_.target->max_row_group_rows;
    for (const RowGroup& group : footer_.row_groups) {
      if (most > 0 && group.num_rows > most) obstacles_.Add("row groups with too many rows");
    }
    for (size_t i = 0; i < tree.leaves().size(); ++i) SearchColumn(i, tree);
    return obstacles_.List();
  }

 private:
  void SearchSchema(const std::vector<SchemaNode*>& leaves, const SchemaTree& tree) {
    for (size_t i = 0; i < leaves.size(); ++i) {
      const std::string path = tree.DottedPath(tree.leaves()[i]);
      if (leaves[i]->conversion != Conversion::kNone)
        obstacles_.Add("values of another type", path);
      if (!leaves[i]->level_map.empty()) obstacles_.Add("levels that change", path);
      if (leaves[i]->string_if_utf8) obstacles_.Add("every value has to be UTF-8", path);
    }
  }

  void SearchColumn(size_t i, const SchemaTree& tree) {
    const int leaf = tree.leaves()[i];
    const std::string path = tree.DottedPath(leaf);
    for (const RowGroup& group : footer_.row_groups) {
      if (group.num_rows > 0) SearchChunk(*group.columns[i].meta_data, tree.node(leaf), path);
    }
  }

  void SearchChunk(const ColumnMetaData& chunk, const SchemaTree::Node& leaf,
                   const std::string& path) {
    const WriterVerdict& verdict = judge_.Judge(chunk, leaf);
    if (verdict.trust != Trust::kTrusted) obstacles_.Add(verdict.reason, path);
    const Codec codec = options_.compression.value_or(chunk.codec);
    if (codec != chunk.codec || !options_.target->codecs.Has(codec)) {
      obstacles_.Add("compressed with " + ToString(chunk.codec), path);
    }
    if (chunk.encoding_stats) return SearchPages(*chunk.encoding_stats, path);
    for (const Encoding encoding : chunk.encodings) {
      if (!MayBeOfLevels(encoding)) SearchEncoding(encoding, path);
    }
  }

  void SearchPages(const std::vector<PageEncodingStats>& pages, const std::string& path) {
    for (const PageEncodingStats& stats : pages) {
      if (!options_.target->pages.Has(stats.page_type)) {
        obstacles_.Add("pages of " + ToString(stats.page_type), path);
      }
      SearchEncoding(stats.encoding, path);
    }
  }

  void SearchEncoding(Encoding encoding, const std::string& path) {
    // Has another name by now, which its pages get.
    if (encoding == Encoding::kPlainDictionary) encoding = Encoding::kRleDictionary;
    if (!options_.target->encodings.Has(encoding)) {
      obstacles_.Add("encoded in " + ToString(encoding), path);
    }
  }

  const FileMetaData& footer_;
  const RewriteOptions& options_;
  const ChunkJudge judge_;
  Findings obstacles_;
};

}  // namespace

bool HasColumnOrders(const FileMetaData& footer) {
  const auto leaves = std::ranges::count_if(
      footer.schema, [](const SchemaElement& element) { return element.type.has_value(); });
  return footer.column_orders && footer.column_orders->size() == static_cast<size_t>(leaves);
}

Result<CopyPlan> PlanCopy(const FileMetaData& footer, const RewritePlan& plan,
                          const RewriteOptions& options) {
  PQ_ASSIGN(const SchemaTree tree, SchemaTree::Make(footer.schema));
  CopyPlan copy;
  copy.obstacles = ObstacleSearch(footer, options).Run(plan, tree);
  Diagnosis diagnosis = plan.common;
  PlanBounds(footer, tree, &copy, &diagnosis.repairs);
  copy.repairs = diagnosis.repairs.List();
  copy.warnings = diagnosis.warnings.List();
  return copy;
}

}  // namespace pqpack
