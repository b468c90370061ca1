// SPDX-License-Identifier: Apache-2.0
//
// Each check finds its fault in a file that has it, and in that file with everything else
// as a good writer left it.  Where a writer at fault is at hand, its file is the input;
// else a footer of pyarrow's is changed in this one place, byte-exact.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <set>

#include "diagnose/checks_testing.h"

namespace pqpack {
namespace {

using ::testing::AllOf;
using testing::Change;
using ::testing::Contains;
using testing::Footer;
using testing::FooterOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::ThriftTree;

constexpr char kPlain[] = "test/data/outputs/plain.parquet";
constexpr char kIndexed[] = "test/data/outputs/indexed.parquet";

// The columns of plain.parquet: id, name, when, tags.list.element, map.key_value.key, .value.
// Elements: 0 root, 1 id, 2 name, 3 when, 4 tags, 5 list, 6 element, 7 map, ...
ThriftTree& Element(ThriftTree& footer, size_t i) { return footer(2)[i]; }
ThriftTree& Group(ThriftTree& footer, size_t g = 0) { return footer(4)[g]; }
ThriftTree& Chunk(ThriftTree& footer, size_t c) { return Group(footer)(1)[c]; }
ThriftTree& Meta(ThriftTree& footer, size_t c) { return Chunk(footer, c)(3); }
ThriftTree& Stats(ThriftTree& footer, size_t c) { return Meta(footer, c)(12); }

void Set(ThriftTree& tree, int id, ThriftTree value) {
  tree.Erase(id);
  tree.Add(id, std::move(value));
}
void SetI32(ThriftTree& tree, int id, int64_t value) {
  Set(tree, id, ThriftTree::Integer(ThriftTree::kI32, value));
}
void SetI64(ThriftTree& tree, int id, int64_t value) {
  Set(tree, id, ThriftTree::Integer(ThriftTree::kI64, value));
}
void SetText(ThriftTree& tree, int id, std::string value) {
  Set(tree, id, ThriftTree::Binary(std::move(value)));
}

template <typename T>
std::string Bytes(T value) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &value, sizeof(T));
  return bytes;
}

void SetBounds(ThriftTree& stats, std::string min, std::string max) {
  SetText(stats, 6, std::move(min));
  SetText(stats, 5, std::move(max));
}

struct Case {
  const char* said;  // "id: detail"
  const char* target;
  const char* file;
  Change change;
};

