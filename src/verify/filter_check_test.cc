// SPDX-License-Identifier: Apache-2.0
//
// Bloom filters of an output that are those of its source pass; a filter that is another's, that
// changed, or that the source has not, does not.
#include "verify/filter_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "verify/good_outputs_testing.h"
#include "verify/output_check.h"

namespace pqpack {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): of this project
using ::testing::HasSubstr;

Status Check(const Output& output) {
  const std::string bytes = WithFooter(output.file, output.footer.Write());
  OutputCheck check;
  PQ_RETURN_NOT_OK(check.Append(AsBytes(bytes)));
  return check.Finish(output.target, output.expected);
}

TEST(FilterCheck, LetsTheSourcesFiltersPass) { EXPECT_EQ(Check(Filtered()), Status::OK()); }

TEST(FilterCheck, FiltersMayBeLeftOut) {
  Output output = Indexed();
  output.expected.filters = Filtered().expected.filters;
  EXPECT_EQ(Check(output), Status::OK());
}

// Of a filter that a merge made all is looked at that needs no values.
TEST(FilterCheck, MadeFiltersAreSuchAsReadersKnow) {
  Output output = Filtered();
  output.expected.filters.source.clear();
  output.expected.filters.made = true;
  EXPECT_EQ(Check(output), Status::OK());
  // Field 1 of the header, by zigzag: 64, and 96 instead.
  output.file.replace(output.file.rfind("\x15\x80\x01"), 3, "\x15\xc0\x01");
  EXPECT_EQ(CodeOf(Check(output)), ErrorCode::kMismatch);
  EXPECT_THAT(Check(output).message(), HasSubstr("a Bloom filter of 96 bytes with a header of"));
}

// Where a merge copied a filter it is that one.
TEST(FilterCheck, CopiesAmongMadeFiltersAreTheSources) {
  Output output = Filtered();
  output.expected.filters.made = true;
  EXPECT_EQ(Check(output), Status::OK());
  std::swap(output.meta(0, 0)(14), output.meta(1, 0)(14));
  EXPECT_THAT(Check(output).message(), HasSubstr("is not that of the source"));
}

struct Break {
  const char* name;
  std::function<void(Output&)> damage;
  const char* message;
};

class FilterCheckBreaks : public ::testing::TestWithParam<Break> {};

TEST_P(FilterCheckBreaks, IsFound) {
  Output output = Filtered();
  GetParam().damage(output);
  const Status status = Check(output);
  EXPECT_EQ(CodeOf(status), ErrorCode::kMismatch);
  EXPECT_THAT(status.message(), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Filters, FilterCheckBreaks,
    ::testing::Values(
        Break{"ofAnotherRowGroup", [](Output& o) { std::swap(o.meta(0, 0)(14), o.meta(1, 0)(14)); },
              "row group 0, column 0 (id): its Bloom filter at"},
        Break{"ofAnotherColumn",
              [](Output& o) {
                for (const int field : {14, 15}) {
                  o.meta(1, 1).Add(field, o.meta(1, 0)(field));
                  o.meta(1, 0).Erase(field);
                }
              },
              "row group 1, column 1 (name): it has a Bloom filter, which the source has not"},
        Break{"Bit",
              [](Output& o) {
                const auto at = static_cast<size_t>(o.meta(1, 0)(14).number);
                o.file[at + 40] = static_cast<char>(o.file[at + 40] ^ 4);
              },
              "row group 1, column 0 (id): its Bloom filter at"},
        Break{"Shorter", [](Output& o) { --o.meta(1, 0)(15).number; },
              "row group 1, column 0 (id): its Bloom filter at"},
        Break{"WithoutLength", [](Output& o) { o.meta(0, 0).Erase(15); },
              "its Bloom filter of 0 bytes at"},
        Break{"AmongThePages", [](Output& o) { o.meta(0, 0)(14).number = 4; },
              "is not behind the pages"},
        Break{"NotNamed",
              [](Output& o) {
                o.meta(0, 0).Erase(15);
                o.meta(0, 0).Erase(14);
              },
              "between pages and footer, are not what the footer names"},
        Break{"Unknown", [](Output& o) { o.expected.filters.source.clear(); },
              "row group 0, column 0 (id): it has a Bloom filter, which the source has not"},
        Break{"Unwanted", [](Output& o) { o.target.page_index = false; },
              "it has a page index or Bloom filter"}),
    [](const auto& one) { return std::string(one.param.name); });

// Whatever a source claims, no more is read than it has.
TEST(DigestFilters, OfALyingSourceAreNone) {
  Output output = Filtered();
  const auto digests = [&output] {
    const std::string bytes = output.footer.Write();
    arrow::io::BufferReader file(arrow::Buffer::FromString(WithFooter(output.file, bytes)));
    return DigestFilters(file, ParseFooter(AsBytes(bytes)).ValueOrDie()).ValueOrDie();
  };
  ASSERT_TRUE(digests()[0][0].has_value());
  ASSERT_TRUE(digests()[1][0].has_value());
  EXPECT_FALSE(digests()[0][1].has_value());
  for (const int64_t offset : {int64_t{-1}, int64_t{1} << 40, int64_t{4}}) {
    output.meta(0, 0)(14).number = offset;
    EXPECT_FALSE(digests()[0][0].has_value()) << offset;
    EXPECT_TRUE(digests()[1][0].has_value());
  }
}

}  // namespace
}  // namespace pqpack
