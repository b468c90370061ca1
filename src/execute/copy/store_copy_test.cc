// SPDX-License-Identifier: Apache-2.0
//
// Which files the store may copy, and that a footer which lies about first pages or places is
// found out before anything is written.
#include "execute/copy/store_copy.h"

#include <arrow/io/memory.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "execute/copy/copy_testing.h"
#include "execute/rewrite_testing.h"
#include "format/compact_writer.h"
#include "format/offset_index.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): of this project
using ::testing::HasSubstr;

// Two row groups of a column without a dictionary and one with, in several pages each.
BufferPtr Good(const std::string& created_by = "parquet-cpp-arrow version 26.0.1",
               parquet::Compression::type codec = parquet::Compression::UNCOMPRESSED) {
  const auto properties = parquet::WriterProperties::Builder()
                              .created_by(created_by)
                              ->compression(codec)
                              ->enable_write_page_index()
                              ->disable_dictionary("n")
                              ->data_pagesize(64 * 1024)
                              ->write_batch_size(500)
                              ->build();
  const Fill fill = [](parquet::RowGroupWriter* out) {
    std::vector<int64_t> values(20'000);
    for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int64_t>(i * 7919);
    WriteColumn<parquet::Int64Type>(out, {}, {}, values);
    std::vector<double> doubles(values.begin(), values.end());
    for (double& value : doubles) value = static_cast<double>(static_cast<int>(value) % 9000);
    WriteColumn<parquet::DoubleType>(out, {}, {}, doubles);
  };
  using parquet::Repetition::REQUIRED;
  return WriteFile(
      Root({parquet::schema::PrimitiveNode::Make("n", REQUIRED, parquet::Type::INT64),
            parquet::schema::PrimitiveNode::Make("d", REQUIRED, parquet::Type::DOUBLE)}),
      {fill, fill}, properties);
}

FileMetaData ParsedFooter(const BufferPtr& file) {
  const std::string bytes = file->ToString();
  const auto place = LocateFooter(AsBytes(bytes), file->size()).ValueOrDie();
  return ParseFooter(AsBytes(bytes).subspan(static_cast<size_t>(place.footer.offset),
                                            static_cast<size_t>(place.footer.length)))
      .ValueOrDie();
}

struct Plans {
  FileMetaData footer;
  RewritePlan rewrite;
  CopyPlan copy;
  StoreCopyPlan by_store;
};

Plans PlanFor(const BufferPtr& file, const RewriteOptions& options) {
  Plans plans;
  plans.footer = ParsedFooter(file);
  plans.rewrite = PlanRewrite(plans.footer, options).ValueOrDie();
  plans.copy = PlanCopy(plans.footer, plans.rewrite, options).ValueOrDie();
  plans.by_store = PlanStoreCopy(plans.footer, plans.rewrite, plans.copy, options).ValueOrDie();
  return plans;
}

struct Ended {
  Plans plans;
  RewriteReceipt receipt;
  BufferPtr file;  // the source's data and the new end
};

Result<Ended> CopyInStore(const BufferPtr& file, const RewriteOptions& options) {
  Ended ended;
  ended.plans = PlanFor(file, options);
  EXPECT_THAT(Said(ended.plans.by_store.obstacles), ::testing::IsEmpty());
  const ByteRange data = ended.plans.by_store.data;

  MemoryStore store({"b"});
  auto writer = store.Create(Uri::Parse("memory://b/a").ValueOrDie(), {}).ValueOrDie();
  PQ_RETURN_NOT_OK(writer->Append(AsBytes(file->ToString())));
  PQ_ASSIGN(const ObjectInfo object, writer->Finish());
  CoalescedFile source(store, object, CoalesceLooks(ended.plans.by_store, Scheme::kMemory),
                       nullptr);
  PQ_ASSIGN(const Details pages, ReadFirstPages(source, ended.plans.footer, data.end()));
  PQ_ASSIGN(const auto sink, arrow::io::BufferOutputStream::Create());
  const std::string bytes = file->ToString().substr(0, static_cast<size_t>(data.end()));
  PQ_RETURN_NOT_OK(sink->Write(bytes.data(), data.end()));
  PQ_ASSIGN(ended.receipt, WriteStoreCopyEnd(source, ended.plans.footer, pages, ended.plans.rewrite,
                                             ended.plans.copy, *options.target, *sink));
  PQ_ASSIGN(ended.file, sink->Finish());
  return ended;
}

TEST(StoreCopy, HasTheSamePagesAndWhatALevelHigherSaysOfThem) {
  for (const char* target : {"snowflake", "generic"}) {
    const BufferPtr file = Good();
    const auto kept = CopyInStore(file, OptionsFor(target));
    ASSERT_TRUE(kept.ok()) << kept.status();
    EXPECT_EQ(kept->plans.by_store.looks, 6);
    EXPECT_EQ(kept->receipt.levels.level, 0);
    ExpectEqualData(file, kept->file);
    // Where pages stay, copying them one by one gives the same file, but for the order in which
    // the lists of encodings are told.
    const auto copied = CopyBytes(file, OptionsFor(target));
    ASSERT_TRUE(copied.ok()) << copied.status();
    FileMetaData footer = FooterOf(kept->file).ValueOrDie();
    FileMetaData other = copied->footer;
    for (FileMetaData* one : {&footer, &other}) {
      one->serialized_size = 0;
      for (size_t g = 0; g < 2; ++g) {
        for (ColumnChunk& chunk : one->row_groups[g].columns) {
          chunk.meta_data->encodings.clear();
          chunk.meta_data->encoding_stats.reset();
          chunk.column_index_offset.reset();
          chunk.offset_index_offset.reset();
        }
      }
    }
    EXPECT_EQ(footer, other);
    EXPECT_EQ(FooterOf(kept->file)->row_groups[1].columns[1].offset_index_offset.has_value(),
              std::string(target) == "generic");
  }
}

struct Hindrance {
  const char* name;
  std::function<void(FileMetaData&)> change;
  const char* said;
};

void PrintTo(const Hindrance& it, std::ostream* out) { *out << it.name; }

class NoStoreCopy : public ::testing::TestWithParam<Hindrance> {};

TEST_P(NoStoreCopy, IsNamed) {
  const Plans plans = PlanFor(WithFooter(Good(), GetParam().change), OptionsFor("generic"));
  EXPECT_THAT(Said(plans.by_store.obstacles), ::testing::Contains(HasSubstr(GetParam().said)));
}

INSTANTIATE_TEST_SUITE_P(
    Hindrances, NoStoreCopy,
    ::testing::Values(
        Hindrance{"unknown_writer", [](FileMetaData& f) { f.created_by = "me"; },
                  "nothing is known of this writer"},
        Hindrance{"no_writer", [](FileMetaData& f) { f.created_by.reset(); },
                  "does not say who wrote it"},
        Hindrance{"page_statistics",
                  [](FileMetaData& f) { f.created_by = "parquet-go version 18.5.3"; },
                  "statistics in page headers have to go"},
        Hindrance{"page_indexes",
                  [](FileMetaData& f) { f.created_by = "parquet-go version 18.7.1"; },
                  "page indexes of this writer have to go"},
        Hindrance{
            "plain_dictionary",
            [](FileMetaData& f) { Meta(f, 1, 1).encodings.push_back(Encoding::kPlainDictionary); },
            "page headers may name PLAIN_DICTIONARY"},
        Hindrance{"plain_dictionary_counted",
                  [](FileMetaData& f) {
                    Meta(f, 1, 1).encoding_stats->front().encoding = Encoding::kPlainDictionary;
                  },
                  "page headers may name PLAIN_DICTIONARY"},
        Hindrance{"bit_packed",
                  [](FileMetaData& f) { Meta(f).encodings.push_back(Encoding::kBitPacked); },
                  "page headers may name BIT_PACKED"},
        Hindrance{"another_codec", [](FileMetaData& f) { Meta(f).codec = Codec::kLz4; },
                  "pages have to be read"},
        Hindrance{"large_indexes",
                  [](FileMetaData& f) {
                    for (RowGroup& group : f.row_groups) {
                      group.columns[0].offset_index_length = 17 << 20;
                    }
                  },
                  "page indexes are large"},
        // They are fetched, too.
        Hindrance{"large_indexes_that_nobody_finds",
                  [](FileMetaData& f) {
                    f.row_groups[0].columns[0].offset_index_offset.reset();
                    f.row_groups[0].columns[0].column_index_length = 33 << 20;
                  },
                  "page indexes are large"},
        Hindrance{"large_indexes_without_rows",
                  [](FileMetaData& f) {
                    RowGroup& empty = f.row_groups.emplace_back(f.row_groups[0]);
                    empty.num_rows = 0;
                    for (ColumnChunk& chunk : empty.columns) {
                      chunk.meta_data->num_values = 0;
                      chunk.column_index_length = 17 << 20;
                    }
                  },
                  "page indexes are large"},
        Hindrance{"endless_sizes",
                  [](FileMetaData& f) {
                    for (ColumnChunk& chunk : f.row_groups[0].columns) {
                      chunk.meta_data->total_uncompressed_size = INT64_MAX;
                    }
                  },
                  "sizes that can't be"},
        Hindrance{"endless_counts", [](FileMetaData& f) { Meta(f).num_values = INT64_MAX; },
                  "sizes that can't be"},
        Hindrance{"index_page", [](FileMetaData& f) { Meta(f).index_page_offset = 9; },
                  "index pages"},
        // Whoever hides rows leaves their bytes behind.
        Hindrance{"first_row_group_hidden",
                  [](FileMetaData& f) { f.row_groups.erase(f.row_groups.begin()); },
                  "bytes between the column chunks"},
        Hindrance{"row_groups_swapped",
                  [](FileMetaData& f) { std::swap(f.row_groups[0], f.row_groups[1]); },
                  "bytes between the column chunks"},
        Hindrance{"column_hidden",
                  [](FileMetaData& f) {
                    f.schema.pop_back();
                    f.schema[0].num_children = 1;
                    f.column_orders->pop_back();
                    for (RowGroup& group : f.row_groups) group.columns.pop_back();
                  },
                  "bytes between the column chunks"},
        Hindrance{"shorter_chunk", [](FileMetaData& f) { --Meta(f).total_compressed_size; },
                  "bytes between the column chunks"},
        Hindrance{"chunks_overlap",
                  [](FileMetaData& f) {
                    --Meta(f, 0, 1).data_page_offset;
                    --*Meta(f, 0, 1).dictionary_page_offset;
                    ++Meta(f, 0, 1).total_compressed_size;
                  },
                  "bytes between the column chunks"},
        Hindrance{"rows_denied",
                  [](FileMetaData& f) {
                    f.row_groups[0].num_rows = 0;
                    for (ColumnChunk& chunk : f.row_groups[0].columns) {
                      chunk.meta_data->num_values = 0;
                    }
                  },
                  "row groups without rows have pages"},
        Hindrance{"no_row_group", [](FileMetaData& f) { f.row_groups.clear(); },
                  "there are no pages"}),
    [](const auto& one) { return std::string(one.param.name); });

class SurpriseInFirstPages : public ::testing::TestWithParam<Hindrance> {};

TEST_P(SurpriseInFirstPages, IsAnError) {
  const auto ended = CopyInStore(WithFooter(Good(), GetParam().change), OptionsFor("generic"));
  ASSERT_FALSE(ended.ok());
  EXPECT_TRUE(CodeOf(ended.status()) == ErrorCode::kCorrupt ||
              CodeOf(ended.status()) == ErrorCode::kUnsupported);
  EXPECT_THAT(ended.status().message(), HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    Lies, SurpriseInFirstPages,
    ::testing::Values(
        Hindrance{"chunks_cut_elsewhere",
                  [](FileMetaData& f) {
                    --Meta(f, 0, 0).total_compressed_size;
                    --Meta(f, 0, 1).data_page_offset;
                    --*Meta(f, 0, 1).dictionary_page_offset;
                    ++Meta(f, 0, 1).total_compressed_size;
                  },
                  "row group 0: column d: "},
        Hindrance{"chunk_ends_in_its_first_page",
                  [](FileMetaData& f) {
                    const int64_t cut = Meta(f, 0, 0).total_compressed_size - 30'000;
                    Meta(f, 0, 0).total_compressed_size -= cut;
                    *Meta(f, 0, 1).dictionary_page_offset -= cut;
                    Meta(f, 0, 1).total_compressed_size += cut;
                  },
                  "row group 0: column n: the page ends at 68027, behind its chunk's end"},
        Hindrance{"more_values_than_its_only_data_page",
                  [](FileMetaData& f) {
                    for (size_t c = 0; c < 2; ++c) Meta(f, 0, c).num_values = 20'001;
                    f.row_groups[0].num_rows = 20'001;
                    f.num_rows = 40'001;
                  },
                  "row group 0: column d: its first pages have 20000 values"},
        Hindrance{"fewer_values",
                  [](FileMetaData& f) {
                    for (size_t c = 0; c < 2; ++c) Meta(f, 0, c).num_values = 100;
                    f.row_groups[0].num_rows = 100;
                    f.num_rows = 20'100;
                  },
                  "row group 0: column n: its first pages have"},
        Hindrance{"uncompressed_size",
                  [](FileMetaData& f) { Meta(f, 1, 1).total_uncompressed_size = 99; },
                  "row group 1: column d: its first pages have"},
        Hindrance{"encodings",
                  [](FileMetaData& f) { Meta(f, 0, 1).encodings = {Encoding::kPlain}; },
                  "its encodings lack that of its first page"},
        Hindrance{"encoding_stats",
                  [](FileMetaData& f) { Meta(f, 0, 1).encoding_stats->pop_back(); },
                  "its encoding_stats lack its first data page"},
        Hindrance{"no_dictionary_counted",
                  [](FileMetaData& f) {
                    auto& stats = *Meta(f, 0, 1).encoding_stats;
                    stats.erase(stats.begin());
                  },
                  "disagree on a dictionary"},
        Hindrance{"dictionary_counted",
                  [](FileMetaData& f) { Meta(f).encoding_stats = Meta(f, 0, 1).encoding_stats; },
                  "disagree on a dictionary"}),
    [](const auto& one) { return std::string(one.param.name); });

// Where the first pages are, their headers tell.
TEST(StoreCopy, OffsetsOfPagesAreMended) {
  const BufferPtr file = Good();
  const auto right = CopyInStore(file, OptionsFor("generic"));
  ASSERT_TRUE(right.ok()) << right.status();
  const auto mended = CopyInStore(WithFooter(file,
                                             [](FileMetaData& f) {
                                               ColumnMetaData& meta = Meta(f, 0, 1);
                                               meta.data_page_offset = *meta.dictionary_page_offset;
                                               meta.dictionary_page_offset.reset();
                                               f.row_groups[1].file_offset = 4;
                                               f.row_groups[1].total_byte_size = 1;
                                             }),
                                  OptionsFor("generic"));
  ASSERT_TRUE(mended.ok()) << mended.status();
  EXPECT_EQ(FooterOf(mended->file)->row_groups, FooterOf(right->file)->row_groups);
}

TEST(StoreCopy, AnOffsetIndexThatMissesPagesIsLeftOut) {
  const auto kept = CopyInStore(WithFooter(Good(),
                                           [](FileMetaData& f) {
                                             ColumnChunk& chunk = f.row_groups[0].columns[0];
                                             const ColumnChunk& other = f.row_groups[1].columns[0];
                                             chunk.offset_index_offset = other.offset_index_offset;
                                             chunk.offset_index_length = other.offset_index_length;
                                           }),
                                OptionsFor("generic"));
  ASSERT_TRUE(kept.ok()) << kept.status();
  const auto footer = FooterOf(kept->file);
  EXPECT_FALSE(footer->row_groups[0].columns[0].offset_index_offset);
  EXPECT_FALSE(footer->row_groups[0].columns[0].column_index_offset);
  EXPECT_TRUE(footer->row_groups[1].columns[0].column_index_offset);
}

BufferPtr Patched(const BufferPtr& file, int64_t at, const std::string& bytes) {
  std::string patched = file->ToString();
  patched.replace(static_cast<size_t>(at), bytes.size(), bytes);
  return arrow::Buffer::FromString(patched);
}

TEST(StoreCopy, APageThatIsSaidNotToBeCompressedHasOneSize) {
  const BufferPtr file = Good("parquet-cpp-arrow version 26.0.1", parquet::Compression::SNAPPY);
  ASSERT_TRUE(CopyInStore(file, OptionsFor("generic")).ok());
  const auto lied = CopyInStore(
      WithFooter(file, [](FileMetaData& f) { Meta(f, 1, 1).codec = Codec::kUncompressed; }),
      OptionsFor("generic"));
  EXPECT_THAT(lied.status().message(),
              HasSubstr("row group 1: column d: a page is not compressed"));
}

TEST(StoreCopy, AnOldNameInAPageHeaderHasToChange) {
  const BufferPtr file = Good();
  FileMetaData footer = FooterOf(file).ValueOrDie();
  PageBytes dictionary = PagesOf(file, Meta(footer, 0, 1)).front();
  const size_t length = Serialize(dictionary.header).size();
  dictionary.header.dictionary->encoding = Encoding::kPlainDictionary;
  const std::string header = Serialize(dictionary.header);
  ASSERT_EQ(header.size(), length);
  const auto kept = CopyInStore(Patched(file, dictionary.offset, header), OptionsFor("generic"));
  EXPECT_EQ(CodeOf(kept.status()), ErrorCode::kUnsupported);
  EXPECT_THAT(kept.status().message(), HasSubstr("column d: its page headers have to change"));
}

TEST(StoreCopy, AnOffsetIndexWithoutTheLastPageIsLeftOut) {
  const BufferPtr file = Good();
  const FileMetaData footer = FooterOf(file).ValueOrDie();
  const ColumnChunk& chunk = footer.row_groups[0].columns[0];
  const std::string bytes = file->ToString();
  OffsetIndex index =
      ParseOffsetIndex(AsBytes(bytes).subspan(static_cast<size_t>(*chunk.offset_index_offset),
                                              static_cast<size_t>(*chunk.offset_index_length)))
          .ValueOrDie();
  ASSERT_GT(index.page_locations.size(), 1U);
  index.page_locations.pop_back();
  const std::string shorter = Serialize(index);
  const auto kept = CopyInStore(WithFooter(Patched(file, *chunk.offset_index_offset, shorter),
                                           [&](FileMetaData& f) {
                                             f.row_groups[0].columns[0].offset_index_length =
                                                 static_cast<int32_t>(shorter.size());
                                           }),
                                OptionsFor("generic"));
  ASSERT_TRUE(kept.ok()) << kept.status();
  const auto end = FooterOf(kept->file);
  EXPECT_FALSE(end->row_groups[0].columns[0].offset_index_offset);
  EXPECT_TRUE(end->row_groups[1].columns[0].offset_index_offset);
}

TEST(StoreCopy, AnIndexThatIsNotInTheFileIsLeftOut) {
  const auto kept = CopyInStore(WithFooter(Good(),
                                           [](FileMetaData& f) {
                                             ColumnChunk& chunk = f.row_groups[0].columns[0];
                                             chunk.offset_index_offset = int64_t{1} << 40;
                                             f.row_groups[1].columns[0].column_index_offset = -9;
                                           }),
                                OptionsFor("generic"));
  ASSERT_TRUE(kept.ok()) << kept.status();
  const auto end = FooterOf(kept->file);
  EXPECT_FALSE(end->row_groups[0].columns[0].offset_index_offset);
  EXPECT_TRUE(end->row_groups[1].columns[0].offset_index_offset);
  EXPECT_FALSE(end->row_groups[1].columns[0].column_index_offset);
}

}  // namespace
}  // namespace pqpack
