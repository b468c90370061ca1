// SPDX-License-Identifier: Apache-2.0
#include "execute/rewrite_testing.h"

#include <arrow/io/file.h>
#include <arrow/io/memory.h>
#include <parquet/arrow/reader.h>
#include <parquet/column_reader.h>
#include <parquet/file_reader.h>

#include <functional>
#include <sstream>
#include <string_view>
#include <utility>

#include "execute/parquet_call.h"
#include "format/validate.h"

namespace pqpack::testing {

BufferPtr ReadTestFile(const std::string& path) {
  auto file = arrow::io::ReadableFile::Open(path);
  if (!file.ok()) {
    ADD_FAILURE() << file.status() << "; tests run in the root of the checkout";
    return nullptr;
  }
  return *(*file)->ReadAt(0, *(*file)->GetSize());
}

Result<FileMetaData> FooterOf(const BufferPtr& file) {
  const Bytes bytes(file->data(), static_cast<size_t>(file->size()));
  PQ_ASSIGN(const FooterPlace place, LocateFooter(bytes, file->size()));
  PQ_ASSIGN(FileMetaData footer,
            ParseFooter(bytes.subspan(static_cast<size_t>(place.footer.offset),
                                      static_cast<size_t>(place.footer.length))));
  PQ_RETURN_NOT_OK(ValidateFooter(footer, file->size()));
  return footer;
}

std::vector<std::string> Said(const std::vector<Finding>& findings) {
  std::vector<std::string> said;
  for (const Finding& finding : findings) said.push_back(finding.ToString());
  return said;
}

RewriteOptions OptionsFor(std::string_view target) {
  RewriteOptions options;
  options.target = *FindTarget(target);
  return options;
}

BufferPtr WriteFile(const parquet::schema::NodePtr& root, const std::vector<Fill>& row_groups,
                    const std::shared_ptr<parquet::WriterProperties>& properties,
                    const std::shared_ptr<const arrow::KeyValueMetadata>& key_values) {
  const auto sink = *arrow::io::BufferOutputStream::Create();
  const auto writer = parquet::ParquetFileWriter::Open(
      sink, std::static_pointer_cast<parquet::schema::GroupNode>(root), properties, key_values);
  for (const Fill& fill : row_groups) {
    auto* row_group = writer->AppendRowGroup();
    fill(row_group);
    row_group->Close();
  }
  writer->Close();
  return *sink->Finish();
}

parquet::schema::NodePtr Root(const parquet::schema::NodeVector& fields) {
  return parquet::schema::GroupNode::Make("schema", parquet::Repetition::REQUIRED, fields);
}

std::string SchemaText(const BufferPtr& file) {
  const auto reader =
      parquet::ParquetFileReader::Open(std::make_shared<arrow::io::BufferReader>(file));
  std::ostringstream text;
  parquet::schema::PrintSchema(reader->metadata()->schema()->schema_root().get(), text);
  std::string schema = text.str();
  const std::string none = " field_id=-1";
  for (size_t at; (at = schema.find(none)) != schema.npos;) schema.erase(at, none.size());
  return schema;
}

Result<Rewritten> RewriteBytes(const BufferPtr& file, const RewriteOptions& options) {
  PQ_ASSIGN(const FileMetaData footer, FooterOf(file));
  Rewritten result;
  PQ_ASSIGN(result.plan, PlanRewrite(footer, options));
  PQ_ASSIGN(auto sink, arrow::io::BufferOutputStream::Create());
  PQ_ASSIGN(result.receipt, Rewrite(std::make_shared<arrow::io::BufferReader>(file), footer,
                                    result.plan, sink, options));
  PQ_ASSIGN(result.file, sink->Finish());
  PQ_ASSIGN(result.footer, FooterOf(result.file));
  return result;
}

Result<std::shared_ptr<arrow::Table>> TableOf(const BufferPtr& file) {
  parquet::arrow::FileReaderBuilder builder;
  PQ_RETURN_NOT_OK(builder.Open(std::make_shared<arrow::io::BufferReader>(file)));
  PQ_ASSIGN(const auto reader, builder.Build());
  return reader->ReadTable();
}

namespace {

std::string_view StoredBytes(const parquet::ByteArray& value, int) {
  return {reinterpret_cast<const char*>(value.ptr), value.len};
}
std::string_view StoredBytes(const parquet::FixedLenByteArray& value, int length) {
  return {reinterpret_cast<const char*>(value.ptr), static_cast<size_t>(length)};
}
template <typename T>
std::string_view StoredBytes(const T& value, int) {
  return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

template <typename Type>
void ReadColumn(parquet::ColumnReader& column, ColumnBits* out) {
  auto& reader = static_cast<parquet::TypedColumnReader<Type>&>(column);
  constexpr int64_t kBatch = 1000;
  std::vector<int16_t> definition(kBatch), repetition(kBatch);
  const auto values = std::make_unique<typename Type::c_type[]>(kBatch);
  while (reader.HasNext()) {
    int64_t read = 0;
    const int64_t levels =
        reader.ReadBatch(kBatch, definition.data(), repetition.data(), values.get(), &read);
    if (reader.descr()->max_definition_level() > 0) {
      out->definition.insert(out->definition.end(), definition.begin(),
                             definition.begin() + levels);
    }
    if (reader.descr()->max_repetition_level() > 0) {
      out->repetition.insert(out->repetition.end(), repetition.begin(),
                             repetition.begin() + levels);
    }
    out->values += read;
    for (int64_t i = 0; i < read; ++i) {
      const std::string_view bytes = StoredBytes(values[i], reader.descr()->type_length());
      out->digest = out->digest * 31 + std::hash<std::string_view>()(bytes);
    }
  }
}

void ReadAnyColumn(parquet::ColumnReader& column, ColumnBits* out) {
  switch (column.type()) {
    case parquet::Type::BOOLEAN:
      return ReadColumn<parquet::BooleanType>(column, out);
    case parquet::Type::INT32:
      return ReadColumn<parquet::Int32Type>(column, out);
    case parquet::Type::INT64:
      return ReadColumn<parquet::Int64Type>(column, out);
    case parquet::Type::INT96:
      return ReadColumn<parquet::Int96Type>(column, out);
    case parquet::Type::FLOAT:
      return ReadColumn<parquet::FloatType>(column, out);
    case parquet::Type::DOUBLE:
      return ReadColumn<parquet::DoubleType>(column, out);
    case parquet::Type::BYTE_ARRAY:
      return ReadColumn<parquet::ByteArrayType>(column, out);
    case parquet::Type::FIXED_LEN_BYTE_ARRAY:
      return ReadColumn<parquet::FLBAType>(column, out);
    default:
      FAIL() << "a type that is not known";
  }
}

}  // namespace

Result<std::vector<ColumnBits>> BitsOf(const BufferPtr& file) { return BitsOf(std::vector{file}); }

Result<std::vector<ColumnBits>> BitsOf(const std::vector<BufferPtr>& files) {
  std::vector<ColumnBits> columns;
  for (const BufferPtr& file : files) {
    PQ_RETURN_NOT_OK(ReadCall([&] {
      const auto reader =
          parquet::ParquetFileReader::Open(std::make_shared<arrow::io::BufferReader>(file));
      columns.resize(static_cast<size_t>(reader->metadata()->num_columns()));
      for (int group = 0; group < reader->metadata()->num_row_groups(); ++group) {
        const auto row_group = reader->RowGroup(group);
        for (size_t i = 0; i < columns.size(); ++i) {
          ReadAnyColumn(*row_group->Column(static_cast<int>(i)), &columns[i]);
        }
      }
    }));
  }
  return columns;
}

void ExpectEqualData(const BufferPtr& before, const BufferPtr& after, bool same_schema) {
  const auto bits_before = BitsOf(before), bits_after = BitsOf(after);
  ASSERT_TRUE(bits_before.ok()) << bits_before.status();
  ASSERT_TRUE(bits_after.ok()) << bits_after.status();
  ASSERT_EQ(bits_before->size(), bits_after->size());
  for (size_t i = 0; i < bits_before->size(); ++i) {
    EXPECT_TRUE((*bits_before)[i] == (*bits_after)[i]) << "column " << i;
  }
  if (!same_schema) return;
  const auto table_before = TableOf(before), table_after = TableOf(after);
  ASSERT_TRUE(table_before.ok()) << table_before.status();
  ASSERT_TRUE(table_after.ok()) << table_after.status();
  const auto options = arrow::EqualOptions().nans_equal(true).signed_zeros_equal(false);
  EXPECT_TRUE((*table_before)->Equals(**table_after, options))
      << (*table_before)->schema()->ToString() << "\n---\n"
      << (*table_after)->schema()->ToString();
}

}  // namespace pqpack::testing
