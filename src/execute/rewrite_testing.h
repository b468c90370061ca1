// SPDX-License-Identifier: Apache-2.0
//
// For the tests of this room: bytes in, bytes out, and what is in them as
// Arrow's own reader sees it.
#pragma once

#include <arrow/buffer.h>
#include <arrow/io/interfaces.h>
#include <arrow/table.h>
#include <gtest/gtest.h>
#include <parquet/column_writer.h>
#include <parquet/file_writer.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "execute/rewrite.h"
#include "format/footer.h"

namespace pqpack::testing {

using BufferPtr = std::shared_ptr<arrow::Buffer>;

// A file of the checkout; tests run in its root.
BufferPtr ReadTestFile(const std::string& path);

// Bytes as a source whose reads a test may watch or fail.
class BytesFile : public arrow::io::RandomAccessFile {
 public:
  explicit BytesFile(BufferPtr bytes) : bytes_(std::move(bytes)) {}
  Result<BufferPtr> ReadAt(int64_t position, int64_t bytes) override {
    return arrow::SliceBufferSafe(bytes_, position, bytes);
  }
  Result<int64_t> ReadAt(int64_t, int64_t, void*) override {
    return Status::NotImplemented("ReadAt");
  }
  Result<int64_t> GetSize() override { return bytes_->size(); }
  Status Close() override { return Status::OK(); }
  Result<int64_t> Tell() const override { return 0; }
  bool closed() const override { return false; }
  Status Seek(int64_t) override { return Status::OK(); }
  Result<int64_t> Read(int64_t, void*) override { return Status::NotImplemented("Read"); }
  Result<BufferPtr> Read(int64_t) override { return Status::NotImplemented("Read"); }

 private:
  const BufferPtr bytes_;
};

// Parsed and validated.
Result<FileMetaData> FooterOf(const BufferPtr& file);

// As they are printed.
std::vector<std::string> Said(const std::vector<Finding>& findings);

RewriteOptions OptionsFor(std::string_view target);

// A file out of Parquet's low-level writer: `fill` gets each row group's writer
// in turn and must write every column.
using Fill = std::function<void(parquet::RowGroupWriter*)>;
BufferPtr WriteFile(const parquet::schema::NodePtr& root, const std::vector<Fill>& row_groups,
                    const std::shared_ptr<parquet::WriterProperties>& properties =
                        parquet::default_writer_properties(),
                    const std::shared_ptr<const arrow::KeyValueMetadata>& key_values = nullptr);

template <typename Type>
void WriteColumn(parquet::RowGroupWriter* row_group, const std::vector<int16_t>& definition,
                 const std::vector<int16_t>& repetition,
                 const std::vector<typename Type::c_type>& values) {
  auto* column = static_cast<parquet::TypedColumnWriter<Type>*>(row_group->NextColumn());
  const size_t levels = definition.empty() ? values.size() : definition.size();
  column->WriteBatch(static_cast<int64_t>(levels), definition.data(), repetition.data(),
                     values.data());
}

parquet::schema::NodePtr Root(const parquet::schema::NodeVector& fields);

// The schema of a file's footer as Parquet's library prints it.
std::string SchemaText(const BufferPtr& file);

struct Rewritten {
  BufferPtr file;
  RewritePlan plan;
  RewriteReceipt receipt;
  FileMetaData footer;
};

Result<Rewritten> RewriteBytes(const BufferPtr& file, const RewriteOptions& options);

// Through Arrow's own reader.
Result<std::shared_ptr<arrow::Table>> TableOf(const BufferPtr& file);

// Every bit of a column over all row groups, through Parquet's file reader.
struct ColumnBits {
  std::vector<int16_t> definition, repetition;
  int64_t values = 0;
  size_t digest = 0;  // of the values as they are stored, in order
  bool operator==(const ColumnBits&) const = default;
};
Result<std::vector<ColumnBits>> BitsOf(const BufferPtr& file);
// Of files with the same columns, one behind the other.
Result<std::vector<ColumnBits>> BitsOf(const std::vector<BufferPtr>& files);

// Both readers see the same on both sides, NaN payloads and signed zeros included.
// `same_schema` false: only levels and bits, since names of nested fields differ.
void ExpectEqualData(const BufferPtr& before, const BufferPtr& after, bool same_schema = true);

}  // namespace pqpack::testing
