// SPDX-License-Identifier: Apache-2.0
#include "cli/human.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace pqpack::cli {
namespace {

TEST(Human, CountsHaveThousandsSeparators) {
  EXPECT_EQ(HumanCount(0), "0");
  EXPECT_EQ(HumanCount(999), "999");
  EXPECT_EQ(HumanCount(1204), "1,204");
  EXPECT_EQ(HumanCount(-1204), "-1,204");
  EXPECT_EQ(HumanCount(-123), "-123");
  EXPECT_EQ(HumanCount(1234567), "1,234,567");
  EXPECT_EQ(HumanCount(std::numeric_limits<int64_t>::max()), "9,223,372,036,854,775,807");
  EXPECT_EQ(HumanCount(1, "file"), "1 file");
  EXPECT_EQ(HumanCount(0, "file"), "0 files");
  EXPECT_EQ(HumanCount(1204, "file"), "1,204 files");
}

TEST(Human, BytesHaveThreeDigits) {
  EXPECT_EQ(HumanBytes(0), "0 B");
  EXPECT_EQ(HumanBytes(999), "999 B");
  EXPECT_EQ(HumanBytes(1000), "0.98 KiB");
  EXPECT_EQ(HumanBytes(1024), "1.00 KiB");
  EXPECT_EQ(HumanBytes(1536), "1.50 KiB");
  EXPECT_EQ(HumanBytes(10 * 1024), "10.0 KiB");
  EXPECT_EQ(HumanBytes(999 * 1024), "999 KiB");
  EXPECT_EQ(HumanBytes(1023 * 1024), "1.00 MiB");
  EXPECT_EQ(HumanBytes(int64_t{128} << 20), "128 MiB");
  EXPECT_EQ(HumanBytes(std::numeric_limits<int64_t>::max()), "8.00 EiB");
}

TEST(Human, SecondsTakeTheUnitThatFits) {
  EXPECT_EQ(HumanSeconds(0), "0.00 s");
  EXPECT_EQ(HumanSeconds(-1), "0.00 s");
  EXPECT_EQ(HumanSeconds(std::numeric_limits<double>::quiet_NaN()), "0.00 s");
  EXPECT_EQ(HumanSeconds(0.417), "0.42 s");
  EXPECT_EQ(HumanSeconds(12.34), "12.3 s");
  EXPECT_EQ(HumanSeconds(59.99), "1m 00s");
  EXPECT_EQ(HumanSeconds(125), "2m 05s");
  EXPECT_EQ(HumanSeconds(3599.6), "1h 00m");
  EXPECT_EQ(HumanSeconds(3725), "1h 02m");
  EXPECT_EQ(HumanSeconds(100 * 3600), "4d 04h");
}

TEST(Human, WhatIsLeftIsRounded) {
  EXPECT_EQ(HumanLeft(0), "1 s");
  EXPECT_EQ(HumanLeft(3.62), "4 s");
  EXPECT_EQ(HumanLeft(59.4), "59 s");
  EXPECT_EQ(HumanLeft(59.6), "60 s");
  EXPECT_EQ(HumanLeft(125.4), "2m 05s");
}

TEST(Human, OneLineKeepsTextAndEscapesTheRest) {
  EXPECT_EQ(OneLine("plain, ünïcode, 漢字, 😀"), "plain, ünïcode, 漢字, 😀");
  EXPECT_EQ(OneLine("two\nlines\n"), "two; lines");
  EXPECT_EQ(OneLine("two\r\nlines"), "two; lines");
  EXPECT_EQ(OneLine("a\x1b[31mred"), "a\\x1b[31mred");
  EXPECT_EQ(OneLine(std::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(OneLine("tab\there\x7f"), "tab\\x09here\\x7f");
  EXPECT_EQ(OneLine("\xff\xfe"), "\\xff\\xfe");
  EXPECT_EQ(OneLine("\xc3"), "\\xc3");
  EXPECT_EQ(OneLine("\xc0\xaf"), "\\xc0\\xaf");
  EXPECT_EQ(OneLine("\xed\xa0\x80"), "\\xed\\xa0\\x80");
  EXPECT_EQ(OneLine("\xc2\x9b"), "\\xc2\\x9b");
}

TEST(Human, ColumnsAreCodePoints) {
  EXPECT_EQ(Columns(""), 0);
  EXPECT_EQ(Columns("abc"), 3);
  EXPECT_EQ(Columns("äöü"), 3);
}

}  // namespace
}  // namespace pqpack::cli
