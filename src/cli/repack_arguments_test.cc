// SPDX-License-Identifier: Apache-2.0
#include "cli/repack_arguments.h"

#include <gtest/gtest.h>

namespace pqpack::cli {
namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

Result<RepackOptions> Make(std::vector<std::string> args, Variables variables = {}) {
  RepackArguments arguments;
  PQ_RETURN_NOT_OK(ParseFlags(args, RepackFlags(&arguments)));
  return MakeRepackOptions(arguments, Environment(std::move(variables)));
}

// "message | action"
std::string Wrong(std::vector<std::string> args, Variables variables = {}) {
  const auto options = Make(std::move(args), std::move(variables));
  if (options.ok()) return "";
  EXPECT_EQ(CodeOf(options.status()), ErrorCode::kInvalid);
  return options.status().message() + " | " + ActionOf(options.status());
}

std::vector<std::string> With(std::vector<std::string> more) {
  std::vector<std::string> args = {"--src", "s3://a/in", "--dst", "s3://a/out"};
  args.insert(args.end(), more.begin(), more.end());
  return args;
}

TEST(RepackArguments, Defaults) {
  const auto options = Make(With({})).ValueOrDie();
  EXPECT_EQ(options.source.ToString(), "s3://a/in");
  EXPECT_EQ(options.destination.ToString(), "s3://a/out");
  EXPECT_EQ(options.target->name, "snowflake");
  EXPECT_FALSE(options.compression.has_value());
  EXPECT_EQ(options.workers, 0);
  EXPECT_EQ(options.batch_size, 65536);
  EXPECT_TRUE(options.skip_existing);
  EXPECT_FALSE(options.update_stale);
  EXPECT_FALSE(options.convert_types);
  EXPECT_FALSE(options.allow_lossy);
  EXPECT_FALSE(options.dry_run);
  EXPECT_EQ(options.shard_index, 0);
  EXPECT_EQ(options.shard_count, 1);
}

TEST(RepackArguments, EveryFlag) {
  const auto options =
      Make(With({"--target", "generic", "--convert-types", "--allow-lossy", "--compression", "zstd",
                 "--no-skip-existing", "--update-stale", "--dry-run", "--workers", "3",
                 "--batch_size", "100", "--engine", "reencode", "--shard", "2/8"}))
          .ValueOrDie();
  EXPECT_EQ(options.target->name, "generic");
  EXPECT_TRUE(options.convert_types);
  EXPECT_TRUE(options.allow_lossy);
  EXPECT_EQ(options.compression, Codec::kZstd);
  EXPECT_FALSE(options.skip_existing);
  EXPECT_TRUE(options.update_stale);
  EXPECT_TRUE(options.dry_run);
  EXPECT_EQ(options.workers, 3);
  EXPECT_EQ(options.batch_size, 100);
  EXPECT_EQ(options.shard_index, 2);
  EXPECT_EQ(options.shard_count, 8);
}

TEST(RepackArguments, Codecs) {
  const auto codec = [](const char* name) {
    return Make(With({"--compression", name})).ValueOrDie().compression;
  };
  EXPECT_EQ(codec("keep"), std::nullopt);
  EXPECT_EQ(codec("snappy"), Codec::kSnappy);
  EXPECT_EQ(codec("zstd"), Codec::kZstd);
  EXPECT_EQ(codec("gzip"), Codec::kGzip);
  EXPECT_EQ(codec("none"), Codec::kUncompressed);
}

TEST(RepackArguments, MistakesAreNamed) {
  EXPECT_EQ(
      Wrong({}),
      "repack needs --src LOCATION | Give --src and --dst, or set SRC_BUCKET and SRC_PREFIX.");
  EXPECT_EQ(Wrong({"--src", "/a"}),
            "repack needs --dst LOCATION | It is where the repacked files are written.");
  EXPECT_EQ(Wrong({"--src", "gs://a/b", "--dst", "/c"}),
            "--src: 'gs://a/b': the scheme 'gs' is not known | "
            "Give s3://bucket/prefix, file:///path or a path.");
  EXPECT_EQ(Wrong(With({"--target", "snowflak"})),
            "--target: no target is called 'snowflak' | Use one of: snowflake, generic, athena, "
            "trino, spark, redshift.");
  EXPECT_EQ(Wrong(With({"--workers", "-1"})),
            "--workers: '-1' is not a whole number from 0 to 1024 | See pqpack --help.");
  EXPECT_EQ(Wrong(With({"--batch-size", "0"})),
            "--batch-size: '0' is not a whole number from 1 to 2147483647 | See pqpack --help.");
  EXPECT_EQ(Wrong(With({"--allow-lossy"})),
            "--allow-lossy changes nothing without --convert-types | "
            "Add --convert-types, or leave --allow-lossy out.");
  EXPECT_EQ(Wrong({"--src", "/in", "--dst", "/out", "--sse", "AES256"}),
            "--sse is for S3, but --dst is a local path | Leave it out.");
  EXPECT_EQ(Wrong({"--src", "s3://a/in", "--dst", "s3://a/in/out"}),
            "--dst s3://a/in/out lies inside --src s3://a/in | Choose a destination beside the "
            "source.");
}

TEST(RepackArguments, Shards) {
  EXPECT_EQ(Wrong(With({"--shard", "0/1"})), "");
  EXPECT_EQ(Wrong(With({"--shard", "7/8"})), "");
  EXPECT_EQ(Wrong(With({"--shard", "8/8"})),
            "--shard: '8/8': there is no share 8 of 8 | I counts from 0 to 7.");
  EXPECT_EQ(Wrong(With({"--shard", "3"})),
            "--shard: '3' is not I/N | Give --shard 0/4 to the first of four workers.");
  EXPECT_EQ(Wrong(With({"--shard", "0/0"})),
            "--shard: '0' is not a whole number from 1 to 1000000 | See pqpack --help.");
  EXPECT_EQ(Wrong(With({"--shard", "-1/4"})),
            "--shard: '-1' is not a whole number from 0 to 1000000 | See pqpack --help.");
  EXPECT_NE(Wrong(With({"--shard", "1/4/2"})), "");
  EXPECT_NE(Wrong(With({"--shard", "/4"})), "");
}

TEST(ContainerMode, NamesTheJob) {
  auto options = Make({}, {{"SRC_BUCKET", "b"}, {"SRC_PREFIX", "data/orig/"}}).ValueOrDie();
  EXPECT_EQ(options.source.ToString(), "s3://b/data/orig/");
  EXPECT_EQ(options.destination.ToString(), "s3://b/data/orig_repack");
  EXPECT_EQ(options.workers, 32);
  EXPECT_EQ(options.batch_size, 65536);

  options = Make({}, {{"SRC_BUCKET", "b"},
                      {"SRC_PREFIX", "orig"},
                      {"DEST_BUCKET", "c"},
                      {"DEST_PREFIX", "new"},
                      {"WORKERS", "5"},
                      {"BATCH_SIZE", "1000"}})
                .ValueOrDie();
  EXPECT_EQ(options.source.ToString(), "s3://b/orig");
  EXPECT_EQ(options.destination.ToString(), "s3://c/new");
  EXPECT_EQ(options.workers, 5);
  EXPECT_EQ(options.batch_size, 1000);
}

TEST(ContainerMode, OnlyOneSlashIsTakenFromThePrefix) {
  const auto options = Make({}, {{"SRC_BUCKET", "b"}, {"SRC_PREFIX", "orig//"}}).ValueOrDie();
  EXPECT_EQ(options.source.ToString(), "s3://b/orig//");
  EXPECT_EQ(options.destination.ToString(), "s3://b/orig/_repack");
}

TEST(ContainerMode, FlagsWin) {
  const Variables variables = {
      {"SRC_BUCKET", "b"}, {"SRC_PREFIX", "orig"}, {"WORKERS", "5"}, {"BATCH_SIZE", "1000"}};
  auto options = Make({"--dst", "s3://d/e", "--workers", "7"}, variables).ValueOrDie();
  EXPECT_EQ(options.source.ToString(), "s3://b/orig");
  EXPECT_EQ(options.destination.ToString(), "s3://d/e");
  EXPECT_EQ(options.workers, 7);
  EXPECT_EQ(options.batch_size, 1000);

  options = Make(With({}), variables).ValueOrDie();  // with --src none of them counts
  EXPECT_EQ(options.source.ToString(), "s3://a/in");
  EXPECT_EQ(options.workers, 0);
  EXPECT_EQ(options.batch_size, 65536);
}

TEST(ContainerMode, MistakesAreNamed) {
  EXPECT_EQ(Wrong({}, {{"SRC_BUCKET", "b"}}),
            "SRC_BUCKET is set but SRC_PREFIX is not | Set both, or give --src and --dst.");
  EXPECT_EQ(Wrong({}, {{"SRC_PREFIX", "p"}}),
            "SRC_PREFIX is set but SRC_BUCKET is not | Set both, or give --src and --dst.");
  EXPECT_EQ(Wrong({}, {{"SRC_BUCKET", "b"}, {"SRC_PREFIX", "p"}, {"WORKERS", "many"}}),
            "WORKERS: 'many' is not a whole number from 0 to 1024 | See pqpack --help.");
  EXPECT_EQ(Wrong({}, {{"SRC_BUCKET", "s3://b"}, {"SRC_PREFIX", "p"}}),
            "SRC_BUCKET: 's3://b' is no bucket's name | Give the name alone, without s3:// and "
            "without a prefix.");
  EXPECT_EQ(Wrong({}, {{"SRC_BUCKET", "b"}, {"SRC_PREFIX", "p"}, {"DEST_BUCKET", "c/d"}}),
            "DEST_BUCKET: 'c/d' is no bucket's name | Give the name alone, without s3:// and "
            "without a prefix.");
  EXPECT_EQ(Wrong({}, {{"SRC_BUCKET", "b"}, {"SRC_PREFIX", "p"}, {"BATCH_SIZE", "0"}}),
            "BATCH_SIZE: '0' is not a whole number from 1 to 2147483647 | See pqpack --help.");
  EXPECT_EQ(Wrong({}, {{"SRC_BUCKET", "b"}, {"SRC_PREFIX", "p"}, {"DEST_PREFIX", "p/"}}),
            "--dst s3://b/p/ is the same place as --src s3://b/p | "
            "Choose a destination beside the source.");
}

TEST(ShardVariables, OfKubernetesAndBatch) {
  auto options =
      Make(With({}), {{"PQPACK_SHARDS", "4"}, {"JOB_COMPLETION_INDEX", "3"}}).ValueOrDie();
  EXPECT_EQ(options.shard_index, 3);
  EXPECT_EQ(options.shard_count, 4);
  options =
      Make(With({}), {{"PQPACK_SHARDS", "4"}, {"AWS_BATCH_JOB_ARRAY_INDEX", "0"}}).ValueOrDie();
  EXPECT_EQ(options.shard_index, 0);
  EXPECT_EQ(options.shard_count, 4);
  options = Make(With({"--shard", "1/2"}), {{"PQPACK_SHARDS", "4"}, {"JOB_COMPLETION_INDEX", "3"}})
                .ValueOrDie();
  EXPECT_EQ(options.shard_index, 1);
  EXPECT_EQ(options.shard_count, 2);
}

TEST(ShardVariables, HalfOfThemIsAMistakeOrAWarning) {
  EXPECT_EQ(Wrong(With({}), {{"PQPACK_SHARDS", "4"}}),
            "PQPACK_SHARDS is set, but neither JOB_COMPLETION_INDEX nor "
            "AWS_BATCH_JOB_ARRAY_INDEX | Give --shard I/N, or run as an indexed job.");
  EXPECT_EQ(Wrong(With({}), {{"PQPACK_SHARDS", "4"}, {"JOB_COMPLETION_INDEX", "4"}}),
            "JOB_COMPLETION_INDEX or AWS_BATCH_JOB_ARRAY_INDEX with PQPACK_SHARDS: "
            "'4/4': there is no share 4 of 4 | I counts from 0 to 3.");
  const RepackArguments arguments;
  EXPECT_EQ(ShardWarning(arguments, Environment(Variables{{"JOB_COMPLETION_INDEX", "1"}})),
            "JOB_COMPLETION_INDEX is set but PQPACK_SHARDS is not: this worker takes every file");
  EXPECT_EQ(ShardWarning(arguments, Environment(Variables())), "");
}

TEST(StoreOptions, FlagsBeforeVariables) {
  const Environment environment({{"AWS_ENDPOINT_URL_S3", "http://s3"},
                                 {"AWS_ENDPOINT_URL", "http://any"},
                                 {"AWS_REGION", "r1"},
                                 {"AWS_DEFAULT_REGION", "r2"},
                                 {"AWS_PROFILE", "p"},
                                 {"AWS_CA_BUNDLE", "/ca"},
                                 {"SSL_CERT_FILE", "/ssl"}});
  auto config = MakeS3Config(StoreOptions(), environment).ValueOrDie();
  EXPECT_EQ(config.endpoint_url, "http://s3");
  EXPECT_EQ(config.region, "r1");
  EXPECT_EQ(config.profile, "p");
  EXPECT_EQ(config.ca_bundle, "/ca");

  StoreOptions options;
  options.endpoint_url = "http://flag";
  options.region = "r0";
  options.profile = "q";
  config = MakeS3Config(options, environment).ValueOrDie();
  EXPECT_EQ(config.endpoint_url, "http://flag");
  EXPECT_EQ(config.region, "r0");
  EXPECT_EQ(config.profile, "q");

  config = MakeS3Config(StoreOptions(), Environment({{"AWS_ENDPOINT_URL_S3", ""},
                                                     {"AWS_ENDPOINT_URL", "http://any"},
                                                     {"AWS_DEFAULT_REGION", "r2"},
                                                     {"SSL_CERT_FILE", "/ssl"}}))
               .ValueOrDie();
  EXPECT_EQ(config.endpoint_url, "http://any");
  EXPECT_EQ(config.region, "r2");
  EXPECT_EQ(config.ca_bundle, "/ssl");
}

TEST(StoreOptions, KeysAreTakenWhole) {
  const auto keys = [](Variables variables) {
    return MakeS3Config(StoreOptions(), Environment(std::move(variables))).ValueOrDie().keys;
  };
  EXPECT_EQ(keys({{"AWS_ACCESS_KEY_ID", "a"}, {"AWS_SECRET_ACCESS_KEY", "s"}}),
            (Credentials{"a", "s", ""}));
  EXPECT_EQ(
      keys(
          {{"AWS_ACCESS_KEY_ID", "a"}, {"AWS_SECRET_ACCESS_KEY", "s"}, {"AWS_SESSION_TOKEN", "t"}}),
      (Credentials{"a", "s", "t"}));
  EXPECT_EQ(keys({{"AWS_ACCESS_KEY_ID", "a"}}), std::nullopt);
  const Environment both({{"AWS_ACCESS_KEY_ID", "a"}, {"AWS_SECRET_ACCESS_KEY", "s"}});
  StoreOptions named;
  named.profile = "p";
  EXPECT_EQ(MakeS3Config(named, both).ValueOrDie().keys, std::nullopt);
  EXPECT_EQ(keys({{"AWS_ACCESS_KEY_ID", ""}, {"AWS_SECRET_ACCESS_KEY", "s"}}), std::nullopt);
}

TEST(StoreOptions, AttemptsFromTheVariable) {
  const auto attempts = [](const std::string& value) {
    return MakeS3Config(StoreOptions(), Environment(Variables{{"AWS_MAX_ATTEMPTS", value}}));
  };
  EXPECT_EQ(attempts("3").ValueOrDie().max_attempts, 3);
  EXPECT_EQ(attempts("").ValueOrDie().max_attempts, S3Config().max_attempts);
  EXPECT_EQ(attempts("0").status().message(),
            "AWS_MAX_ATTEMPTS: '0' is not a whole number from 1 to 100");
}

TEST(StoreOptions, AKeyStandsForKms) {
  StoreOptions options;
  options.sse_kms_key_id = "key";
  EXPECT_EQ(MakeS3Config(options, Environment(Variables())).ValueOrDie().sse, "aws:kms");
  options.sse = "aws:kms:dsse";
  EXPECT_EQ(MakeS3Config(options, Environment(Variables())).ValueOrDie().sse, "aws:kms:dsse");
  options.sse = "AES256";
  EXPECT_EQ(MakeS3Config(options, Environment(Variables())).status().message(),
            "--sse AES256 takes no --sse-kms-key-id");
}

TEST(StoreOptions, MemoryLimit) {
  RepackArguments arguments;
  const auto flags = RepackFlags(&arguments);
  const auto parse = [&](const std::string& size) {
    return ParseFlags(std::vector<std::string>{"--memory-limit", size}, flags);
  };
  ASSERT_TRUE(parse("512MB").ok());
  EXPECT_EQ(arguments.store.memory_limit, 512'000'000);
  EXPECT_EQ(parse("1MB").message(), "--memory-limit: '1MB' is less than 16MiB");
  EXPECT_EQ(parse("much").message(), "--memory-limit: 'much' is not a size");
}

TEST(OutputOptions, Levels) {
  OutputOptions options;
  EXPECT_EQ(options.level(), LogLevel::kWarning);
  options.quiet = true;
  EXPECT_EQ(options.level(), LogLevel::kError);
  options.verbose = true;
  EXPECT_EQ(options.level(), LogLevel::kInfo);
  const auto flags = OutputFlags(&options);
  for (const auto& [name, level] : std::map<std::string, LogLevel>{{"error", LogLevel::kError},
                                                                   {"warning", LogLevel::kWarning},
                                                                   {"warn", LogLevel::kWarning},
                                                                   {"info", LogLevel::kInfo},
                                                                   {"debug", LogLevel::kDebug},
                                                                   {"trace", LogLevel::kDebug}}) {
    ASSERT_TRUE(ParseFlags(std::vector<std::string>{"--log-level", name}, flags).ok());
    EXPECT_EQ(options.level(), level) << name;
  }
  EXPECT_FALSE(ParseFlags(std::vector<std::string>{"--log-level", "loud"}, flags).ok());
}

}  // namespace
}  // namespace pqpack::cli
