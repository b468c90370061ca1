// SPDX-License-Identifier: Apache-2.0
//
// All footers are held at once, because row groups of one side are paired with those of
// the other by row numbers; so each keeps only what says where its pages are, and files of one
// schema share it.  200 files of 1,000 columns took 300 MiB as parsed footers.
#include "verify/file_facts.h"

#include "verify/chunk_reader.h"

namespace pqpack {

bool FileFacts::SameAs(const FileFacts& other) const {
  return quirks == other.quirks && chunks == other.chunks && group_rows == other.group_rows &&
         (schema == other.schema || *schema == *other.schema);
}

FileFacts FactsOf(const FileMetaData& footer, const FileFacts* before) {
  FileFacts facts;
  facts.quirks = QuirksOfWriter(footer);
  size_t count = 0;
  for (const RowGroup& group : footer.row_groups) count += group.columns.size();
  facts.chunks.reserve(count);
  facts.group_rows.reserve(footer.row_groups.size());
  for (const RowGroup& group : footer.row_groups) {
    facts.group_rows.push_back(group.num_rows);
    for (const ColumnChunk& chunk : group.columns) {
      const ColumnMetaData& meta = *chunk.meta_data;
      facts.chunks.push_back({meta.pages(), meta.num_values, meta.codec});
    }
  }
  const bool shared = before != nullptr && *before->schema == footer.schema;
  facts.schema = shared ? before->schema : std::make_shared<const Schema>(footer.schema);
  return facts;
}

}  // namespace pqpack
