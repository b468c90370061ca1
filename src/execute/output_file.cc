// SPDX-License-Identifier: Apache-2.0
//
// Parquet's library has parquet::ParquetFileWriter for this.  It is not used
// because its destructor ends the file: after an error that leaves a file behind
// that looks whole and lacks rows, and after a failed allocation it goes on with
// a column writer that is half-built.  What it is made of is public.
#include "execute/output_file.h"

#include <parquet/file_writer.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "execute/parquet_call.h"

namespace pqpack {
namespace {

constexpr char kMagic[] = {'P', 'A', 'R', '1'};

}  // namespace

Result<std::unique_ptr<OutputFile>> OutputFile::Start(
    std::shared_ptr<arrow::io::OutputStream> sink,
    std::shared_ptr<parquet::schema::GroupNode> schema,
    std::shared_ptr<parquet::WriterProperties> properties) {
  PQ_ASSIGN(const int64_t position, sink->Tell());
  if (position != 0) return Error(ErrorCode::kInternal, "the sink is not at its start");
  PQ_RETURN_NOT_OK(sink->Write(kMagic, sizeof(kMagic)));
  std::unique_ptr<OutputFile> file(new OutputFile(std::move(sink), std::move(properties)));
  PQ_RETURN_NOT_OK(WriteCall([&] {
    file->schema_.Init(std::move(schema));
    file->footer_ = parquet::FileMetaDataBuilder::Make(&file->schema_, file->properties_);
    if (file->properties_->page_index_enabled()) {
      file->page_index_ = parquet::PageIndexBuilder::Make(&file->schema_);
    }
  }));
  return file;
}

// Some readers look page indexes up by it (parquet-go up to 0.25.1).  It is an
// i16; beyond that it is left out, which -1 stands for.
int16_t OutputFile::Ordinal() const {
  return row_groups_ <= std::numeric_limits<int16_t>::max() ? static_cast<int16_t>(row_groups_)
                                                            : int16_t{-1};
}

Status OutputFile::BeginRowGroup() {
  chunks_.clear();
  rows_.clear();
  plain_bytes_ = 0;
  return WriteCall([&] {
    row_group_ = footer_->AppendRowGroup();
    if (page_index_ != nullptr) page_index_->AppendRowGroup();
    for (int i = 0; i < num_columns(); ++i) chunks_.push_back(row_group_->NextColumnChunk());
  });
}

Result<OutputChunk> OutputFile::Chunk(int i, bool held) {
  OutputChunk chunk{sink_, properties_, i, chunks_[static_cast<size_t>(i)]};
  chunk.held = held;
  const auto& settings = properties_->column_properties(schema_.Column(i)->path());
  if (page_index_ == nullptr || !settings.page_index_enabled()) return chunk;
  PQ_RETURN_NOT_OK(WriteCall([&] {
    chunk.column_index = page_index_->GetColumnIndexBuilder(i);
    chunk.offset_index = page_index_->GetOffsetIndexBuilder(i);
  }));
  return chunk;
}

Status OutputFile::CloseColumn(const CloseFn& close) {
  PQ_ASSIGN(const ClosedChunk closed, close());
  rows_.push_back(closed.rows);
  plain_bytes_ += closed.plain_bytes;
  return Status::OK();
}

Status OutputFile::EndRowGroup(int64_t rows) {
  if (static_cast<int>(rows_.size()) != num_columns() ||
      std::any_of(rows_.begin(), rows_.end(), [&](int64_t written) { return written != rows; })) {
    return Error(ErrorCode::kInternal, "the columns of a row group have different numbers of rows");
  }
  return WriteCall([&] {
    row_group_->set_num_rows(rows);
    row_group_->Finish(plain_bytes_, Ordinal());
    ++row_groups_;
  });
}

Status OutputFile::Finish(std::shared_ptr<const arrow::KeyValueMetadata> key_values) {
  return WriteCall([&] {
    if (page_index_ != nullptr) {
      page_index_->Finish();
      const auto written = page_index_->WriteTo(sink_.get());
      footer_->SetIndexLocations(parquet::IndexKind::kColumnIndex, written.column_index_locations);
      footer_->SetIndexLocations(parquet::IndexKind::kOffsetIndex, written.offset_index_locations);
    }
    parquet::WriteFileMetaData(*footer_->Finish(key_values), sink_.get());
  });
}

}  // namespace pqpack
