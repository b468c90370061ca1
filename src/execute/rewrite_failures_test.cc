// SPDX-License-Identifier: Apache-2.0
//
// Footers that lie, pages that are broken, sources and sinks that fail, too
// little memory: each ends in an error that says where, and in no output that
// looks whole.
#include <arrow/io/memory.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/column_page.h>
#include <parquet/metadata.h>

#include <atomic>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "base/memory_budget.h"
#include "diagnose/one_column_testing.h"
#include "execute/rewrite_testing.h"

namespace pqpack::testing {
namespace {

using parquet::ByteArrayType;
using parquet::Int32Type;
using parquet::Int64Type;
using parquet::LogicalType;
using parquet::Repetition;
using parquet::WriterProperties;
using parquet::schema::GroupNode;
using parquet::schema::NodePtr;
using parquet::schema::PrimitiveNode;
using ::testing::HasSubstr;

constexpr const char* kNested = "test/data/arrow_go_18_5_0/nested.parquet";

NodePtr Int64(const char* name) {
  return PrimitiveNode::Make(name, Repetition::REQUIRED, parquet::Type::INT64);
}

std::vector<int64_t> Numbers(int64_t count) {
  std::vector<int64_t> values(static_cast<size_t>(count));
  for (auto& value : values) value = &value - values.data();
  return values;
}

// Two required columns of 100 rows in pages of 10, in each of two row groups.
BufferPtr SmallFile() {
  WriterProperties::Builder properties;
  properties.max_rows_per_page(10);
  properties.disable_dictionary();
  const Fill fill = [](parquet::RowGroupWriter* out) {
    WriteColumn<Int64Type>(out, {}, {}, Numbers(100));
    WriteColumn<Int64Type>(out, {}, {}, Numbers(100));
  };
  return WriteFile(Root({Int64("a"), Int64("b")}), {fill, fill}, properties.build());
}

// Rewrites with a footer that was changed after it was read.
Status RewriteWith(const BufferPtr& file, const std::function<void(FileMetaData*)>& change,
                   const RewriteOptions& options = OptionsFor("snowflake")) {
  auto footer = FooterOf(file);
  if (!footer.ok()) return footer.status();
  change(&*footer);
  auto plan = PlanRewrite(*footer, options);
  if (!plan.ok()) return plan.status();
  auto sink = *arrow::io::BufferOutputStream::Create();
  return Rewrite(std::make_shared<arrow::io::BufferReader>(file), *footer, *plan, sink, options)
      .status();
}

ColumnMetaData& Chunk(FileMetaData* footer, size_t group, size_t column) {
  return *footer->row_groups[group].columns[column].meta_data;
}

void ExpectError(const Status& status, ErrorCode code, const std::string& message) {
  EXPECT_EQ(CodeOf(status), code) << status;
  EXPECT_EQ(status.message(), message);
}

TEST(LyingFooter, MoreRowsThanPagesHold) {
  const Status status =
      RewriteWith(SmallFile(), [](FileMetaData* footer) { footer->row_groups[1].num_rows = 120; });
  ExpectError(status, ErrorCode::kCorrupt,
              "row group 1: column a: the footer says 120 rows, the pages hold 100");
}

TEST(LyingFooter, FewerRowsThanPagesHold) {
  const Status status =
      RewriteWith(SmallFile(), [](FileMetaData* footer) { footer->row_groups[1].num_rows = 90; });
  ExpectError(status, ErrorCode::kCorrupt,
              "row group 1: column a: the footer says 90 rows, the pages hold 100");
}

// Rows agree, but the last one would lack values.
TEST(LyingFooter, MoreValuesThanPagesHold) {
  const Status status =
      RewriteWith(SmallFile(), [](FileMetaData* footer) { Chunk(footer, 0, 0).num_values = 105; });
  ExpectError(status, ErrorCode::kCorrupt,
              "row group 0: column a: the footer says 105 values, the pages hold 100");
}

// Rows and values agree, and pages with more rows stand behind them: the library
// stops reading there without a word.
TEST(LyingFooter, PagesAreLeftOver) {
  const Status status = RewriteWith(SmallFile(), [](FileMetaData* footer) {
    footer->row_groups[0].num_rows = 90;
    Chunk(footer, 0, 0).num_values = 90;
    Chunk(footer, 0, 1).num_values = 90;
  });
  ExpectError(status, ErrorCode::kCorrupt,
              "row group 0: column a: a data page follows after the last value that the footer "
              "names");
}

// Nor are they hidden behind a page without values, which may stand anywhere.
TEST(LyingFooter, PagesAreLeftOverBehindAnEmptyOne) {
  const auto rewritten = [](const std::vector<TestPage>& behind) {
    OneColumnFile file;
    file.repetitions = {0};
    file.rows = 3;
    file.pages = {PageV1(3, Plain<int64_t>({1, 2, 3}), {}, {}), PageV1(0, "", {}, {})};
    file.pages.insert(file.pages.end(), behind.begin(), behind.end());
    file.more_meta = {{5, I64(3)}};  // num_values
    return RewriteBytes(arrow::Buffer::FromString(file.Build()), OptionsFor("generic")).status();
  };
  EXPECT_TRUE(rewritten({}).ok()) << rewritten({});
  ExpectError(rewritten({PageV1(1, Plain<int64_t>({4}), {}, {})}), ErrorCode::kCorrupt,
              "row group 0: column a: a data page follows after the last value that the footer "
              "names");
  TestPage endless = PageV1(0, "", {}, {});
  endless.header(3).number = (int64_t{1} << 31) - 1;
  EXPECT_TRUE(rewritten({endless}).ok()) << "no page, but padding";
}

TEST(LyingFooter, TheLastPageHoldsMore) {
  const Status status = RewriteWith(SmallFile(), [](FileMetaData* footer) {
    footer->row_groups[0].num_rows = 95;
    Chunk(footer, 0, 0).num_values = 95;
  });
  ExpectError(status, ErrorCode::kCorrupt,
              "row group 0: column a: pages hold 5 values more than the footer says");
}

TEST(LyingFooter, OneColumnIsShort) {
  const Status status = RewriteWith(SmallFile(), [](FileMetaData* footer) {
    Chunk(footer, 0, 1).num_values = 100;
    // The chunk ends after nine of its ten pages.
    auto& chunk = Chunk(footer, 0, 1);
    chunk.total_compressed_size -= chunk.total_compressed_size / 10;
  });
  EXPECT_EQ(CodeOf(status), ErrorCode::kCorrupt) << status;
  EXPECT_THAT(status.message(), HasSubstr("row group 0: column b: "));
}

TEST(LyingFooter, AnEmptyRowGroupThatHasValues) {
  const Status status =
      RewriteWith(SmallFile(), [](FileMetaData* footer) { footer->row_groups[0].num_rows = 0; });
  ExpectError(status, ErrorCode::kCorrupt,
              "row group 0: column a: the footer says 0 rows, but 100 values");
}

TEST(LyingFooter, ChunkOutsideOfTheFile) {
  const Status status = RewriteWith(SmallFile(), [](FileMetaData* footer) {
    Chunk(footer, 0, 0).data_page_offset = int64_t{1} << 62;
  });
  EXPECT_EQ(CodeOf(status), ErrorCode::kCorrupt) << status;
}

TEST(LyingFooter, WrongTypeOfColumn) {
  const Status status = RewriteWith(
      SmallFile(), [](FileMetaData* footer) { footer->schema[1].type = PhysicalType::kInt96; });
  EXPECT_EQ(CodeOf(status), ErrorCode::kCorrupt) << status;
}

// What arrow-go before 18.3.0 wrote: levels above what the schema allows.
TEST(Pages, DefinitionLevelsAboveTheSchema) {
  const NodePtr nested = GroupNode::Make(
      "a", Repetition::OPTIONAL,
      {GroupNode::Make("b", Repetition::OPTIONAL,
                       {PrimitiveNode::Make("c", Repetition::OPTIONAL, parquet::Type::INT32)})});
  const BufferPtr file = WriteFile(Root({nested}), {[](parquet::RowGroupWriter* out) {
                                     WriteColumn<Int32Type>(out, {3, 2, 1, 0}, {}, {7});
                                   }});
  const Status status = RewriteWith(file, [](FileMetaData* footer) {
    footer->schema[2].repetition = pqpack::Repetition::kRequired;
  });
  EXPECT_EQ(CodeOf(status), ErrorCode::kCorrupt) << status;
  EXPECT_THAT(status.message(), HasSubstr("row group 0: column a.b.c: Malformed levels"));
}

// Levels that promise values which are not there; the decoder of deltas just gives fewer.
TEST(Pages, FewerValuesThanLevelsSay) {
  const NodePtr nested = GroupNode::Make(
      "a", Repetition::OPTIONAL,
      {GroupNode::Make("b", Repetition::OPTIONAL,
                       {PrimitiveNode::Make("c", Repetition::OPTIONAL, parquet::Type::INT32)})});
  WriterProperties::Builder properties;
  properties.disable_dictionary();
  properties.encoding(parquet::Encoding::DELTA_BINARY_PACKED);
  const BufferPtr file = WriteFile(Root({nested}), {[](parquet::RowGroupWriter* out) {
                                     WriteColumn<Int32Type>(out, {2, 2, 1}, {}, {});
                                   }},
                                   properties.build());
  const Status status = RewriteWith(file, [](FileMetaData* footer) {
    footer->schema[2].repetition = pqpack::Repetition::kRequired;
  });
  ExpectError(status, ErrorCode::kCorrupt,
              "row group 0: column a.b.c: a page holds fewer values than its levels say");
}

// A file of one column chunk with these pages, each as it is given.
BufferPtr FileOfPages(const NodePtr& column, int64_t rows,
                      const std::vector<parquet::DataPageV1>& data) {
  const auto sink = *arrow::io::BufferOutputStream::Create();
  parquet::SchemaDescriptor schema;
  schema.Init(Root({column}));
  const auto properties = parquet::default_writer_properties();
  const auto footer = parquet::FileMetaDataBuilder::Make(&schema, properties);
  EXPECT_TRUE(sink->Write("PAR1", 4).ok());
  auto* group = footer->AppendRowGroup();
  auto* chunk = group->NextColumnChunk();
  const auto pages = parquet::PageWriter::Open(sink, parquet::Compression::UNCOMPRESSED, chunk);
  for (const auto& page : data) pages->WriteDataPage(page);
  pages->Close(/*has_dictionary=*/false, /*fallback=*/false);
  group->set_num_rows(rows);
  group->Finish(0);
  parquet::WriteFileMetaData(*footer->Finish(), sink.get());
  return *sink->Finish();
}

parquet::DataPageV1 PlainPage(const BufferPtr& body, int32_t values,
                              parquet::Encoding::type levels = parquet::Encoding::RLE) {
  return {body, values, parquet::Encoding::PLAIN, levels, levels, body->size()};
}

// The library's column reader takes a page without values for the end of the chunk.
TEST(Pages, AnEmptyPageIsNotTheEnd) {
  std::vector<parquet::DataPageV1> pages;
  for (const int32_t count : {3, 0, 2}) {
    pages.push_back(PlainPage(arrow::Buffer::FromVector(Numbers(count)), count));
  }
  const auto result = RewriteBytes(FileOfPages(Int64("a"), 5, pages), OptionsFor("snowflake"));
  ASSERT_TRUE(result.ok()) << result.status();
  const auto table = TableOf(result->file);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ((*table)->num_rows(), 5);
}

// Three values, none null, as parquet-mr packed levels until 2013; the library sees nulls.
TEST(Pages, LevelsPackedFromTheMostSignificantBitAreRefused) {
  std::string body("\xE0", 1);
  for (const char value : {1, 2, 3}) body += std::string{value, 0, 0, 0};
  const auto refused = [&](Repetition::type repetition) {
    const NodePtr column = PrimitiveNode::Make("a", repetition, parquet::Type::INT32);
    const std::string bytes = repetition == Repetition::REQUIRED ? body.substr(1) : body;
    const auto page = PlainPage(arrow::Buffer::FromString(bytes), 3, parquet::Encoding::BIT_PACKED);
    return RewriteWith(FileOfPages(column, 3, {page}), [](FileMetaData*) {});
  };
  ExpectError(refused(Repetition::OPTIONAL), ErrorCode::kUnsupported,
              "row group 0: column a: Not yet implemented: levels in the deprecated encoding "
              "BIT_PACKED.");
  // A column without levels may name any encoding for them.
  EXPECT_TRUE(refused(Repetition::REQUIRED).ok());
}

// The first value says that it continues a row.
TEST(Pages, AChunkThatBeginsInsideARow) {
  const NodePtr list = PrimitiveNode::Make("l", Repetition::REPEATED, parquet::Type::INT32);
  const BufferPtr file = WriteFile(Root({list}), {[](parquet::RowGroupWriter* out) {
                                     WriteColumn<Int32Type>(out, {1, 1, 1}, {1, 0, 1}, {1, 2, 3});
                                   }});
  const Status status = RewriteWith(file, [](FileMetaData*) {});
  ExpectError(status, ErrorCode::kCorrupt,
              "row group 0: column l: the first value continues a row that is not there");
}

// Every byte of the pages in turn; equal data or an error, never a crash.  With
// checksums each flip inside of a page's body is found.
TEST(Pages, FlippedBytesAreFound) {
  WriterProperties::Builder properties;
  properties.enable_page_checksum();
  properties.compression(parquet::Compression::SNAPPY);
  const BufferPtr file = WriteFile(Root({Int64("a")}), {[](parquet::RowGroupWriter* out) {
                                     WriteColumn<Int64Type>(out, {}, {}, Numbers(50));
                                   }},
                                   properties.build());
  const auto footer = FooterOf(file);
  ASSERT_TRUE(footer.ok()) << footer.status();
  const ByteRange pages = footer->row_groups[0].columns[0].meta_data->pages();
  const auto before = BitsOf(file);
  int found = 0;
  for (int64_t at = pages.offset; at < pages.end(); ++at) {
    std::string bytes = file->ToString();
    bytes[static_cast<size_t>(at)] ^= 0x10;
    const auto result = RewriteBytes(arrow::Buffer::FromString(bytes), OptionsFor("snowflake"));
    if (!result.ok()) {
      ++found;
      EXPECT_NE(CodeOf(result.status()), ErrorCode::kInternal) << at << ": " << result.status();
      continue;
    }
    const auto after = BitsOf(result->file);
    ASSERT_TRUE(after.ok()) << after.status();
    EXPECT_TRUE(*before == *after) << "byte " << at;
  }
  EXPECT_GT(found, pages.length / 2);
}

TEST(Pages, CutAnywhere) {
  const BufferPtr file = ReadTestFile(kNested);
  const auto footer = FooterOf(file);
  ASSERT_TRUE(footer.ok()) << footer.status();
  const RewriteOptions options = OptionsFor("snowflake");
  const auto plan = PlanRewrite(*footer, options);
  ASSERT_TRUE(plan.ok()) << plan.status();
  for (int64_t size = 0; size < file->size() / 2; size += 97) {
    const auto source =
        std::make_shared<arrow::io::BufferReader>(arrow::SliceBuffer(file, 0, size));
    const Status status =
        Rewrite(source, *footer, *plan, *arrow::io::BufferOutputStream::Create(), options).status();
    EXPECT_EQ(CodeOf(status), ErrorCode::kCorrupt) << status;
  }
}

// Fails at the n-th write and counts what is tried after that.
class FailingSink : public arrow::io::OutputStream {
 public:
  FailingSink(int after, std::function<Status()> fail) : left_(after), fail_(std::move(fail)) {}
  using arrow::io::OutputStream::Write;
  Status Write(const void*, int64_t bytes) override {
    if (failed_) ++writes_after_failure;
    if (left_-- > 0) {
      ++writes;
      position_ += bytes;
      return Status::OK();
    }
    failed_ = true;
    return fail_();
  }
  Status Close() override { return Status::OK(); }
  Result<int64_t> Tell() const override { return position_; }
  bool closed() const override { return false; }