// In the order of the groups.
const Case kCases[] = {
    {"row-counts: the footer says 299, its row groups 300", "generic", kPlain,
     [](ThriftTree& f) { SetI64(f, 3, 299); }},
    {"row-counts: a number of rows is negative or makes no sense", "generic", kPlain,
     [](ThriftTree& f) { SetI64(Group(f), 3, -200); }},
    {"value-counts: 199 values for 200 rows", "generic", kPlain,
     [](ThriftTree& f) { SetI64(Meta(f, 0), 5, 199); }},
    {"value-counts: 199 values for 200 rows", "generic", kPlain,
     [](ThriftTree& f) { SetI64(Meta(f, 3), 5, 199); }},
    {"chunk-outside: ", "generic", kPlain,
     [](ThriftTree& f) { SetI64(Meta(f, 5), 7, int64_t{1} << 40); }},
    {"no-row-groups: ", "snowflake", "test/data/outputs/no_rows.parquet", {}},
    {"file-size: smaller than 100 MB", "snowflake", kPlain, {}},
    {"file-size: smaller than 134 MB", "athena", kPlain, {}},
    {"iceberg-schema-missing: ", "snowflake", kPlain,
     [](ThriftTree& f) {
       for (const size_t leaf : {1, 2, 3, 6, 9, 10}) SetI32(Element(f, leaf), 9, 7);
       SetText(f, 6, "parquet-rs version 57.0.0");
     }},

    {"root-repeated: REPEATED", "snowflake", "test/data/arrow_go_18_5_0/nested.parquet", {}},
    {"root-repeated: REPEATED", "generic", kPlain,
     [](ThriftTree& f) { SetI32(Element(f, 0), 3, 2); }},
    {"root-optional: OPTIONAL", "generic", kPlain,
     [](ThriftTree& f) { SetI32(Element(f, 0), 3, 1); }},
    {"list-structure: other names than list.element", "snowflake", kPlain,
     [](ThriftTree& f) { SetText(Element(f, 6), 4, "item"); }},
    {"list-structure: two levels, without a layer around the element", "snowflake", kPlain,
     [](ThriftTree& f) { SetText(Element(f, 5), 4, "array"); }},
    {"list-structure: a repeated field without LIST",
     "snowflake",
     "test/data/parquet_go_0_32_0/nested_v1.parquet",
     {}},
    {"map-structure: other names than key_value.key, .value", "snowflake", kPlain,
     [](ThriftTree& f) { SetText(Element(f, 8), 4, "map"); }},
    {"map-structure: the key is not required", "snowflake", kPlain,
     [](ThriftTree& f) { SetI32(Element(f, 9), 3, 1); }},
    {"converted-type-missing: STRING", "snowflake", kPlain,
     [](ThriftTree& f) { Element(f, 2).Erase(6); }},
    {"logical-type-invalid: TIMESTAMP(", "generic", kPlain,
     [](ThriftTree& f) { Set(Element(f, 3)(10)(8), 2, ThriftTree()); }},
    {"logical-type-invalid: STRING on INT64", "generic", kPlain,
     [](ThriftTree& f) { Element(f, 1).Add(10, Element(f, 2)(10)); }},
    {"names-differ-by-case: 'id' and 'ID'", "snowflake", kPlain,
     [](ThriftTree& f) { SetText(Element(f, 2), 4, "ID"); }},

    {"nanoseconds: TIMESTAMP(NANOS, local)",
     "snowflake",
     "test/data/arrow_go_18_5_0/flat.parquet",
     {}},
    {"nanoseconds: TIMESTAMP(NANOS, local)", "spark", "test/data/arrow_go_18_5_0/flat.parquet", {}},
    {"time-not-utc: TIME(MILLIS, local)",
     "snowflake",
     "test/data/arrow_go_18_5_0/flat.parquet",
     {}},
    {"time-utc: TIME_MICROS", "spark", kPlain,
     [](ThriftTree& f) {
       Element(f, 3).Erase(10);
       SetI32(Element(f, 3), 6, 8);
     }},
    {"int96: INT96", "snowflake", "test/data/arrow_go_18_5_0/int96.parquet", {}},
    {"unsigned-integers: INTEGER(64, unsigned)",
     "snowflake",
     "test/data/arrow_go_18_5_0/flat.parquet",
     {}},
    {"unsigned-integers: UINT_64", "athena", kPlain,
     [](ThriftTree& f) { SetI32(Element(f, 1), 6, 14); }},
    {"float16: FLOAT16", "snowflake", "test/data/arrow_go_18_5_0/flat.parquet", {}},
    {"interval: INTERVAL", "snowflake", kPlain,
     [](ThriftTree& f) { SetI32(Element(f, 1), 6, 21); }},
    {"decimal-precision: 39 digits", "snowflake", kPlain,
     [](ThriftTree& f) {
       Element(f, 2).Erase(10);
       SetI32(Element(f, 2), 6, 5);
       SetI32(Element(f, 2), 8, 39);
     }},
    {"bare-binary: BYTE_ARRAY", "snowflake", "test/data/arrow_go_18_5_0/flat.parquet", {}},

    {"empty-row-group: 0 rows",
     "snowflake",
     "test/data/arrow_go_18_5_0/empty_row_groups.parquet",
     {}},
    {"empty-row-group: 0 rows", "generic", "test/data/outputs/empty_row_group.parquet", {}},
    {"row-group-offset: file_offset 77, its pages begin at 4", "trino", kPlain,
     [](ThriftTree& f) { SetI64(Group(f), 5, 77); }},
    {"row-group-size: total_byte_size 1, its columns have", "generic", kPlain,
     [](ThriftTree& f) { SetI64(Group(f), 2, 1); }},
    {"row-group-size: total_compressed_size 1, its columns have", "generic", kPlain,
     [](ThriftTree& f) { SetI64(Group(f), 6, 1); }},
    {"row-group-ordinal: ordinal 5", "generic", kPlain,
     [](ThriftTree& f) { Set(Group(f), 7, ThriftTree::Integer(ThriftTree::kI16, 5)); }},
    {"sorting-columns: column 9 of 6", "generic", kPlain,
     [](ThriftTree& f) {
       ThriftTree by;
       by.Add(1, ThriftTree::Integer(ThriftTree::kI32, 9));
       by.Add(2, ThriftTree::Integer(ThriftTree::kFalse, 0));
       by.Add(3, ThriftTree::Integer(ThriftTree::kFalse, 0));
       ThriftTree list;
       list.type = ThriftTree::kList;
       list.element = ThriftTree::kStruct;
       list.items.push_back(by);
       Set(Group(f), 4, list);
     }},

    {"encoding-unread: DELTA_BINARY_PACKED", "snowflake", kIndexed, {}},
    {"encoding-unread: BYTE_STREAM_SPLIT", "trino", kIndexed, {}},
    {"data-page-v2: DATA_PAGE_V2", "snowflake", kPlain,
     [](ThriftTree& f) { SetI32(Meta(f, 0)(13)[1], 1, 3); }},
    {"codec-unread: BROTLI", "athena", kPlain, [](ThriftTree& f) { SetI32(Meta(f, 0), 4, 4); }},
    {"lz4: LZ4_RAW", "spark", kPlain, [](ThriftTree& f) { SetI32(Meta(f, 0), 4, 7); }},
    {"lz4: LZ4", "generic", kPlain, [](ThriftTree& f) { SetI32(Meta(f, 0), 4, 5); }},
    {"dictionary-offset: dictionary_page_offset is 0", "generic", kPlain,
     [](ThriftTree& f) { SetI64(Meta(f, 0), 11, 0); }},
    {"dictionary-offset: the dictionary page comes after the first data page", "generic", kPlain,
     [](ThriftTree& f) { SetI64(Meta(f, 0), 11, Meta(f, 0)(9).number + 1); }},
    {"dictionary-encodings-mixed: PLAIN_DICTIONARY and RLE_DICTIONARY", "generic", kPlain,
     [](ThriftTree& f) {
       ThriftTree& stats = Meta(f, 0)(13);
       ThriftTree more = stats[1];
       SetI32(more, 2, 2);
       stats.items.push_back(more);
     }},
    {"bloom-filter-outside: ", "generic", kPlain,
     [](ThriftTree& f) { SetI64(Meta(f, 0), 14, int64_t{1} << 40); }},

    {"distinct-count-zero: distinct_count = 0",
     "generic",
     "test/data/arrow_go_18_5_0/flat.parquet",
     {}},
    {"null-count: null_count = -1 of 200 values", "generic", kPlain,
     [](ThriftTree& f) { SetI64(Stats(f, 0), 3, -1); }},
    {"null-count: null_count = 201 of 200 values", "generic", kPlain,
     [](ThriftTree& f) { SetI64(Stats(f, 0), 3, 201); }},
    {"statistics-bounds: min_value has 4 bytes", "generic", kPlain,
     [](ThriftTree& f) { SetBounds(Stats(f, 0), "abcd", Bytes(int64_t{9})); }},
    {"statistics-bounds: min_value is above max_value", "generic", kPlain,
     [](ThriftTree& f) { SetBounds(Stats(f, 0), Bytes(int64_t{9}), Bytes(int64_t{-9})); }},
    {"statistics-bounds: max_value is NaN", "generic", kPlain,
     [](ThriftTree& f) { SetBounds(Stats(f, 5), Bytes(1.0), Bytes(std::nan(""))); }},
    {"infinite-bounds: min_value is the largest finite number", "generic", kPlain,
     [](ThriftTree& f) {
       SetBounds(Stats(f, 5), Bytes(std::numeric_limits<double>::max()),
                 Bytes(std::numeric_limits<double>::infinity()));
     }},
    {"infinite-bounds: max_value is the lowest finite number", "generic", kPlain,
     [](ThriftTree& f) {
       SetBounds(Stats(f, 5), Bytes(-std::numeric_limits<double>::infinity()),
                 Bytes(std::numeric_limits<double>::lowest()));
     }},
    {"legacy-statistics: min and max only", "generic", kPlain,
     [](ThriftTree& f) {
       Stats(f, 0).Erase(5);
       Stats(f, 0).Erase(6);
       SetText(Stats(f, 0), 1, "12345678");
     }},
    {"column-orders: no column_orders", "generic", kPlain, [](ThriftTree& f) { f.Erase(7); }},
    {"column-orders: 5 orders for 6 columns", "generic", kPlain,
     [](ThriftTree& f) { f(7).items.pop_back(); }},
    {"level-histogram: definition level histogram of 3 entries for 4 levels", "generic", kPlain,
     [](ThriftTree& f) { Meta(f, 3)(16)(3).items.pop_back(); }},

    {"page-index-inconsistent: a column index without an offset index", "generic", kIndexed,
     [](ThriftTree& f) { Chunk(f, 0).Erase(4); }},

    {"writer-known-bad: arrow-go 18.5.0: differences of INT32 may take 33 bits",
     "generic",
     "test/data/arrow_go_18_5_0/delta_int32.parquet",
     {}},
    {"writer-known-bad: arrow-go 18.5.2: values of about 1 MiB and more", "generic", kPlain,
     [](ThriftTree& f) { SetText(f, 6, "parquet-go version 18.5.2"); }},
    {"writer-known-bad: arrow-go 18.2.0: definition levels may be above", "generic", kPlain,
     [](ThriftTree& f) { SetText(f, 6, "parquet-go version 18.2.0"); }},
    {"writer-known-bad: parquet-go 0.30.0: indices under PLAIN_DICTIONARY", "generic", kPlain,
     [](ThriftTree& f) {
       SetText(f, 6, "github.com/parquet-go/parquet-go version 0.30.0(build )");
       Meta(f, 1)(2).items.push_back(ThriftTree::Integer(ThriftTree::kI32, 2));
     }},
    {"writer-statistics: arrow-go 18.5.0: bounds of byte arrays may have changed",
     "generic",
     "test/data/arrow_go_18_5_0/flat.parquet",
     {}},
    {"writer-statistics: xitongsys: page indexes are wrong", "generic", kIndexed,
     [](ThriftTree& f) { SetText(f, 6, "parquet-go version latest"); }},
};

