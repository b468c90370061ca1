// SPDX-License-Identifier: Apache-2.0
#include "damage.h"

#include <arrow/io/memory.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "format/footer.h"
#include "format/levels.h"
#include "format/page_header.h"
#include "format/schema_tree.h"
#include "inspect/read_footer.h"

namespace pqpack::merges {
namespace {

// Bytes of a file of which one kind of thing is made.
struct Part {
  const char* what;
  size_t offset;
  size_t length;
};

class Parts {
 public:
  Parts(const arrow::Buffer& file, const ColumnMetaData& meta, MaxLevels max)
      : file_(file.data(), static_cast<size_t>(file.size())), meta_(meta), max_(max) {}

  std::vector<Part> Find() {
    const ByteRange pages = meta_.pages();
    for (auto at = static_cast<size_t>(pages.offset); at < static_cast<size_t>(pages.end());) {
      const auto parsed = ParsePageHeader(file_.subspan(at));
      if (!parsed.ok() || !parsed->has_value()) break;
      const PageHeader& header = (*parsed)->header;
      at += static_cast<size_t>((*parsed)->length);
      const auto size = static_cast<size_t>(header.compressed_page_size);
      AddPage(header, file_.subspan(at, size));
      at += size;
    }
    return std::move(parts_);
  }

 private:
  void Add(const char* what, Bytes bytes) {
    const auto offset = static_cast<size_t>(bytes.data() - file_.data());
    if (!bytes.empty()) parts_.push_back({what, offset, bytes.size()});
  }

  void AddPage(const PageHeader& header, Bytes body) {
    if (meta_.codec != Codec::kUncompressed) return Add("compressed bytes", body);
    if (!header.is_data()) return Add("an entry", body);
    const auto split = header.data ? SplitPage(LevelsOf(*header.data), body, max_)
                                   : SplitPage(LevelsOf(*header.data_v2), body, max_);
    if (!split.ok()) return Add("a body", body);
    Add("a repetition level", split->repetition.bytes);
    Add("a definition level", split->definition.bytes);
    Add(IsDictionary(*header.encoding()) ? "an index" : "a value", split->values);
  }

  const Bytes file_;
  const ColumnMetaData& meta_;
  const MaxLevels max_;
  std::vector<Part> parts_;
};

std::vector<Part> PartsOfAnyChunk(Random& random, const BufferPtr& file) {
  arrow::io::BufferReader reader(file);
  const FileMetaData footer = ReadFooter(reader, "output").ValueOrDie();
  if (footer.row_groups.empty()) return {};
  const SchemaTree tree = SchemaTree::Make(footer.schema).ValueOrDie();
  const RowGroup& group =
      footer.row_groups[Below(random, static_cast<uint32_t>(footer.row_groups.size()))];
  const size_t column = Below(random, static_cast<uint32_t>(group.columns.size()));
  const SchemaTree::Node& leaf = tree.node(tree.leaves()[column]);
  return Parts(*file, *group.columns[column].meta_data,
               {leaf.max_repetition_level, leaf.max_definition_level})
      .Find();
}

}  // namespace

std::optional<std::string> TurnBit(Random& random, Files* files) {
  BufferPtr& file = (*files)[Below(random, static_cast<uint32_t>(files->size()))];
  const std::vector<Part> parts = PartsOfAnyChunk(random, file);
  if (parts.empty()) return std::nullopt;
  // Levels take few bytes, values many: each kind as often.
  std::vector<const char*> kinds;
  for (const Part& part : parts) {
    if (std::ranges::find(kinds, part.what) == kinds.end()) kinds.push_back(part.what);
  }
  const char* const kind = kinds[Below(random, static_cast<uint32_t>(kinds.size()))];
  std::vector<Part> of_kind;
  std::ranges::copy_if(parts, std::back_inserter(of_kind),
                       [&](const Part& part) { return part.what == kind; });
  const Part& part = of_kind[Below(random, static_cast<uint32_t>(of_kind.size()))];
  std::string bytes = file->ToString();
  char& byte = bytes[part.offset + Below(random, static_cast<uint32_t>(part.length))];
  byte = static_cast<char>(byte ^ (1 << Below(random, 8)));
  file = arrow::Buffer::FromString(std::move(bytes));
  return kind;
}

Result<std::optional<Changed>> ChangeRow(Random& random,
                                         const std::shared_ptr<arrow::Table>& table) {
  const auto rows = static_cast<uint32_t>(table->num_rows());
  if (rows < 2) return std::nullopt;
  const int64_t first = Below(random, rows);
  const int64_t second = Below(random, rows);
  const int64_t a = std::min(first, second), b = std::max(first, second);
  if (Chance(random, 50)) {
    if (SameRows(*table->Slice(a, 1), *table->Slice(b, 1))) return std::nullopt;
    PQ_ASSIGN(auto changed, arrow::ConcatenateTables({table->Slice(0, a), table->Slice(b, 1),
                                                      table->Slice(a + 1, b - a - 1),
                                                      table->Slice(a, 1), table->Slice(b + 1)}));
    return Changed{"two rows exchanged", std::move(changed)};
  }
  const int column = static_cast<int>(Below(random, static_cast<uint32_t>(table->num_columns())));
  const auto& values = table->column(column);
  const auto options = arrow::EqualOptions().nans_equal(true).signed_zeros_equal(false);
  if (values->Slice(a, 1)->Equals(*values->Slice(b, 1), options)) return std::nullopt;
  arrow::ArrayVector chunks;
  for (const auto& piece : {values->Slice(0, a), values->Slice(b, 1), values->Slice(a + 1)}) {
    chunks.insert(chunks.end(), piece->chunks().begin(), piece->chunks().end());
  }
  PQ_ASSIGN(auto changed,
            table->SetColumn(column, table->field(column),
                             std::make_shared<arrow::ChunkedArray>(chunks, values->type())));
  return Changed{"a value of a row replaced", std::move(changed)};
}

}  // namespace pqpack::merges