  int writes = 0;
  int writes_after_failure = 0;

 private:
  int left_;
  std::function<Status()> fail_;
  bool failed_ = false;
  int64_t position_ = 0;
};

Status RewriteInto(const std::shared_ptr<arrow::io::OutputStream>& sink, const BufferPtr& file,
                   const RewriteOptions& options) {
  const auto footer = FooterOf(file);
  const auto plan = PlanRewrite(*footer, options);
  return Rewrite(std::make_shared<arrow::io::BufferReader>(file), *footer, *plan, sink, options)
      .status();
}

TEST(Sink, ErrorsKeepTheirCodeAndNothingIsWrittenAfter) {
  const auto all = std::make_shared<FailingSink>(1000, [] { return Status::OK(); });
  ASSERT_TRUE(RewriteInto(all, SmallFile(), OptionsFor("snowflake")).ok());
  ASSERT_GT(all->writes, 10);
  for (int after = 0; after < all->writes; ++after) {
    const auto sink = std::make_shared<FailingSink>(
        after, [] { return Error(ErrorCode::kNoSpace, "disk full", "Make room."); });
    const Status status = RewriteInto(sink, SmallFile(), OptionsFor("snowflake"));
    EXPECT_EQ(CodeOf(status), ErrorCode::kNoSpace) << status;
    EXPECT_EQ(ActionOf(status), "Make room.");
    EXPECT_THAT(status.message(), HasSubstr("disk full"));
    EXPECT_EQ(sink->writes_after_failure, 0) << after;
  }
}

// Fails at the n-th read.
class FailingSource : public BytesFile {
 public:
  FailingSource(BufferPtr file, int after) : BytesFile(std::move(file)), left_(after) {}
  using BytesFile::ReadAt;
  Result<BufferPtr> ReadAt(int64_t position, int64_t bytes) override {
    if (left_-- <= 0) return Error(ErrorCode::kSourceChanged, "the file was replaced");
    return BytesFile::ReadAt(position, bytes);
  }