std::string IdOf(const Case& test) {
  return std::string(test.said).substr(0, std::string(test.said).find(':'));
}

TEST(Checks, EachFindsItsFault) {
  for (const Case& test : kCases) {
    EXPECT_THAT(FooterOf(test.file, test.change).Said(test.target), Contains(HasSubstr(test.said)))
        << test.said;
  }
}

// The same file without the change: whoever wrote it, this check has nothing to say.
TEST(Checks, EachIsSilentWithoutIt) {
  for (const Case& test : kCases) {
    if (!test.change) continue;
    EXPECT_THAT(FooterOf(test.file).Said(test.target), Not(Contains(HasSubstr(test.said))))
        << test.said;
  }
}

// Of the checks that a footer shows none goes untested; the others have their own tests.
TEST(Checks, EveryCheckOfAFooterHasACase) {
  std::set<std::string> tested;
  for (const Case& test : kCases) tested.insert(IdOf(test));
  for (const Check* check : AllChecks()) {
    if (check->run == nullptr || check->looks_at != LooksAt::kFooter) continue;
    EXPECT_TRUE(tested.contains(std::string(check->id))) << check->id;
  }
}

struct SeverityCase {
  const char* id;
  const char* target;
  Severity severity;
};

TEST(Checks, SeverityIsTheTargets) {
  const SeverityCase cases[] = {
      {"data-page-v2", "snowflake", Severity::kError},
      {"data-page-v2", "generic", Severity::kNone},
      {"data-page-v2", "trino", Severity::kNone},
      {"nanoseconds", "spark", Severity::kError},
      {"nanoseconds", "snowflake", Severity::kWarn},
      {"nanoseconds", "generic", Severity::kNone},
      {"float16", "spark", Severity::kError},
      {"float16", "snowflake", Severity::kWarn},
      {"float16", "generic", Severity::kNone},
      {"row-group-offset", "spark", Severity::kError},
      {"row-group-offset", "generic", Severity::kWarn},
      {"page-index-inconsistent", "athena", Severity::kError},
      {"page-index-inconsistent", "snowflake", Severity::kWarn},
      {"list-structure", "generic", Severity::kNone},
      {"root-repeated", "generic", Severity::kError},
      {"file-size", "spark", Severity::kNone},
      {"time-utc", "snowflake", Severity::kNone},
      {"values-unreadable", "generic", Severity::kFatal},
  };
  for (const SeverityCase& test : cases) {
    const Check* check = FindCheck(test.id);
    ASSERT_NE(check, nullptr) << test.id;
    EXPECT_EQ(check->severity(**FindTarget(test.target)), test.severity)
        << test.id << " for " << test.target;
  }
}

