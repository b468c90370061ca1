// SPDX-License-Identifier: Apache-2.0
//
// libFuzzer's own changes of a whole file nearly all end in "not a Parquet file": they move the
// footer's length and the magic, or every offset behind an inserted byte.  So a file is taken
// apart, one part is changed, and the file is put together again around it:
//   - the footer's bytes, with a length that fits;
//   - one field of the footer, by its meaning;
//   - a page, header or body: what lies behind it moves, and the footer's offsets with it;
//   - bytes anywhere, in place.
#include "whole_file.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <optional>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

#include "format/footer.h"
#include "format/page_header.h"
#include "format/validate.h"
#include "fuzzing.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace pqpack::fuzz {
namespace {

// Signatures decide what is trusted and what is worked around (diagnose/writers.cc).
constexpr std::string_view kWriters[] = {
    "parquet-cpp-arrow version 26.0.1",
    "parquet-cpp-arrow version 2.0.0",
    "parquet-go version 18.5.0",
    "parquet-go version 18.0.0",
    "parquet-mr version 1.15.2 (build 9a2b1c)",
    "parquet-mr version 1.7.0 (build 9a2b1c)",
    "DuckDB version v1.4.2 (build 68d7555f68)",
    "Polars",
    "github.com/parquet-go/parquet-go version 0.32.0(build )",
    "parquet-rs version 57.0.0",
};

class Mutation {
 public:
  explicit Mutation(unsigned seed) : random_(seed) {}

  // Empty where the input has no footer to go by.
  std::string Run(Bytes file) {
    const auto place = LocateFooter(file, static_cast<int64_t>(file.size()));
    if (!place.ok()) return {};
    body_ = AsText(file.first(static_cast<size_t>(place->footer.offset)));
    const Bytes footer = file.subspan(body_.size(), static_cast<size_t>(place->footer.length));
    auto meta = ParseFooter(footer, 64 * kMiB);
    switch (Pick(meta.ok() ? 10 : 2)) {
      case 0:
        return WithFooter(Changed(AsText(footer), footer.size() + 64));
      case 1:
        ChangeInPlace();
        return WithFooter(std::string(AsText(footer)));
      case 2:
      case 3:
      case 4:
      case 5:
        ChangeField(&*meta);
        break;
      default:
        if (ValidateFooter(*meta, static_cast<int64_t>(file.size())).ok()) {
          ChangePage(&*meta);
        } else {
          ChangeField(&*meta);
        }
    }
    return body_ + SerializeFooter(*meta).ValueOr("");
  }

 private:
  size_t Pick(size_t count) { return random_() % std::max<size_t>(count, 1); }
  bool OneIn(size_t count) { return Pick(count) == 0; }

  template <typename T>
  T* PickOf(std::vector<T>& all) {
    return all.empty() ? nullptr : &all[Pick(all.size())];
  }

  std::string WithFooter(std::string footer) const {
    const auto size = static_cast<uint32_t>(footer.size());
    for (int shift = 0; shift < 32; shift += 8) footer.push_back(static_cast<char>(size >> shift));
    return body_ + footer + std::string(kMagic);
  }

  static std::string Changed(std::string_view text, size_t most) {
    std::string changed(text);
    changed.resize(std::max(most, text.size()) + 1);
    changed.resize(LLVMFuzzerMutate(reinterpret_cast<uint8_t*>(changed.data()), text.size(),
                                    changed.size() - 1));
    return changed;
  }

  void ChangeInPlace() {
    if (body_.empty()) return;
    const size_t at = Pick(body_.size());
    const std::string changed = Changed(std::string_view(body_).substr(at, 1 + Pick(32)), 0);
    body_.replace(at, std::min(changed.size(), body_.size() - at), changed, 0,
                  std::min(changed.size(), body_.size() - at));
  }

  // A number near the old one, or one that is a limit of something.
  template <typename T>
  T Number(T old) {
    const auto near = static_cast<int64_t>(Pick(9)) - 4;
    const std::array<int64_t, 8> numbers = {0,
                                            -1,
                                            1,
                                            std::numeric_limits<int32_t>::max(),
                                            std::numeric_limits<int64_t>::max(),
                                            std::numeric_limits<int64_t>::min(),
                                            static_cast<int64_t>(Pick(200)),
                                            static_cast<int64_t>(Pick(body_.size() + 100))};
    if (OneIn(2)) return static_cast<T>(static_cast<uint64_t>(old) + static_cast<uint64_t>(near));
    return static_cast<T>(numbers[Pick(numbers.size())]);
  }
  template <typename T>
  void Change(T* number) {
    *number = Number(*number);
  }
  template <typename T>
  void Change(std::optional<T>* number) {
    *number = OneIn(4) ? std::nullopt : std::optional(Number(number->value_or(0)));
  }
  void Change(std::optional<std::string>* text) {
    *text = OneIn(4) ? std::nullopt : std::optional(Changed(text->value_or(""), 12));
  }
  // A few more than are named.
  template <typename Enum>
  void ChangeKind(Enum* value, int count) {
    *value = static_cast<Enum>(Pick(static_cast<size_t>(count) + 2));
  }

