// SPDX-License-Identifier: Apache-2.0
//
// Statistics as the footer has them, held against themselves and the rules of their type.
// Whether they fit the values is seen only by reading these (--deep).
//
// Source: parquet.thrift, Statistics and ColumnOrder; LogicalTypes.md for the orders.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "diagnose/checks/groups.h"
#include "diagnose/said_of_values.h"
#include "diagnose/value_order.h"

namespace pqpack {
namespace {

template <typename Fn>
void ForEachStatistics(const FileView& view, const Fn& fn) {
  ForEachChunk(view,
               [&](Place place, const RowGroup&, const ColumnChunk&, const ColumnMetaData& meta) {
                 if (meta.statistics && view.HasLeaf(place.column))
                   fn(place, meta, *meta.statistics);
               });
}

const SchemaElement& LeafOf(const FileView& view, Place place) {
  return view.tree.element(view.LeafNode(place.column));
}

void DistinctZero(const FileView& view, const Target&, Finder* found) {
  ForEachStatistics(view, [&](Place place, const ColumnMetaData& meta, const Statistics& stats) {
    if (stats.distinct_count != 0 || meta.num_values == 0) return;
    if (stats.null_count == meta.num_values) return;  // true, then
    found->Add(place, fmt::format("distinct_count = 0"));
  });
}

void NullCount(const FileView& view, const Target&, Finder* found) {
  ForEachStatistics(view, [&](Place place, const ColumnMetaData& meta, const Statistics& stats) {
    if (!stats.null_count) return;
    const int max_level = view.tree.node(view.LeafNode(place.column)).max_definition_level;
    if (*stats.null_count >= 0 && *stats.null_count <= MostNulls(max_level, meta.num_values)) {
      return;
    }
    found->Add(place, fmt::format("null_count = {} of {} values{}", *stats.null_count,
                                  meta.num_values, max_level == 0 ? " that are all required" : ""));
  });
}

// In which NaN has its place.
bool HasTotalOrder(const FileView& view, Place place) {
  const auto& orders = view.footer.column_orders;
  const auto column = static_cast<size_t>(place.column);
  return orders && column < orders->size() &&
         (*orders)[column].kind == ColumnOrderKind::kIeee754Total;
}

void Bounds(const FileView& view, const Target&, Finder* found) {
  ForEachStatistics(view, [&](Place place, const ColumnMetaData&, const Statistics& stats) {
    if ((!stats.min_value && !stats.max_value) || HasTotalOrder(view, place)) return;
    const ValueOrder order = ValueOrder::Of(LeafOf(view, place));
    for (const auto& [name, bound] :
         {std::pair{"min_value", &stats.min_value}, std::pair{"max_value", &stats.max_value}}) {
      if (!*bound) continue;
      if (!order.IsValue(**bound)) {
        found->Add(place, fmt::format("{} has {} bytes", name, (*bound)->size()));
        return;
      }
      if (order.IsNaN(**bound)) {
        found->Add(place, fmt::format("{} is NaN", name));
        return;
      }
    }
    if (!stats.min_value || !stats.max_value || !order.defined()) return;
    if (order.Less(*stats.max_value, *stats.min_value)) {
      found->Add(place, "min_value is above max_value");
    }
  });
}

// A column of one infinity got the largest finite number for its other bound.
void Infinite(const FileView& view, const Target&, Finder* found) {
  ForEachStatistics(view, [&](Place place, const ColumnMetaData& meta, const Statistics& stats) {
    const std::string problem = FiniteBoundOfInfinities(stats, meta.type);
    if (!problem.empty()) found->Add(place, problem);
  });
}

void Legacy(const FileView& view, const Target&, Finder* found) {
  ForEachStatistics(view, [&](Place place, const ColumnMetaData&, const Statistics& stats) {
    const bool old = stats.min || stats.max;
    if (old && !stats.min_value && !stats.max_value) found->Add(place, "min and max only");
  });
}

void ColumnOrders(const FileView& view, const Target&, Finder* found) {
  const auto& orders = view.footer.column_orders;
  const size_t leaves = view.tree.leaves().size();
  if (orders && orders->size() != leaves) {
    found->Add({}, fmt::format("{} orders for {} columns", orders->size(), leaves));
    return;
  }
  if (orders) return;
  bool bounds = false;
  ForEachStatistics(view, [&](Place, const ColumnMetaData&, const Statistics& stats) {
    bounds |= stats.min_value || stats.max_value;
  });
  if (bounds) found->Add({}, "no column_orders");
}

void Histograms(const FileView& view, const Target&, Finder* found) {
  ForEachChunk(
      view, [&](Place place, const RowGroup&, const ColumnChunk&, const ColumnMetaData& meta) {
        if (!meta.size_statistics || !view.HasLeaf(place.column)) return;
        const SchemaTree::Node& leaf = view.tree.node(view.LeafNode(place.column));
        const SizeStatistics& sizes = *meta.size_statistics;
        const auto check = [&](const char* what, const auto& histogram, int max) {
          if (!histogram) return;
          if (!IsAsLongAsLevels(*histogram, max)) {
            found->Add(place, fmt::format("{} histogram of {} entries for {} levels", what,
                                          histogram->size(), max + 1));
          } else if (!AddsUp(*histogram, meta.num_values)) {
            found->Suspect(place, fmt::format("{} histogram that does not add up to {} values",
                                              what, meta.num_values));
          }
        };
        check("repetition level", sizes.repetition_level_histogram, leaf.max_repetition_level);
        check("definition level", sizes.definition_level_histogram, leaf.max_definition_level);
      });
}

constexpr std::string_view kDropped =
    "the statistics are dropped, or counted anew where the "
    "column is encoded again";

constexpr Check kChecks[] = {
    {
        .id = "distinct-count-zero",
        .title = "statistics say that no value is distinct, without having counted",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kFooter,
        .mend = "distinct_count is dropped",
        .evidence = "apache/arrow-go#807",
        .severity = Warn,
        .run = DistinctZero,
    },
    {
        .id = "null-count",
        .title = "null_count is negative or more than there can be",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kFooter,
        .mend = kDropped,
        .evidence = "apache/arrow-go#489",
        .severity = Warn,
        .run = NullCount,
    },
    {
        .id = "statistics-bounds",
        .title = "min_value or max_value is no value of the type, NaN, or the wrong way round",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kFooter,
        .mend = kDropped,
        .evidence = "apache/arrow-go#210 apache/arrow-go#917",
        .severity = Warn,
        .run = Bounds,
    },
    {
        .id = "infinite-bounds",
        .title = "a bound is the largest finite number where all values are infinite",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kFooter,
        .mend = kDropped,
        .evidence = "apache/arrow-go#1007 apache/arrow#50182",
        .severity = Warn,
        .run = Infinite,
    },
    {
        .id = "legacy-statistics",
        .title = "only the deprecated min and max, which most readers do not use",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kReencode,
        .mend = "--engine reencode takes bounds anew",
        .evidence = "https://issues.apache.org/jira/browse/PARQUET-686",
        .severity = Warn,
        .run = Legacy,
    },
    {
        .id = "column-orders",
        .title = "bounds without column_orders, by which readers know how they were compared",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kFooter,
        .mend = "bounds whose order is not known are dropped",
        .evidence = "https://parquet.apache.org/docs/file-format/metadata/",
        .severity = Warn,
        .run = ColumnOrders,
    },
    {
        .id = "level-histogram",
        .title = "a histogram of levels is not as long as there are levels, or does not add up",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kFooter,
        .mend = "the size statistics are dropped",
        .evidence = "apache/arrow#45283",
        .severity = Broken,
        .run = Histograms,
    },
};

}  // namespace

std::span<const Check> StatisticsChecks() { return kChecks; }

}  // namespace pqpack
