// SPDX-License-Identifier: Apache-2.0
//
// What a rewrite has decided before the first page is read: the schemas on both
// sides and how each column is encoded.  Immutable once planned.
#pragma once

#include <parquet/properties.h>
#include <parquet/schema.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "execute/column_layout.h"
#include "execute/column_source.h"
#include "execute/schema_node.h"
#include "format/row_group.h"
#include "target/target.h"

namespace pqpack {

using KeyValuePairs = std::vector<std::pair<std::string, std::string>>;

struct OutputLayout {
  std::shared_ptr<parquet::schema::GroupNode> source_schema;  // enough to decode
  SchemaNode tree;                    // of the output; its leaves carry the conversions
  std::vector<ColumnLayout> columns;  // one per leaf
  std::optional<KeyValuePairs> key_values;
  std::vector<parquet::SortingColumn> sorting;
  WriterQuirks quirks;
};

// Bytes without a type may become texts, if every value is one: the values have to be read before
// the schema is known.
bool MayHaveTexts(const OutputLayout& layout);

// The rows of a group that are sorted so are it in the output as well: the columns are there, and
// their values keep their order.
bool IsSorting(const std::vector<SortingColumn>& columns, const SchemaNode& output);

// The key under which Arrow keeps its own schema; it must not survive a change
// of types.
constexpr const char* kArrowSchemaKey = "ARROW:schema";

// The library looks at the sizes of pages and of the dictionary only after each batch
// of so many values.  Larger batches make dictionary encoding cheaper than the
// library's 1,024 do.
constexpr int64_t kWriteBatch = 65536;
constexpr int64_t kDictionaryLimit = kMiB;  // of the values in it

// kInternal where the library refuses a setting.
Result<std::shared_ptr<parquet::WriterProperties>> PropertiesOf(
    const OutputLayout& layout, const std::shared_ptr<parquet::schema::GroupNode>& schema,
    const Target& target, arrow::MemoryPool* pool);

}  // namespace pqpack
