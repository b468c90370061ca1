// SPDX-License-Identifier: Apache-2.0
//
// The chunks that become one chunk of an output: read, judged, and with what their footers say of
// their values.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "execute/merge/merge_column.h"
#include "execute/merge/page_trusts.h"
#include "execute/merge/page_work.h"
#include "execute/pages/dictionary_entries.h"
#include "execute/pages/page_slots.h"
#include "execute/pages/source_chunk.h"
#include "execute/pages/value_facts.h"

namespace pqpack {

struct SourcePages {
  const OpenSource* source = nullptr;
  const ColumnMetaData* meta = nullptr;  // null: the input has no such column, its rows are null
  SourceChunk chunk;
  SourceLevels levels;
  bool keep_bounds = false;
  ValueFacts facts;  // of all its slots

  int64_t rows() const { return source->group->num_rows; }
  // Of its dictionary page, which is there.  They may be views of the chunk.
  Result<DictionaryEntries> Entries(const ValueShape& shape, Decompressor* unpack) const;
  // What is known of the values of a page: as good as its header or its chunk tell.
  ValueFacts FactsOf(const SourcePage& page, const FactRules& rules) const;
};

// Why the pages of a chunk of the input at `place`, which has that column, can't be moved; empty:
// they can, as far as footers tell.
std::string ObstacleToMoving(const MergeSetup& setup, const PageTrusts& trusts, size_t leaf,
                             size_t place, const ColumnMetaData& chunk);

// Fills `pages`, which is empty.  Errors as MergePages(), without the source's name.
Status ReadSourcePages(const MergeSetup& setup, const PageTrusts& trusts, size_t leaf,
                       const FactRules& rules, const OpenSource& source, SourcePages* pages);

PageSums SumsOf(std::span<const SourcePages> sources);

}  // namespace pqpack
