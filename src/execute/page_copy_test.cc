// SPDX-License-Identifier: Apache-2.0
//
// Pages made by hand go through CopyPages into a file, which Arrow's readers and our
// footer parser judge.
#include "execute/page_copy.h"

#include <arrow/array.h>
#include <arrow/io/memory.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/column_page.h>
#include <parquet/encoding.h>
#include <parquet/file_reader.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "execute/output_file.h"
#include "execute/rewrite_testing.h"
#include "format/dictionary_indices.h"
#include "format/levels.h"

namespace pqpack::testing {
namespace {

using parquet::ByteArrayType;
using parquet::DoubleType;
using parquet::Int64Type;
using parquet::Repetition;
using parquet::WriterProperties;
using parquet::schema::PrimitiveNode;
using ::testing::ElementsAre;

using PagePtr = std::shared_ptr<parquet::Page>;

class HandMadePages : public parquet::PageReader {
 public:
  explicit HandMadePages(std::vector<PagePtr> pages) : pages_(std::move(pages)) {}
  PagePtr NextPage() override { return next_ < pages_.size() ? pages_[next_++] : nullptr; }
  void set_max_page_header_size(uint32_t) override {}

 private:
  const std::vector<PagePtr> pages_;
  size_t next_ = 0;
};

template <typename T>
std::string Plain(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

std::string Plain(const std::vector<std::string>& values) {
  std::string plain;
  for (const std::string& value : values) {
    const auto length = static_cast<uint32_t>(value.size());
    plain.append(reinterpret_cast<const char*>(&length), sizeof(length)) += value;
  }
  return plain;
}

std::string Delta(const std::vector<int64_t>& values) {
  const auto encoder =
      parquet::MakeEncoder(parquet::Type::INT64, parquet::Encoding::DELTA_BINARY_PACKED);
  dynamic_cast<parquet::TypedEncoder<Int64Type>&>(*encoder).Put(values.data(),
                                                                static_cast<int>(values.size()));
  return encoder->FlushValues()->ToString();
}

// Definition levels of an optional column in front; as a page of version 1 has them.
std::string WithLevels(const std::vector<int16_t>& levels, const std::string& values) {
  const std::string runs = EncodeLevels(levels, 1);
  const auto length = static_cast<uint32_t>(runs.size());
  return std::string(reinterpret_cast<const char*>(&length), sizeof(length)) + runs + values;
}

PagePtr Dictionary(const std::string& plain, int32_t count,
                   parquet::Encoding::type encoding = parquet::Encoding::PLAIN) {
  return std::make_shared<parquet::DictionaryPage>(arrow::Buffer::FromString(plain), count,
                                                   encoding);
}

PagePtr Page(const std::string& body, int32_t levels, parquet::Encoding::type encoding) {
  return std::make_shared<parquet::DataPageV1>(arrow::Buffer::FromString(body), levels, encoding,
                                               parquet::Encoding::RLE, parquet::Encoding::RLE,
                                               static_cast<int64_t>(body.size()));
}

// Uncompressed; `levels` bytes of the body are levels, all of them definition levels.
PagePtr PageV2(const std::string& body, int32_t values, int32_t levels) {
  return std::make_shared<parquet::DataPageV2>(
      arrow::Buffer::FromString(body), values, /*num_nulls=*/0, /*num_rows=*/values,
      parquet::Encoding::PLAIN, levels, /*repetition_levels_byte_length=*/0,
      static_cast<int64_t>(body.size()));
}

PagePtr Indices(const std::vector<uint32_t>& indices, int64_t dictionary_size) {
  return Page(EncodeIndices(indices, dictionary_size), static_cast<int32_t>(indices.size()),
              parquet::Encoding::RLE_DICTIONARY);
}

template <typename T>
PagePtr PlainPage(const std::vector<T>& values) {
  return Page(Plain(values), static_cast<int32_t>(values.size()), parquet::Encoding::PLAIN);
}

struct Copied {
  BufferPtr file;
  FileMetaData footer;

  const ColumnMetaData& chunk() const { return *footer.row_groups[0].columns[0].meta_data; }
  // What is told of the pages: kind, encoding and number.
  std::vector<std::string> pages() const {
    std::vector<std::string> result;
    for (const PageEncodingStats& stats : *chunk().encoding_stats) {
      result.push_back(fmt::format("{} {} {}", ToString(stats.page_type), ToString(stats.encoding),
                                   stats.count));
    }
    return result;
  }
};

Result<Copied> Copy(std::vector<PagePtr> pages, parquet::Type::type type, int64_t rows,
                    Repetition::type repetition = Repetition::REQUIRED, int64_t batch_size = 100) {
  const auto schema = std::static_pointer_cast<parquet::schema::GroupNode>(
      Root({PrimitiveNode::Make("c", repetition, type)}));
  parquet::SchemaDescriptor columns;
  columns.Init(schema);
  const auto sink = *arrow::io::BufferOutputStream::Create();
  WriterProperties::Builder properties;
  properties.disable_write_page_index()->enable_page_checksum()->compression(
      parquet::Compression::SNAPPY);
  PQ_ASSIGN(const auto file, OutputFile::Start(sink, schema, properties.build()));
  PQ_RETURN_NOT_OK(file->BeginRowGroup());
  PQ_ASSIGN(const OutputChunk chunk, file->Chunk(0, /*held=*/false));
  PQ_ASSIGN(const auto column, OpenPages(chunk));
  CursorOptions options;
  options.batch_size = batch_size;
  options.rows = options.values = rows;
  options.pool = arrow::default_memory_pool();
  PQ_RETURN_NOT_OK(CopyPages(std::make_unique<HandMadePages>(std::move(pages)), columns.Column(0),
                             options, column.get()));
  PQ_RETURN_NOT_OK(file->CloseColumn(Closing(column)));
  PQ_RETURN_NOT_OK(file->EndRowGroup(rows));
  PQ_RETURN_NOT_OK(file->Finish(nullptr));
  Copied copied;
  PQ_ASSIGN(copied.file, sink->Finish());
  PQ_ASSIGN(copied.footer, FooterOf(copied.file));
  return copied;
}

// The bodies of the column's pages, as its readers get them.
std::vector<std::string> BodiesOf(const BufferPtr& file) {
  const auto reader =
      parquet::ParquetFileReader::Open(std::make_shared<arrow::io::BufferReader>(file));
  const auto pages = reader->RowGroup(0)->GetColumnPageReader(0);
  std::vector<std::string> bodies;
  while (const auto page = pages->NextPage()) {
    bodies.emplace_back(reinterpret_cast<const char*>(page->data()),
                        static_cast<size_t>(page->size()));
  }
  return bodies;
}

// Of the only column, through Arrow's reader.
template <typename DType>
std::vector<typename DType::c_type> ValuesOf(const BufferPtr& file, int64_t count) {
  const auto reader =
      parquet::ParquetFileReader::Open(std::make_shared<arrow::io::BufferReader>(file));
  const auto column = reader->RowGroup(0)->Column(0);
  auto& typed = static_cast<parquet::TypedColumnReader<DType>&>(*column);
  std::vector<typename DType::c_type> values(static_cast<size_t>(count));
  int64_t done = 0;
  while (done < count && typed.HasNext()) {
    int64_t read = 0;
    typed.ReadBatch(count - done, nullptr, nullptr, values.data() + done, &read);
    done += read;
  }
  EXPECT_EQ(done, count);
  EXPECT_FALSE(typed.HasNext());
  return values;
}

TEST(CopyPages, BoundsAreOfTheValuesThatOccur) {
  const std::vector<int64_t> dictionary = {-3, 5, 9, 100};
  const auto copied =
      Copy({Dictionary(Plain(dictionary), 4), Indices({2, 1, 1}, 4)}, parquet::Type::INT64, 3);
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_EQ(ValuesOf<Int64Type>(copied->file, 3), (std::vector<int64_t>{9, 5, 5}));
  const Statistics& statistics = *copied->chunk().statistics;
  EXPECT_EQ(statistics.min_value, Plain(std::vector<int64_t>{5}));
  EXPECT_EQ(statistics.max_value, Plain(std::vector<int64_t>{9}));
  EXPECT_EQ(statistics.null_count, 0);
  EXPECT_FALSE(statistics.distinct_count);
  // The older fields are of signed order, and stand there for columns of that order only.
  EXPECT_EQ(statistics.min, statistics.min_value);
  const auto text =
      Copy({PlainPage(std::vector<std::string>{"a", "b"})}, parquet::Type::BYTE_ARRAY, 2);
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_EQ(text->chunk().statistics->min_value, "a");
  EXPECT_FALSE(text->chunk().statistics->min);
}

TEST(CopyPages, SizesCountEveryPageAndItsHeader) {
  const auto copied = Copy({Dictionary(Plain(std::vector<int64_t>{7, 8}), 2), Indices({1, 0}, 2),
                            PlainPage(std::vector<int64_t>{1, 2, 3})},
                           parquet::Type::INT64, 5);
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_EQ(copied->footer.row_groups[0].total_byte_size, copied->chunk().total_uncompressed_size);
  int64_t bodies = 0;
  for (const std::string& body : BodiesOf(copied->file)) {
    bodies += static_cast<int64_t>(body.size());
  }
  EXPECT_EQ(bodies, 16 + 3 + 24);
  EXPECT_GT(copied->chunk().total_uncompressed_size, bodies + 3 * 10);
}

// A width of 0 bits, enough for one entry, is not read by all.
TEST(CopyPages, IndicesAreAsWideAsTheDictionaryNeedsAndOneBitAtLeast) {
  for (const auto& [entries, width] :
       {std::pair(1, 1), std::pair(2, 1), std::pair(3, 2), std::pair(4, 2), std::pair(5, 3),
        std::pair(256, 8), std::pair(257, 9)}) {
    const std::vector<int64_t> dictionary(static_cast<size_t>(entries), 7);
    const auto copied = Copy({Dictionary(Plain(dictionary), entries), Indices({0, 0}, entries)},
                             parquet::Type::INT64, 2);
    ASSERT_TRUE(copied.ok()) << copied.status();
    EXPECT_EQ(BodiesOf(copied->file)[1][0], width) << entries;
  }
}

TEST(CopyPages, WhatStandsBehindADictionaryIsLeftOut) {
  const std::vector<int64_t> numbers = {7, 8};
  const std::vector<std::string> texts = {"x", "yz"};
  const auto number =
      Copy({Dictionary(Plain(numbers) + "junk", 2), Indices({1, 0}, 2)}, parquet::Type::INT64, 2);
  ASSERT_TRUE(number.ok()) << number.status();
  EXPECT_EQ(BodiesOf(number->file)[0], Plain(numbers));
  const auto text = Copy({Dictionary(Plain(texts) + "junk", 2), Indices({1, 0}, 2)},
                         parquet::Type::BYTE_ARRAY, 2);
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_EQ(BodiesOf(text->file)[0], Plain(texts));
}

// Lengths of levels are given although the column has none (ARROW-17453).
TEST(CopyPages, LevelsOfVersionTwoArePassedOver) {
  const std::vector<int64_t> values = {7, 8};
  const auto copied = Copy({PageV2("\x04\x01" + Plain(values), 2, 2)}, parquet::Type::INT64, 2);
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_EQ(ValuesOf<Int64Type>(copied->file, 2), values);
}

// More entries than the library is given at a time.
TEST(CopyPages, BoundsOfALongDictionary) {
  std::vector<int64_t> dictionary(1000);
  std::vector<uint32_t> indices;
  for (uint32_t i = 0; i < 1000; ++i) {
    const int64_t size = 1000 - int64_t{i};  // the bounds come first
    dictionary[i] = i % 2 == 0 ? size : -size;
    if (i > 1) indices.push_back(i);
  }
  const auto copied = Copy({Dictionary(Plain(dictionary), 1000), Indices(indices, 1000)},
                           parquet::Type::INT64, 998);
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_EQ(copied->chunk().statistics->min_value, Plain(std::vector<int64_t>{-997}));
  EXPECT_EQ(copied->chunk().statistics->max_value, Plain(std::vector<int64_t>{998}));
}

TEST(CopyPages, EveryBitOfADoubleIsKept) {
  const std::vector<uint64_t> bits = {0x7FF8000000000001, 0xFFF8000000000002, 0x8000000000000000, 0,
                                      0x3FF0000000000000};
  const auto copied =
      Copy({Dictionary(Plain(bits), 5), Indices({0, 1, 2, 3, 4, 1}, 5)}, parquet::Type::DOUBLE, 6);
  ASSERT_TRUE(copied.ok()) << copied.status();
  const std::vector<double> values = ValuesOf<DoubleType>(copied->file, 6);
  EXPECT_EQ(Plain(values),
            Plain(std::vector<uint64_t>{bits[0], bits[1], bits[2], bits[3], bits[4], bits[1]}));
  EXPECT_FALSE(copied->chunk().statistics->HasBounds());  // for the NaNs
  // Of a dictionary only what is used counts, and zero is a bound with either sign.
  const auto numbers =
      Copy({Dictionary(Plain(bits), 5), Indices({2, 3, 4}, 5)}, parquet::Type::DOUBLE, 3);
  ASSERT_TRUE(numbers.ok()) << numbers.status();
  EXPECT_EQ(numbers->chunk().statistics->min_value, Plain(std::vector<double>{-0.0}));
  EXPECT_EQ(numbers->chunk().statistics->max_value, Plain(std::vector<double>{1.0}));
}

TEST(CopyPages, PagesBehindADictionaryAndPlainOnes) {
  const PagePtr dictionary = Dictionary(Plain(std::vector<int64_t>{7, 8}), 2);
  const PagePtr indices = Indices({1, 0, 1}, 2);
  const PagePtr plain = PlainPage(std::vector<int64_t>{1, 2});
  const auto both =
      Copy({dictionary, indices, plain, Indices({0, 0, 1}, 2)}, parquet::Type::INT64, 8);
  ASSERT_TRUE(both.ok()) << both.status();
  EXPECT_EQ(ValuesOf<Int64Type>(both->file, 8), (std::vector<int64_t>{8, 7, 8, 1, 2, 7, 7, 8}));
  EXPECT_THAT(both->pages(), ElementsAre("DICTIONARY_PAGE PLAIN 1", "DATA_PAGE PLAIN 1",
                                         "DATA_PAGE RLE_DICTIONARY 2"));
  EXPECT_EQ(both->chunk().statistics->min_value, Plain(std::vector<int64_t>{1}));
  EXPECT_EQ(both->chunk().statistics->max_value, Plain(std::vector<int64_t>{8}));

  // A dictionary that the first page does not need is not written.
  const auto late = Copy({dictionary, plain, indices}, parquet::Type::INT64, 5);
  ASSERT_TRUE(late.ok()) << late.status();
  EXPECT_EQ(ValuesOf<Int64Type>(late->file, 5), (std::vector<int64_t>{1, 2, 8, 7, 8}));
  EXPECT_THAT(late->pages(), ElementsAre("DATA_PAGE PLAIN 1"));
  EXPECT_FALSE(late->chunk().dictionary_page_offset);
}

// An encoding that the footer did not name, and the output does not have.
TEST(CopyPages, OtherEncodingsBecomePlain) {
  const std::vector<int64_t> values = {3, 1, 4, 1, 5};
  const auto copied = Copy({Page(Delta(values), 5, parquet::Encoding::DELTA_BINARY_PACKED)},
                           parquet::Type::INT64, 5);
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_EQ(ValuesOf<Int64Type>(copied->file, 5), values);
  EXPECT_THAT(copied->pages(), ElementsAre("DATA_PAGE PLAIN 1"));
}

TEST(CopyPages, OnlyNullsAndAnEmptyDictionary) {
  const std::vector<int16_t> levels(300, 0);
  const auto copied = Copy({Dictionary("", 0), Page(WithLevels(levels, std::string(1, '\0')), 300,
                                                    parquet::Encoding::RLE_DICTIONARY)},
                           parquet::Type::BYTE_ARRAY, 300, Repetition::OPTIONAL);
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_EQ(copied->chunk().statistics->null_count, 300);
  EXPECT_FALSE(copied->chunk().statistics->min_value);
  const auto table = TableOf(copied->file);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ((*table)->column(0)->null_count(), 300);
}

TEST(CopyPages, BoundsThatAreTooLongAreLeftOut) {
  const std::vector<std::string> values = {"a", std::string(5000, 'z')};
  const auto copied = Copy({PlainPage(values)}, parquet::Type::BYTE_ARRAY, 2);
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_EQ(copied->chunk().statistics->min_value, "a");
  EXPECT_FALSE(copied->chunk().statistics->max_value);
}

TEST(CopyPages, SmallPagesAreGatheredAndLargeOnesCut) {
  std::vector<PagePtr> small(50, PlainPage(std::vector<int64_t>{1, 2, 3}));
  const auto gathered = Copy(std::move(small), parquet::Type::INT64, 150);
  ASSERT_TRUE(gathered.ok()) << gathered.status();
  EXPECT_THAT(gathered->pages(), ElementsAre("DATA_PAGE PLAIN 1"));

  std::vector<std::string> values;
  for (char c = 'A'; values.size() < 40; ++c) values.emplace_back(200'000, c);
  const auto cut = Copy({PlainPage(values)}, parquet::Type::BYTE_ARRAY, 40);
  ASSERT_TRUE(cut.ok()) << cut.status();
  EXPECT_THAT(cut->pages(), ElementsAre("DATA_PAGE PLAIN 7"));
  const auto table = TableOf(cut->file);
  ASSERT_TRUE(table.ok()) << table.status();
  int64_t rows = 0;
  for (const auto& chunk : (*table)->column(0)->chunks()) {
    const auto& array = static_cast<const arrow::BinaryArray&>(*chunk);
    for (int64_t i = 0; i < array.length(); ++i, ++rows) {
      EXPECT_EQ(array.GetView(i), values[static_cast<size_t>(rows)]);
    }
  }
  EXPECT_EQ(rows, 40);
}

// Runs of nulls take no bytes, and readers hold all levels of a page.
TEST(CopyPages, PagesOfManyLevelsAreCut) {
  const int32_t rows = 3 << 20;
  const std::vector<int16_t> levels(static_cast<size_t>(rows), 0);
  const auto copied = Copy({Page(WithLevels(levels, ""), rows, parquet::Encoding::PLAIN)},
                           parquet::Type::INT64, rows, Repetition::OPTIONAL, /*batch_size=*/65536);
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_THAT(copied->pages(), ElementsAre("DATA_PAGE PLAIN 3"));
}

TEST(CopyPages, PagesOfManyIndicesAreCut) {
  const int32_t entries = 70'000, rows = 700'000;  // of 17 bits: 1.4 MiB
  std::vector<int64_t> dictionary(static_cast<size_t>(entries));
  std::iota(dictionary.begin(), dictionary.end(), 0);
  std::vector<uint32_t> indices;
  for (uint32_t i = 0; i < rows; ++i) indices.push_back(i * 7919 % entries);
  const auto copied = Copy({Dictionary(Plain(dictionary), entries), Indices(indices, entries)},
                           parquet::Type::INT64, rows, Repetition::REQUIRED, /*batch_size=*/65536);
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_THAT(copied->pages(),
              ElementsAre("DICTIONARY_PAGE PLAIN 1", "DATA_PAGE RLE_DICTIONARY 2"));
  const auto values = ValuesOf<Int64Type>(copied->file, rows);
  EXPECT_TRUE(std::equal(values.begin(), values.end(), indices.begin(), indices.end()));
}

TEST(CopyPages, BrokenPagesAreCorrupt) {
  const std::string two = Plain(std::vector<int64_t>{7, 8});
  const PagePtr dictionary = Dictionary(two, 2);
  const auto say = [](std::vector<PagePtr> pages, int64_t rows = 3,
                      Repetition::type repetition = Repetition::REQUIRED) {
    const Status status = Copy(std::move(pages), parquet::Type::INT64, rows, repetition).status();
    EXPECT_EQ(CodeOf(status), ErrorCode::kCorrupt) << status;
    return status.message();
  };
  EXPECT_EQ(say({dictionary, Indices({0, 1, 2}, 4)}), "an index points behind the dictionary");
  EXPECT_EQ(say({dictionary, Indices({0, 1, 0xFFFFFFFF}, int64_t{1} << 32)}),
            "an index points behind the dictionary");
  EXPECT_EQ(say({Dictionary("", 0), Indices({0, 0, 0}, 2)}),
            "an index points behind the dictionary");
  EXPECT_EQ(say({dictionary, dictionary}), "the column has more than one dictionary");
  EXPECT_EQ(say({Dictionary(two, 17)}), "the dictionary page is too short for its values");
  EXPECT_EQ(say({Dictionary(two, -1)}), "the dictionary page is too short for its values");
  EXPECT_NE(say({Dictionary(two, 3)}), "");
  EXPECT_EQ(say({Indices({0, 0, 0}, 2)}), "a data page needs a dictionary that is not there");
  EXPECT_NE(say({dictionary, Page(EncodeIndices(std::vector<uint32_t>{0}, 2), 300,
                                  parquet::Encoding::RLE_DICTIONARY)},
                300),
            "");
  EXPECT_NE(say({Page(two, 3, parquet::Encoding::PLAIN)}), "");
  EXPECT_EQ(say({Page(Delta({1, 2}), 3, parquet::Encoding::DELTA_BINARY_PACKED)}),
            "a page holds fewer values than its levels say");
  EXPECT_EQ(say({PageV2(two, 3, 17)}), "the data page is too short for its levels");
  EXPECT_EQ(say({PageV2(two, 3, -1)}), "the data page is too short for its levels");
  EXPECT_EQ(
      say({Page(WithLevels({1}, two), 300, parquet::Encoding::PLAIN)}, 300, Repetition::OPTIONAL),
      "a page holds fewer levels than its header says");
  EXPECT_EQ(say({PlainPage(std::vector<int64_t>{1})}), "the footer says 3 rows, the pages hold 1");
}

TEST(CopyPages, ADictionaryInAnotherEncodingIsNotRead) {
  const std::string two = Plain(std::vector<int64_t>{7, 8});
  const auto copied = [&](parquet::Encoding::type encoding) {
    return Copy({Dictionary(two, 2, encoding), Indices({0, 1}, 2)}, parquet::Type::INT64, 2);
  };
  EXPECT_EQ(CodeOf(copied(parquet::Encoding::RLE).status()), ErrorCode::kUnsupported);
  EXPECT_TRUE(copied(parquet::Encoding::PLAIN_DICTIONARY).ok());
}

TEST(KeepsDictionary, WhereNothingElseIsAskedFor) {
  ColumnMetaData chunk;
  chunk.type = PhysicalType::kInt64;
  chunk.encodings = {Encoding::kPlain, Encoding::kRleDictionary, Encoding::kRle};
  SchemaNode leaf;
  leaf.type = PhysicalType::kInt64;
  const Target& snowflake = **FindTarget("snowflake");
  EXPECT_TRUE(KeepsDictionary(chunk, leaf, {}, snowflake));
  EXPECT_FALSE(KeepsDictionary(chunk, leaf, {}, **FindTarget("generic")));
  Target more = snowflake;
  more.page_index = true;
  EXPECT_FALSE(KeepsDictionary(chunk, leaf, {}, more));
  more = snowflake;
  more.size_statistics = true;
  EXPECT_FALSE(KeepsDictionary(chunk, leaf, {}, more));

  SchemaNode other = leaf;
  other.conversion = Conversion::kNanosToMicros;
  EXPECT_FALSE(KeepsDictionary(chunk, other, {}, snowflake));
  other = leaf;
  other.annotation = parquet::LogicalType::Geometry();
  EXPECT_FALSE(KeepsDictionary(chunk, other, {}, snowflake));
  other = leaf;
  other.level_map = {0, -1, 1};
  EXPECT_FALSE(KeepsDictionary(chunk, other, {}, snowflake));
  ColumnLayout layout;
  layout.encoding = Encoding::kByteStreamSplit;
  EXPECT_FALSE(KeepsDictionary(chunk, leaf, layout, snowflake));
  chunk.type = PhysicalType::kFixedLenByteArray;
  EXPECT_FALSE(KeepsDictionary(chunk, leaf, {}, snowflake)) << "values of no bytes";
  other = leaf;
  other.type_length = 5;
  EXPECT_TRUE(KeepsDictionary(chunk, other, {}, snowflake));
  chunk.type = PhysicalType::kInt64;
  chunk.encodings.push_back(Encoding::kDeltaBinaryPacked);
  EXPECT_FALSE(KeepsDictionary(chunk, leaf, {}, snowflake));
}

// Any values, nulls, pages, batches, and where the dictionary is given up.
RC_GTEST_PROP(CopyPages, EqualWhateverTheBoundaries, ()) {
  const auto numbers =
      *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(-20, 100)));
  std::vector<int16_t> definition;
  std::vector<std::string> texts;
  for (const int number : numbers) {
    definition.push_back(number < 0 ? 0 : 1);
    if (number >= 0)
      texts.push_back(std::string(static_cast<size_t>(number % 7), 'x') + std::to_string(number));
  }
  std::vector<parquet::ByteArray> values(texts.begin(), texts.end());
  WriterProperties::Builder properties;
  properties.max_rows_per_page(*rc::gen::inRange<int64_t>(1, 30));
  properties.write_batch_size(*rc::gen::inRange<int64_t>(1, 30));
  properties.dictionary_pagesize_limit(*rc::gen::inRange<int64_t>(1, 300));
  if (*rc::gen::arbitrary<bool>()) {
    properties.data_page_version(parquet::ParquetDataPageVersion::V2);
  }
  const BufferPtr file =
      WriteFile(Root({PrimitiveNode::Make("t", Repetition::OPTIONAL, parquet::Type::BYTE_ARRAY)}),
                {[&](parquet::RowGroupWriter* out) {
                  WriteColumn<ByteArrayType>(out, definition, {}, values);
                }},
                properties.build());
  RewriteOptions options = OptionsFor("snowflake");
  options.batch_size = *rc::gen::inRange<int64_t>(1, 50);
  const auto result = RewriteBytes(file, options);
  RC_ASSERT(result.ok());
  RC_ASSERT(*BitsOf(file) == *BitsOf(result->file));
}

}  // namespace
}  // namespace pqpack::testing
