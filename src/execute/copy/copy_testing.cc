// SPDX-License-Identifier: Apache-2.0
#include "execute/copy/copy_testing.h"

#include <arrow/io/memory.h>

#include <memory>

namespace pqpack::testing {

BufferPtr GoodFile() {
  const auto properties = parquet::WriterProperties::Builder()
                              .created_by("parquet-cpp-arrow version 26.0.1")
                              ->enable_write_page_index()
                              ->data_pagesize(16)
                              ->write_batch_size(50)
                              ->build();
  const auto fill = [](int64_t rows) {
    return [rows](parquet::RowGroupWriter* out) {
      std::vector<int64_t> values(static_cast<size_t>(rows));
      for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int64_t>(i % 7);
      WriteColumn<parquet::Int64Type>(out, {}, {}, values);
      std::vector<double> doubles(values.begin(), values.end());
      WriteColumn<parquet::DoubleType>(out, {}, {}, doubles);
    };
  };
  using parquet::Repetition::REQUIRED;
  return WriteFile(
      Root({parquet::schema::PrimitiveNode::Make("n", REQUIRED, parquet::Type::INT64),
            parquet::schema::PrimitiveNode::Make("d", REQUIRED, parquet::Type::DOUBLE)}),
      {fill(200), fill(100)}, properties);
}

BufferPtr WithFooter(const BufferPtr& file, const std::function<void(FileMetaData&)>& change) {
  FileMetaData footer = FooterOf(file).ValueOrDie();
  change(footer);
  const std::string bytes = file->ToString();
  const auto place = LocateFooter(AsBytes(bytes), file->size()).ValueOrDie().footer;
  return arrow::Buffer::FromString(bytes.substr(0, static_cast<size_t>(place.offset)) +
                                   SerializeFooter(footer).ValueOrDie());
}

ColumnMetaData& Meta(FileMetaData& footer, size_t group, size_t column) {
  return *footer.row_groups[group].columns[column].meta_data;
}

Result<Copied> CopyBytes(const BufferPtr& file, const RewriteOptions& options) {
  const std::string bytes = file->ToString();
  PQ_ASSIGN(const auto place, LocateFooter(AsBytes(bytes), file->size()));
  PQ_ASSIGN(const FileMetaData footer,
            ParseFooter(AsBytes(bytes).subspan(static_cast<size_t>(place.footer.offset),
                                               static_cast<size_t>(place.footer.length))));
  Copied result;
  PQ_ASSIGN(result.plan, PlanRewrite(footer, options));
  PQ_ASSIGN(result.copy, PlanCopy(footer, result.plan, options));
  PQ_ASSIGN(const auto sink, arrow::io::BufferOutputStream::Create());
  PQ_ASSIGN(result.receipt, CopyFile(std::make_shared<arrow::io::BufferReader>(file), footer,
                                     result.plan, result.copy, sink, options));
  PQ_ASSIGN(result.file, sink->Finish());
  PQ_ASSIGN(result.footer, FooterOf(result.file));
  return result;
}

std::vector<PageBytes> PagesOf(const BufferPtr& file, const ColumnMetaData& chunk) {
  const std::string bytes = file->ToString();
  std::vector<PageBytes> pages;
  const ByteRange range = chunk.pages();
  for (int64_t at = range.offset; at < range.end();) {
    const auto parsed = ParsePageHeader(AsBytes(bytes).subspan(static_cast<size_t>(at)));
    PageBytes& page = pages.emplace_back();
    page.offset = at;
    page.header = parsed.ValueOrDie()->header;
    at += parsed.ValueOrDie()->length;
    page.body = bytes.substr(static_cast<size_t>(at),
                             static_cast<size_t>(page.header.compressed_page_size));
    at += page.header.compressed_page_size;
  }
  return pages;
}

std::vector<std::string> Bodies(const BufferPtr& file, int column) {
  const FileMetaData footer = FooterOf(file).ValueOrDie();
  std::vector<std::string> bodies;
  for (const RowGroup& group : footer.row_groups) {
    if (group.num_rows == 0) continue;  // a copy leaves these out
    for (size_t i = 0; i < group.columns.size(); ++i) {
      if (column >= 0 && i != static_cast<size_t>(column)) continue;
      for (PageBytes& page : PagesOf(file, *group.columns[i].meta_data)) {
        bodies.push_back(std::move(page.body));
      }
    }
  }
  return bodies;
}

}  // namespace pqpack::testing
