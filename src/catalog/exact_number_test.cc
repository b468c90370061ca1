// SPDX-License-Identifier: Apache-2.0
#include "catalog/exact_number.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace pqpack {
namespace {

ExactNumber Number(std::string_view text) { return ExactNumber::Parse(text).value(); }

TEST(ExactNumber, SpellingDoesNotCount) {
  for (const char* text : {"5", "05", "+5", "5.", "5.0", "0005.000"}) {
    EXPECT_TRUE(Number(text) == Number("5")) << text;
  }
  for (const char* text : {"0", "-0", "+0.0", "-.0", "000"}) {
    EXPECT_TRUE(Number(text) == Number("0")) << text;
  }
  EXPECT_TRUE(Number(".5") == Number("0.50"));
}

TEST(ExactNumber, OtherTextIsNone) {
  for (const char* text : {"", "-", ".", "+.", "1e3", "0x1", " 1", "1 ", "1.2.3", "--1", "1,0"}) {
    EXPECT_FALSE(ExactNumber::Parse(text)) << text;
  }
}

TEST(ExactNumber, StandInOrder) {
  const char* ordered[] = {"-100000000000000000000000000000000000001",
                           "-100000000000000000000000000000000000000.5",
                           "-100000000000000000000000000000000000000",
                           "-9.01",
                           "-9",
                           "-0.1",
                           "-0.09",
                           "0",
                           "0.0000000000000000000000000000000000000001",
                           "0.09",
                           "0.1",
                           "9",
                           "9.01",
                           "10",
                           "99999999999999999999"};
  for (size_t i = 0; i < std::size(ordered); ++i) {
    for (size_t j = 0; j < std::size(ordered); ++j) {
      EXPECT_TRUE((Number(ordered[i]) <=> Number(ordered[j])) == (i <=> j))
          << ordered[i] << " " << ordered[j];
    }
  }
}

RC_GTEST_PROP(ExactNumber, OrdersIntegersAsIntegers, (int64_t a, int64_t b)) {
  RC_ASSERT((Number(std::to_string(a)) <=> Number(std::to_string(b))) == (a <=> b));
}

}  // namespace
}  // namespace pqpack
