// SPDX-License-Identifier: Apache-2.0
#include "cli/flags.h"

#include <gtest/gtest.h>

namespace pqpack::cli {
namespace {

struct Values {
  std::string src;
  int64_t batch_size = 0;
  bool dry_run = false;
  bool quiet = false;
  std::string output;
};

class FlagsTest : public ::testing::Test {
 protected:
  Status Parse(std::vector<std::string> args) {
    const std::vector<Flag> flags = {
        {.name = "src",
         .value = "LOCATION",
         .group = "g",
         .help = "h",
         .notes = "",
         .set = SetText(&values.src),
         .once = true},
        {.name = "batch-size",
         .value = "N",
         .group = "g",
         .help = "h",
         .notes = "",
         .set = SetInteger(&values.batch_size, 1, 1000)},
        {.name = "dry-run",
         .value = "",
         .group = "g",
         .help = "h",
         .notes = "",
         .set = SetBoolean(&values.dry_run)},
        {.name = "quiet",
         .value = "",
         .group = "g",
         .help = "h",
         .notes = "",
         .set = SetBoolean(&values.quiet),
         .letter = 'q'},
        {.name = "output",
         .value = "FORM",
         .group = "g",
         .help = "h",
         .notes = "",
         .set = SetChoice(&values.output, {"text", "json"})},
    };
    return ParseFlags(args, flags);
  }

  // "message | action" of the error, "" if there is none.
  std::string Wrong(std::vector<std::string> args) {
    const Status status = Parse(std::move(args));
    if (status.ok()) return "";
    EXPECT_EQ(CodeOf(status), ErrorCode::kInvalid);
    return status.message() + " | " + ActionOf(status);
  }