TEST(Checks, ASuspicionIsNeverMoreThanAWarning) {
  std::vector<Fault> faults;
  Finder finder(*FindCheck("values-unreadable"), **FindTarget("generic"), &faults);
  finder.Suspect({}, "maybe");
  finder.Add({}, "seen");
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_EQ(faults[0].severity, Severity::kWarn);
  EXPECT_EQ(faults[1].severity, Severity::kFatal);
}

TEST(Checks, FaultsAreBounded) {
  std::vector<Fault> faults(kMostFaults);
  Finder finder(*FindCheck("root-repeated"), **FindTarget("generic"), &faults);
  finder.Add({}, "one more");
  EXPECT_EQ(faults.size(), kMostFaults);
}

// A footer that lies about everything that a check looks at.
TEST(Checks, BearRowGroupsOfOtherWidthThanTheSchema) {
  const auto footer = FooterOf(kIndexed, [](ThriftTree& f) {
    ThriftTree chunk = Chunk(f, 0);
    for (int i = 0; i < 9; ++i) Group(f)(1).items.push_back(chunk);
    Group(f, 1)(1).items.clear();
    Chunk(f, 2).Erase(3);
    SetI64(Meta(f, 0), 7, std::numeric_limits<int64_t>::max());
    SetI64(Meta(f, 1), 7, std::numeric_limits<int64_t>::max());
    SetI64(Meta(f, 1), 6, std::numeric_limits<int64_t>::min());
  });
  for (const Target& target : Targets()) EXPECT_THAT(footer.Faults(target.name), Not(IsEmpty()));
}

}  // namespace
}  // namespace pqpack