  void ChangeField(FileMetaData* meta) {
    RowGroup* group = PickOf(meta->row_groups);
    ColumnChunk* chunk = group == nullptr ? nullptr : PickOf(group->columns);
    switch (Pick(6)) {
      case 0:
        return ChangeFile(meta);
      case 1:
        if (SchemaElement* element = PickOf(meta->schema)) ChangeElement(element);
        return;
      case 2:
        if (group != nullptr) ChangeGroup(meta, group);
        return;
      default:
        if (chunk != nullptr && chunk->meta_data) ChangeChunk(chunk);
    }
  }

  void ChangeFile(FileMetaData* meta) {
    switch (Pick(6)) {
      case 0:
        return Change(&meta->num_rows);
      case 1:
        meta->column_orders.reset();
        return;
      case 2:
        return Change(&meta->created_by);
      case 3:
        if (meta->key_value_metadata) Change(&meta->key_value_metadata->emplace_back().value);
        return;
      default:
        meta->created_by = kWriters[Pick(std::size(kWriters))];
    }
  }

  void ChangeElement(SchemaElement* element) {
    switch (Pick(8)) {
      case 0:
        element->repetition = static_cast<Repetition>(Pick(4));
        return;
      case 1:
        if (element->type) ChangeKind(&*element->type, 8);
        return;
      case 2:
        return Change(&element->type_length);
      case 3:
        element->converted_type = static_cast<ConvertedType>(Pick(24));
        return;
      case 4:
        element->logical_type.reset();
        return;
      case 5:
        Change(&element->scale);
        return Change(&element->precision);
      case 6:
        return Change(&element->num_children);
      default:
        element->name = Changed(element->name, element->name.size() + 4);
    }
  }

  void ChangeGroup(FileMetaData* meta, RowGroup* group) {
    switch (Pick(6)) {
      case 0:
        return Change(&group->total_byte_size);
      case 1:
        return Change(&group->file_offset);
      case 2:
        return Change(&group->ordinal);
      case 3:
        group->sorting_columns.emplace(1).front().column_idx = Number(0);
        return;
      case 4:
        if (group->num_rows > 0 && meta->num_rows >= group->num_rows) {
          meta->num_rows -= group->num_rows;
          group->num_rows = 0;
        }
        return;
      default:
        return Change(&group->num_rows);
    }
  }

  void ChangeChunk(ColumnChunk* chunk) {
    ColumnMetaData& meta = *chunk->meta_data;
    switch (Pick(16)) {
      case 0:
        return Change(&meta.num_values);
      case 1:
        return Change(&meta.total_uncompressed_size);
      case 2:
        return Change(&meta.total_compressed_size);
      case 3:
        return Change(&meta.data_page_offset);
      case 4:
        return Change(&meta.dictionary_page_offset);
      case 5:
        return Change(&meta.index_page_offset);
      case 6:
        return ChangeKind(&meta.codec, 8);
      case 7:
        return ChangeKind(&meta.encodings.emplace_back(), 10);
      case 8:
        if (Encoding* encoding = PickOf(meta.encodings)) ChangeKind(encoding, 10);
        return;
      case 9:
        meta.encoding_stats.reset();
        return;
      case 10:
        Change(&chunk->offset_index_offset);
        return Change(&chunk->offset_index_length);
      case 11:
        Change(&chunk->column_index_offset);
        return Change(&chunk->column_index_length);
      case 12:
        Change(&meta.bloom_filter_offset);
        return Change(&meta.bloom_filter_length);
      case 13:
        return ChangeKind(&meta.type, 8);
      case 14:
        meta.size_statistics.reset();
        return;
      default:
        if (!meta.statistics) meta.statistics.emplace();
        return ChangeStatistics(&*meta.statistics);
    }
  }

  void ChangeStatistics(Statistics* statistics) {
    switch (Pick(5)) {
      case 0:
        return Change(&statistics->null_count);
      case 1:
        return Change(&statistics->distinct_count);
      case 2:
        return Change(&statistics->min_value);
      case 3:
        return Change(&statistics->max_value);
      default:
        return Change(&statistics->min);
    }
  }

  // The footer holds together.
  void ChangePage(FileMetaData* meta) {
    RowGroup* group = PickOf(meta->row_groups);
    ColumnChunk* chunk = group == nullptr ? nullptr : PickOf(group->columns);
    if (chunk == nullptr || !chunk->meta_data) return;
    const ByteRange pages = chunk->meta_data->pages();
    auto at = static_cast<size_t>(pages.offset);
    const auto end = static_cast<size_t>(pages.end());
    if (end > body_.size()) return;
    while (at < end) {
      const auto parsed = ParsePageHeader(AsBytes(std::string_view(body_).substr(at, end - at)));
      if (!parsed.ok() || !*parsed) return;
      auto [header, length] = **parsed;
      const auto header_size = static_cast<size_t>(length);
      const auto size = static_cast<size_t>(header.compressed_page_size);
      if (size > end - at - header_size) return;
      if (OneIn(3) || at + header_size + size == end) return ChangePageAt(at, length, header, meta);
      at += header_size + size;
    }
  }

