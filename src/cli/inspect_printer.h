// SPDX-License-Identifier: Apache-2.0
//
// What `pqpack inspect` has to say, in the order in which it is found out: the file, its
// schema, then each row group with its chunks, pages and indexes, the summary last.
// Two forms: text (inspect_text.h) and JSON (inspect_json.h).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/run_end.h"
#include "format/schema_tree.h"
#include "inspect/read_footer.h"
#include "inspect/read_indexes.h"
#include "inspect/walk_pages.h"
#include "store/object_store.h"

namespace pqpack::cli {

// A column chunk on its way through the printer.  Borrowed.
struct ChunkView {
  int64_t row_group = 0;
  int64_t column = 0;
  std::string path;  // dotted, from the schema where that can be
  const ColumnChunk* chunk = nullptr;
  const SchemaElement* element = nullptr;  // the leaf's; null where the schema has none
};

// Where something is wrong.  Absent: not told, or not inside of one.
struct BreakPlace {
  std::optional<int64_t> row_group = {};
  std::optional<int64_t> column = {};
  std::string path = {};
  std::string part = {};  // "footer", "pages", "column index", ...
};

struct Break {
  BreakPlace place;
  Status problem;

  // "row group 0, column 1 (a.b), pages"
  std::string Where() const;
  // What is wrong there, without the part's name in front.
  std::string What() const;
};

// The status is why there is nothing to say, or no more; or the first break.
struct InspectOutcome : RunEnd {
  std::optional<Break> first;  // of those below
  int64_t breaks = 0;
  int64_t pages = 0;
  std::map<CrcState, int64_t> crcs;
  int64_t bytes_read = 0;
};

class InspectPrinter {
 public:
  virtual ~InspectPrinter() = default;

  virtual void File(const ObjectInfo& object, const FooterReport& footer) = 0;
  // Null `tree`: the elements make none.  `shown` has an entry per element.
  virtual void Schema(const FileMetaData& meta, const SchemaTree* tree,
                      const std::vector<bool>& shown) = 0;
  virtual void Group(int64_t row_group, const RowGroup& group) = 0;
  virtual void Chunk(const ChunkView& view) = 0;
  // Pages that no chunk is known for, since there is no footer.
  virtual void LostPages(int64_t from) = 0;
  // Null `view`: a lost one.
  virtual void Page(const ChunkView* view, int64_t index, const WalkedPage& page) = 0;
  virtual void EndPages(const ChunkView* view, const WalkEnd& end) = 0;
  virtual void Indexes(const ChunkView& view, const IndexReport<ColumnIndex>& column_index,
                       const IndexReport<OffsetIndex>& offset_index,
                       const IndexReport<ParsedBloomFilterHeader>& bloom_filter) = 0;
  virtual void Broke(const Break& broken) = 0;
  virtual void Summary(const InspectOutcome& outcome) = 0;
};

// "UNORDERED", "ASCENDING", ...
std::string ToString(BoundaryOrder order);

}  // namespace pqpack::cli
