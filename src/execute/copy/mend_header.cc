// SPDX-License-Identifier: Apache-2.0
#include "execute/copy/mend_header.h"

#include <fmt/format.h>

#include <string>

#include "execute/copy/repair_statistics.h"

namespace pqpack {
namespace {

Status NotRead(Encoding encoding) {
  return Error(ErrorCode::kUnsupported, "the target does not read " + ToString(encoding));
}

Result<bool> MendDictionary(PagesBefore before, DictionaryPageHeader* dictionary) {
  if (before.dictionary || before.data) {
    return Error(ErrorCode::kCorrupt, "a dictionary page behind other pages");
  }
  // The same bytes under two names; the later one is the format's advice (Encodings.md).
  const bool renamed = dictionary->encoding == Encoding::kPlainDictionary;
  if (renamed) dictionary->encoding = Encoding::kPlain;
  if (dictionary->encoding != Encoding::kPlain) return NotRead(dictionary->encoding);
  return renamed;
}

Result<bool> MendEncoding(const ChunkRules& rules, PagesBefore before, Encoding* encoding) {
  const bool renamed = *encoding == Encoding::kPlainDictionary;
  if (renamed) *encoding = Encoding::kRleDictionary;
  if (!rules.target.encodings.Has(*encoding)) return NotRead(*encoding);
  if (IsDictionary(*encoding) && !before.dictionary) {
    return Error(ErrorCode::kCorrupt, "indices without a dictionary page before them");
  }
  return renamed;
}

// parquet-mr calls levels that are not there BIT_PACKED; those that are there differ.
Result<bool> MendLevels(int max_level, Encoding* encoding) {
  if (*encoding == Encoding::kRle) return false;
  if (max_level > 0) {
    return Error(ErrorCode::kUnsupported, "its levels are in " + ToString(*encoding));
  }
  *encoding = Encoding::kRle;
  return true;
}

Result<bool> MendData(const ChunkRules& rules, PagesBefore before, DataPageHeader* data) {
  PQ_ASSIGN(bool changed, MendEncoding(rules, before, &data->encoding));
  PQ_ASSIGN(const bool definition,
            MendLevels(rules.leaf.max_definition_level, &data->definition_level_encoding));
  PQ_ASSIGN(const bool repetition,
            MendLevels(rules.leaf.max_repetition_level, &data->repetition_level_encoding));
  changed |= definition || repetition;
  changed |= RepairPageStatistics(rules.keep_statistics, &data->statistics);
  return changed;
}

Result<bool> MendDataV2(const ChunkRules& rules, PagesBefore before, DataPageHeaderV2* data) {
  const bool flat = rules.leaf.max_repetition_level == 0;
  if (data->num_nulls > data->num_values || data->num_rows > data->num_values ||
      (flat && data->num_rows != data->num_values)) {
    return Error(ErrorCode::kCorrupt,
                 fmt::format("{} values with {} nulls in {} rows", data->num_values,
                             data->num_nulls, data->num_rows));
  }
  PQ_ASSIGN(bool changed, MendEncoding(rules, before, &data->encoding));
  // Booleans: readers that do not know version 2 need not know this either.
  if (data->encoding == Encoding::kRle && !rules.target.pages.Has(PageType::kDataV2)) {
    return NotRead(data->encoding);
  }
  changed |= RepairPageStatistics(rules.keep_statistics, &data->statistics);
  return changed;
}

}  // namespace

Result<bool> MendHeader(const ChunkRules& rules, PagesBefore before, PageHeader* header) {
  if (header->type == PageType::kDictionary) return MendDictionary(before, &*header->dictionary);
  if (header->type == PageType::kData) return MendData(rules, before, &*header->data);
  if (header->type == PageType::kDataV2) return MendDataV2(rules, before, &*header->data_v2);
  return Error(ErrorCode::kUnsupported, "it is no data page and no dictionary");
}

}  // namespace pqpack