  void ChangePageAt(size_t at, int64_t length, PageHeader header, FileMetaData* meta) {
    const auto body_size = static_cast<size_t>(header.compressed_page_size);
    const size_t body_at = at + static_cast<size_t>(length);
    std::string body = body_.substr(body_at, body_size);
    if (OneIn(2)) {
      ChangeHeader(&header);
    } else {
      body = Changed(body, body.size() + 16);
      const auto grown = static_cast<int32_t>(body.size()) - header.compressed_page_size;
      header.compressed_page_size += grown;
      if (!OneIn(4)) header.uncompressed_page_size = Sum(header.uncompressed_page_size, grown);
    }
    if (!OneIn(8)) header.crc.reset();
    Splice(at, body_at + body_size - at, Serialize(header) + body, meta);
  }

  static int32_t Sum(int32_t a, int32_t b) {
    return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
  }

  void ChangeHeader(PageHeader* header) {
    switch (Pick(4)) {
      case 0:
        return Change(&header->uncompressed_page_size);
      case 1:
        return ChangeKind(&header->type, 4);
      default:
        break;
    }
    if (header->dictionary) {
      if (OneIn(2)) return ChangeKind(&header->dictionary->encoding, 10);
      return Change(&header->dictionary->num_values);
    }
    if (header->data) return ChangeData(&*header->data);
    if (header->data_v2) ChangeDataV2(&*header->data_v2);
  }

  void ChangeData(DataPageHeader* data) {
    switch (Pick(5)) {
      case 0:
        return Change(&data->num_values);
      case 1:
        return ChangeKind(&data->encoding, 10);
      case 2:
        return ChangeKind(&data->definition_level_encoding, 10);
      case 3:
        return ChangeKind(&data->repetition_level_encoding, 10);
      default:
        if (!data->statistics) data->statistics.emplace();
        return ChangeStatistics(&*data->statistics);
    }
  }

  void ChangeDataV2(DataPageHeaderV2* data) {
    switch (Pick(8)) {
      case 0:
        return Change(&data->num_values);
      case 1:
        return Change(&data->num_nulls);
      case 2:
        return Change(&data->num_rows);
      case 3:
        return Change(&data->definition_levels_byte_length);
      case 4:
        return Change(&data->repetition_levels_byte_length);
      case 5:
        data->is_compressed = OneIn(2);
        return;
      case 6:
        if (!data->statistics) data->statistics.emplace();
        return ChangeStatistics(&*data->statistics);
      default:
        return ChangeKind(&data->encoding, 10);
    }
  }

  // `length` bytes of the body become others, of another length maybe.
  void Splice(size_t at, size_t length, std::string_view bytes, FileMetaData* meta) {
    const auto from = static_cast<int64_t>(at);
    const auto size = static_cast<int64_t>(body_.size());
    const int64_t grown = static_cast<int64_t>(bytes.size()) - static_cast<int64_t>(length);
    body_.replace(at, length, bytes);
    const auto move = [&](auto& offset) {
      if (offset && *offset > from && *offset <= size) *offset += grown;
    };
    for (RowGroup& group : meta->row_groups) {
      move(group.file_offset);
      for (ColumnChunk& chunk : group.columns) {
        move(chunk.offset_index_offset);
        move(chunk.column_index_offset);
        if (!chunk.meta_data) continue;
        const ByteRange pages = chunk.meta_data->pages();
        if (pages.offset <= from && from < pages.end()) {
          chunk.meta_data->total_compressed_size += grown;
        }
        std::optional<int64_t> first = chunk.meta_data->data_page_offset;
        move(first);
        chunk.meta_data->data_page_offset = *first;
        move(chunk.meta_data->dictionary_page_offset);
        move(chunk.meta_data->bloom_filter_offset);
      }
    }
  }

  std::mt19937 random_;
  std::string body_;  // all in front of the footer
};

constexpr int64_t kMostValues = 100'000;

}  // namespace

bool ClaimsMuch(const FileMetaData& footer) {
  return std::ranges::any_of(footer.row_groups, [](const RowGroup& group) {
    return std::ranges::any_of(group.columns, [](const ColumnChunk& chunk) {
      return chunk.meta_data && chunk.meta_data->num_values > kMostValues;
    });
  });
}

ObjectInfo Put(MemoryStore& store, const std::string& name, Bytes bytes) {
  const Uri uri = *Uri::Parse("memory://b/" + name);
  auto writer = *store.Create(uri, {{WriteCondition::kOverwrite, {}}, -1});
  Require(writer->Append(bytes).ok(), "a file is stored");
  return *writer->Finish();
}

}  // namespace pqpack::fuzz

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned seed) {
  // Now and then libFuzzer's own change, which also joins inputs.
  if (seed % 16 == 0) return LLVMFuzzerMutate(data, size, max_size);
  const std::string changed = pqpack::fuzz::Mutation(seed).Run({data, size});
  if (changed.empty() || changed.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::ranges::copy(changed, data);
  return changed.size();
}
