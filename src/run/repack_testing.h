// SPDX-License-Identifier: Apache-2.0
//
// For tests of whole runs: what they start from and what they look at.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <utility>

#include "base/events_testing.h"
#include "format/compact_writer.h"
#include "format/footer.h"
#include "format/page_header.h"
#include "store/contents_testing.h"

namespace pqpack {

inline std::string TestFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path << " (tests run in the project's folder)";
  return {std::istreambuf_iterator<char>(in), {}};
}

// A file of `bytes` and some more: numbers of one column in one page, signed by a writer that is
// trusted.
inline std::string LargeFile(int64_t bytes) {
  PageHeader page;
  page.type = PageType::kData;
  page.compressed_page_size = page.uncompressed_page_size = static_cast<int32_t>(bytes / 8 * 8);
  page.data.emplace();
  page.data->num_values = static_cast<int32_t>(bytes / 8);
  page.data->encoding = Encoding::kPlain;
  page.data->definition_level_encoding = page.data->repetition_level_encoding = Encoding::kRle;
  const std::string header = Serialize(page);
  std::string file = std::string(kMagic) + header;
  for (int64_t i = 0; i < bytes / 8; ++i) {
    for (int shift = 0; shift < 64; shift += 8) file += static_cast<char>(i >> shift & 0xff);
  }

  FileMetaData footer;
  footer.version = 2;
  footer.created_by = "parquet-cpp-arrow version 26.0.1";
  footer.num_rows = bytes / 8;
  footer.schema.resize(2);
  footer.schema[0].name = "schema";
  footer.schema[0].num_children = 1;
  footer.schema[1].name = "n";
  footer.schema[1].type = PhysicalType::kInt64;
  footer.schema[1].repetition = Repetition::kRequired;
  RowGroup& group = footer.row_groups.emplace_back();
  group.num_rows = footer.num_rows;
  ColumnMetaData& meta = group.columns.emplace_back().meta_data.emplace();
  meta.type = PhysicalType::kInt64;
  meta.encodings = {Encoding::kPlain, Encoding::kRle};
  meta.path_in_schema = {"n"};
  meta.num_values = footer.num_rows;
  meta.data_page_offset = kMagicSize;
  meta.total_compressed_size = static_cast<int64_t>(file.size()) - kMagicSize;
  meta.total_uncompressed_size = group.total_byte_size = meta.total_compressed_size;
  return file + SerializeFooter(footer).ValueOrDie();
}

// The file with a changed footer, and `behind` between its data and that.
inline std::string WithFooter(std::string file, const std::function<void(FileMetaData&)>& change,
                              const std::string& behind = "") {
  const auto place = LocateFooter(AsBytes(file), static_cast<int64_t>(file.size())).ValueOrDie();
  const auto offset = static_cast<size_t>(place.footer.offset);
  FileMetaData footer =
      ParseFooter(AsBytes(file).subspan(offset, static_cast<size_t>(place.footer.length)))
          .ValueOrDie();
  change(footer);
  file.resize(offset);
  return file + behind + SerializeFooter(footer).ValueOrDie();
}

// The file, whose last chunk claims bytes that are no page.  Decoding passes over them.
inline std::string WithPadding(std::string file) {
  const std::string padding(64, '\0');
  const auto claim = [&](FileMetaData& footer) {
    ColumnMetaData& last = *footer.row_groups.back().columns.back().meta_data;
    last.total_compressed_size += static_cast<int64_t>(padding.size());
  };
  return WithFooter(std::move(file), claim, padding);
}

}  // namespace pqpack