  Values values;
};

TEST_F(FlagsTest, ValuesStandBesideOrBehindAnEqualsSign) {
  ASSERT_TRUE(Parse({"--src", "a=b", "--batch-size=7"}).ok());
  EXPECT_EQ(values.src, "a=b");
  EXPECT_EQ(values.batch_size, 7);
  ASSERT_TRUE(Parse({"--src=--odd=name"}).ok());
  EXPECT_EQ(values.src, "--odd=name");
}

TEST_F(FlagsTest, UnderscoresInNamesOnly) {
  ASSERT_TRUE(Parse({"--batch_size=8", "--src=a_b", "--dry_run"}).ok());
  EXPECT_EQ(values.batch_size, 8);
  EXPECT_EQ(values.src, "a_b");
  EXPECT_TRUE(values.dry_run);
}

TEST_F(FlagsTest, BooleansInThreeForms) {
  for (const auto& [args, expected] :
       std::vector<std::pair<std::vector<std::string>, bool>>{{{"--dry-run"}, true},
                                                              {{"--dry-run", "true"}, true},
                                                              {{"--dry-run", "false"}, false},
                                                              {{"--dry-run=true"}, true},
                                                              {{"--dry-run=false"}, false},
                                                              {{"--dry-run", "--quiet"}, true}}) {
    values.dry_run = !expected;
    ASSERT_TRUE(Parse(args).ok());
    EXPECT_EQ(values.dry_run, expected) << args.back();
  }
  ASSERT_TRUE(Parse({"-q"}).ok());
  EXPECT_TRUE(values.quiet);
}

TEST_F(FlagsTest, TheLastOneCountsUnlessOnlyOneIsAllowed) {
  ASSERT_TRUE(Parse({"--batch-size", "1", "--batch_size", "2"}).ok());
  EXPECT_EQ(values.batch_size, 2);
  EXPECT_EQ(Wrong({"--src", "a", "--src", "b"}),
            "--src is given twice | One run takes one of them.");
}

TEST_F(FlagsTest, EachMistakeIsNamed) {
  EXPECT_EQ(Wrong({"--bach-size", "1"}), "unknown flag --bach-size | Did you mean --batch-size?");
  EXPECT_EQ(Wrong({"--bathc_size=1"}), "unknown flag --bathc_size | Did you mean --batch-size?");
  EXPECT_EQ(Wrong({"--zzz"}), "unknown flag --zzz | See pqpack --help.");
  EXPECT_EQ(Wrong({"-x"}), "unknown flag -x | See pqpack --help.");
  EXPECT_EQ(Wrong({"-src", "a"}), "unknown flag -src | Did you mean --src?");
  EXPECT_EQ(Wrong({"a.parquet"}),
            "unexpected argument 'a.parquet' | "
            "Every value needs its flag, as in --src LOCATION.");
  EXPECT_EQ(Wrong({"--dry-run", "True"}),
            "--dry-run: 'True' is neither true nor false | See pqpack --help.");
  EXPECT_EQ(Wrong({"--dry-run", "true", "a"}),
            "unexpected argument 'a' | Every value needs its flag, as in --src LOCATION.");
  EXPECT_EQ(Wrong({"--src"}), "--src needs a value: --src LOCATION | See pqpack --help.");
  EXPECT_EQ(Wrong({"--src", "--quiet"}),
            "--src needs a value: --src LOCATION | See pqpack --help.");
  EXPECT_EQ(Wrong({"--src="}), "--src: the value is empty | See pqpack --help.");
  EXPECT_EQ(Wrong({"--batch-size", "0"}),
            "--batch-size: '0' is not a whole number from 1 to 1000 | See pqpack --help.");
  EXPECT_EQ(Wrong({"--dry-run=yes"}),
            "--dry-run: 'yes' is neither true nor false | See pqpack --help.");
  EXPECT_EQ(Wrong({"--output", "jsno"}),
            "--output: 'jsno' is not text or json | Did you mean json?");
  EXPECT_EQ(Wrong({"--"}),
            "unexpected argument '--' | "
            "Every value needs its flag, as in --src LOCATION.");
}

TEST(ParseInteger, TakesWholeNumbersInRangeAndNothingElse) {
  EXPECT_EQ(ParseInteger("0", 0, 10).ValueOrDie(), 0);
  EXPECT_EQ(ParseInteger("-5", -5, 10).ValueOrDie(), -5);
  EXPECT_EQ(ParseInteger("9223372036854775807", 0, INT64_MAX).ValueOrDie(), INT64_MAX);
  for (const char* text : {"", " 1", "1 ", "+1", "1.0", "1e3", "0x10", "1,000", "11", "-1",
                           "9223372036854775808", "abc"}) {
    EXPECT_FALSE(ParseInteger(text, 0, 10).ok()) << text;
  }
}

TEST(Nearest, FindsSlipsAndPartsAndNothingFarAway) {
  const std::vector<std::string> names = {"no-skip-existing", "memory-limit", "src", "stat"};
  EXPECT_EQ(Nearest("memroy-limit", names), "memory-limit");
  EXPECT_EQ(Nearest("skip-existing", names), "no-skip-existing");
  EXPECT_EQ(Nearest("memory", names), "memory-limit");
  EXPECT_EQ(Nearest("scr", names), "src");
  EXPECT_EQ(Nearest("recursive", names), "");
  EXPECT_EQ(Nearest("", names), "");
}

TEST(OneOf, ReadsAsASentence) {
  EXPECT_EQ(OneOf(std::vector<std::string>{"a"}), "a");
  EXPECT_EQ(OneOf(std::vector<std::string>{"a", "b"}), "a or b");
  EXPECT_EQ(OneOf(std::vector<std::string>{"a", "b", "c"}), "a, b or c");
}

TEST(PositionalFlags, TakeTheWordsThatFollowNoFlag) {
  std::string a, b;
  bool quiet = false;
  const std::vector<Flag> flags = {
      {.name = "a",
       .value = "A",
       .group = "g",
       .help = "h",
       .notes = "",
       .set = SetText(&a),
       .positional = true},
      {.name = "b",
       .value = "B",
       .group = "g",
       .help = "h",
       .notes = "",
       .set = SetText(&b),
       .positional = true},
      {.name = "quiet",
       .value = "",
       .group = "g",
       .help = "h",
       .notes = "",
       .set = SetBoolean(&quiet)},
  };
  const auto parse = [&](std::vector<std::string> args) { return ParseFlags(args, flags); };
  ASSERT_TRUE(parse({"one", "--quiet", "two"}).ok());
  EXPECT_EQ(a + b, "onetwo");
  EXPECT_TRUE(quiet);
  ASSERT_TRUE(parse({"--", "--quiet", "-"}).ok());
  EXPECT_EQ(a + b, "--quiet-");
  EXPECT_EQ(parse({"one", "two", "three"}).message(), "unexpected argument 'three'");
  EXPECT_EQ(parse({"--a", "one"}).message(), "unknown flag --a");
  EXPECT_EQ(parse({""}).message(), "A: the value is empty");
}

}  // namespace
}  // namespace pqpack::cli