 private:
  std::atomic<int> left_;
};

TEST(Source, ErrorsKeepTheirCode) {
  const BufferPtr file = SmallFile();
  const auto footer = FooterOf(file);
  for (const int width : {1, 2}) {
    Executor executor(2);
    RewriteOptions options = OptionsFor("snowflake");
    options.width = width;
    options.executor = &executor;
    const auto plan = PlanRewrite(*footer, options);
    for (int after = 0; after < 4; ++after) {
      const auto sink = std::make_shared<FailingSink>(1000, [] { return Status::OK(); });
      const Status status =
          Rewrite(std::make_shared<FailingSource>(file, after), *footer, *plan, sink, options)
              .status();
      EXPECT_EQ(CodeOf(status), ErrorCode::kSourceChanged) << status;
      EXPECT_THAT(status.message(), HasSubstr("column "));
    }
  }
}

TEST(Stop, BeforeTheFirstBatch) {
  std::stop_source stop;
  stop.request_stop();
  RewriteOptions options = OptionsFor("snowflake");
  options.stop = stop.get_token();
  const Status status = RewriteBytes(SmallFile(), options).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kCancelled) << status;
}

TEST(Stop, InTheMiddle) {
  for (int after = 1; after < 6; ++after) {
    std::stop_source stop;
    RewriteOptions options = OptionsFor("snowflake");
    options.stop = stop.get_token();
    const auto sink = std::make_shared<FailingSink>(after, [&] {
      stop.request_stop();
      return Status::OK();
    });
    const Status status = RewriteInto(sink, SmallFile(), options);
    EXPECT_EQ(CodeOf(status), ErrorCode::kCancelled) << status;
  }
}

// A batch of large values takes as long as many batches.
TEST(Stop, InTheMiddleOfABatch) {
  const std::string large(256 * kKiB, 'x');
  const NodePtr column = PrimitiveNode::Make("a", Repetition::REQUIRED, parquet::Type::BYTE_ARRAY);
  const Fill fill = [&](parquet::RowGroupWriter* out) {
    WriteColumn<ByteArrayType>(out, {}, {},
                               std::vector<parquet::ByteArray>(200, parquet::ByteArray(large)));
  };
  std::stop_source stop;
  RewriteOptions options = OptionsFor("snowflake");
  options.stop = stop.get_token();
  const auto sink = std::make_shared<FailingSink>(2, [&] {
    stop.request_stop();
    return Status::OK();
  });
  WriterProperties::Builder properties;
  properties.disable_dictionary();
  const Status status =
      RewriteInto(sink, WriteFile(Root({column}), {fill}, properties.build()), options);
  EXPECT_EQ(CodeOf(status), ErrorCode::kCancelled) << status;
  EXPECT_LT(sink->writes_after_failure, 4);  // of more than 50
}

// Whatever the pool allows: equal data, or kTooLarge and every byte given back.
TEST(Memory, AnyCapEndsWellOrInTooLarge) {
  for (const char* path : {kNested, "test/data/arrow_go_18_5_0/flat.parquet",
                           "test/data/parquet_go_0_32_0/flat.parquet"}) {
    const BufferPtr file = ReadTestFile(path);
    bool enough = false;
    for (int64_t cap = kKiB; !enough; cap += cap / 3) {
      ASSERT_LT(cap, 256 * kMiB);
      for (const int width : {1, 3}) {
        Executor executor(2);
        CappedPool pool(arrow::default_memory_pool(), cap);
        RewriteOptions options = OptionsFor("snowflake");
        options.pool = &pool;
        options.width = width;
        options.executor = &executor;
        const auto result = RewriteBytes(file, options);
        enough = result.ok();
        if (!enough) {
          EXPECT_EQ(CodeOf(result.status()), ErrorCode::kTooLarge) << result.status();
          EXPECT_EQ(ActionOf(result.status()), "Raise --memory-limit.");
        }
        EXPECT_EQ(pool.bytes_allocated(), 0) << cap;
      }
    }
  }
}

// The estimate is what the capped pool gets: it has to be enough for usual files.
TEST(Memory, TheEstimateIsEnough) {
  for (const char* path :
       {kNested, "test/data/arrow_go_18_5_0/flat.parquet",
        "test/data/parquet_go_0_32_0/flat.parquet", "demo/data/airports.parquet"}) {
    const BufferPtr file = ReadTestFile(path);
    for (const int width : {1, 3}) {
      Executor executor(2);
      RewriteOptions options = OptionsFor("snowflake");
      options.width = width;
      options.executor = &executor;
      const auto footer = FooterOf(file);
      options.memory = EstimateMemory(*footer, options);
      CappedPool pool(arrow::default_memory_pool(), options.memory);
      options.pool = &pool;
      const auto result = RewriteBytes(file, options);
      EXPECT_TRUE(result.ok()) << result.status();
      EXPECT_EQ(result.ok() ? result->receipt.row_group_rows.size() : 0, footer->row_groups.size());
    }
  }
}

TEST(Memory, SizesThatTheFooterMakesUpDoNotOverflow) {
  auto footer = FooterOf(SmallFile());
  ASSERT_TRUE(footer.ok()) << footer.status();
  constexpr int64_t kHuge = std::numeric_limits<int64_t>::max();
  for (RowGroup& group : footer->row_groups) {
    group.num_rows = kHuge;
    for (ColumnChunk& chunk : group.columns) {
      chunk.meta_data->encodings.push_back(Encoding::kRleDictionary);
      chunk.meta_data->total_compressed_size = kHuge;
      chunk.meta_data->total_uncompressed_size = kHuge;
    }
  }
  for (const int width : {1, 2}) {
    RewriteOptions options = OptionsFor("snowflake");
    options.width = width;
    EXPECT_GT(EstimateMemory(*footer, options), int64_t{1} << 40);
  }
}

}  // namespace
}  // namespace pqpack::testing
