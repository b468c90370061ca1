// SPDX-License-Identifier: Apache-2.0
#include "execute/column_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "format/page_codec.h"

namespace pqpack {
namespace {

constexpr EnumSet<Encoding> kReadable{
    Encoding::kPlain,          Encoding::kPlainDictionary,      Encoding::kRle,
    Encoding::kRleDictionary,  Encoding::kDeltaLengthByteArray, Encoding::kDeltaBinaryPacked,
    Encoding::kDeltaByteArray, Encoding::kByteStreamSplit};

// What a column looks like over all row groups that have rows.
struct SourceColumn {
  std::string path;
  std::map<Codec, int64_t> bytes_by_codec;
  std::set<Encoding> encodings;  // of data, not of levels
  bool dictionary = false;
  bool pages_v2 = false;
};

void AddEncodings(const ColumnMetaData& chunk, SourceColumn* column) {
  if (chunk.encoding_stats) {
    for (const PageEncodingStats& pages : *chunk.encoding_stats) {
      if (pages.page_type == PageType::kDictionary) continue;
      column->encodings.insert(pages.encoding);
      column->pages_v2 |= pages.page_type == PageType::kDataV2;
    }
    return;
  }
  // The list mixes in those of the levels, which are RLE or BIT_PACKED.
  for (const Encoding encoding : chunk.encodings) {
    if (encoding != Encoding::kRle && encoding != Encoding::kBitPacked) {
      column->encodings.insert(encoding);
    }
  }
}

SourceColumn Survey(const FileMetaData& footer, size_t i) {
  SourceColumn column;
  for (const RowGroup& group : footer.row_groups) {
    if (group.num_rows == 0 || i >= group.columns.size() || !group.columns[i].meta_data) continue;
    const ColumnMetaData& chunk = *group.columns[i].meta_data;
    column.path = chunk.Path();
    column.bytes_by_codec[chunk.codec] += 1 + std::max<int64_t>(chunk.total_compressed_size, 0);
    AddEncodings(chunk, &column);
    column.dictionary |= chunk.dictionary_page_offset.value_or(0) > 0;
  }
  column.dictionary |= std::any_of(column.encodings.begin(), column.encodings.end(), IsDictionary);
  return column;
}

bool IsAnyOf(PhysicalType type, std::initializer_list<PhysicalType> types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

// By the format's table of encodings (Encodings.md).
bool Fits(Encoding encoding, PhysicalType type) {
  switch (encoding) {
    case Encoding::kDeltaBinaryPacked:
      return IsAnyOf(type, {PhysicalType::kInt32, PhysicalType::kInt64});
    case Encoding::kDeltaLengthByteArray:
      return type == PhysicalType::kByteArray;
    case Encoding::kDeltaByteArray:
      return IsAnyOf(type, {PhysicalType::kByteArray, PhysicalType::kFixedLenByteArray});
    case Encoding::kByteStreamSplit:
      return IsAnyOf(type, {PhysicalType::kInt32, PhysicalType::kInt64, PhysicalType::kFloat,
                            PhysicalType::kDouble, PhysicalType::kFixedLenByteArray});
    default:
      return false;
  }
}

class Planner {
 public:
  Planner(const Target& target, std::optional<Codec> compression, Diagnosis* diagnosis)
      : target_(target), compression_(compression), diagnosis_(diagnosis) {}

  Result<ColumnLayout> Plan(const SourceColumn& column, const SchemaNode& leaf) {
    ColumnLayout layout;
    PQ_ASSIGN(layout.codec, PlanCodec(column));
    layout.dictionary = column.dictionary && *leaf.type != PhysicalType::kBoolean;
    for (const Encoding encoding : column.encodings) {
      if (encoding == Encoding::kPlain || IsDictionary(encoding)) continue;
      if (!kReadable.Has(encoding)) {
        return Error(ErrorCode::kUnsupported, "column " + column.path + ": the encoding " +
                                                  ToString(encoding) + " can't be read");
      }
      PlanEncoding(encoding, column, leaf, &layout);
    }
    if (column.pages_v2) diagnosis_->repairs.Add(kV2Repair, column.path);
    return layout;
  }

 private:
  Result<Codec> PlanCodec(const SourceColumn& column) {
    if (column.bytes_by_codec.empty()) return compression_.value_or(target_.replacement_codec);
    for (const auto& [codec, bytes] : column.bytes_by_codec) {
      auto known = LibraryCodec(codec);
      if (!known.ok()) return Within("column " + column.path, known.status());
    }
    const Codec most =
        std::max_element(column.bytes_by_codec.begin(), column.bytes_by_codec.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; })
            ->first;
    const Codec codec = OutputCodec(most, target_, compression_);
    for (const auto& [before, bytes] : column.bytes_by_codec) {
      if (before == codec) continue;
      diagnosis_->repairs.Add(CodecRepair(before, codec), column.path);
    }
    return codec;
  }

  void PlanEncoding(Encoding encoding, const SourceColumn& column, const SchemaNode& leaf,
                    ColumnLayout* layout) {
    if (target_.encodings.Has(encoding) && Fits(encoding, *leaf.type)) {
      layout->encoding = encoding;
      return;
    }
    // What replaces an encoding of texts or numbers should not be larger by much.
    const bool dictionary =
        encoding != Encoding::kByteStreamSplit && *leaf.type != PhysicalType::kBoolean;
    layout->dictionary |= dictionary;
    diagnosis_->repairs.Add(fmt::format("encoding {} -> {}", ToString(encoding),
                                        dictionary ? "dictionary or PLAIN" : "PLAIN"),
                            column.path);
  }

  const Target& target_;
  const std::optional<Codec> compression_;
  Diagnosis* diagnosis_;
};

}  // namespace

Codec OutputCodec(Codec source, const Target& target, std::optional<Codec> compression) {
  return compression.value_or(target.codecs.Has(source) ? source : target.replacement_codec);
}

std::string CodecRepair(Codec from, Codec to) {
  return fmt::format("codec {} -> {}", ToString(from), ToString(to));
}

Result<std::vector<ColumnLayout>> LayOutColumns(const FileMetaData& footer,
                                                const std::vector<SchemaNode*>& leaves,
                                                const Target& target,
                                                std::optional<Codec> compression,
                                                Diagnosis* diagnosis) {
  std::vector<ColumnLayout> layouts;
  for (size_t i = 0; i < leaves.size(); ++i) {
    PQ_ASSIGN(const ColumnLayout layout,
              LayOutColumn(footer, i, *leaves[i], target, compression, diagnosis));
    layouts.push_back(layout);
  }
  return layouts;
}

Result<ColumnLayout> LayOutColumn(const FileMetaData& footer, size_t i, const SchemaNode& leaf,
                                  const Target& target, std::optional<Codec> compression,
                                  Diagnosis* diagnosis) {
  return Planner(target, compression, diagnosis).Plan(Survey(footer, i), leaf);
}

}  // namespace pqpack
