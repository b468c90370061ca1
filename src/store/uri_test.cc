// SPDX-License-Identifier: Apache-2.0
#include "store/uri.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>

#include "base/temporary_folder_testing.h"

namespace pqpack {
namespace {

Uri S3(std::string bucket, std::string key) {
  return {Scheme::kS3, std::move(bucket), std::move(key)};
}
Uri Local(std::string path) { return {Scheme::kLocal, {}, std::move(path)}; }

TEST(UriTest, ParsesS3) {
  EXPECT_EQ(*Uri::Parse("s3://b"), S3("b", ""));
  EXPECT_EQ(*Uri::Parse("s3://b/"), S3("b", ""));
  EXPECT_EQ(*Uri::Parse("s3://b/p/"), S3("b", "p/"));
  EXPECT_EQ(*Uri::Parse("s3://my.bucket/a=1/b c+d%20.parquet"),
            S3("my.bucket", "a=1/b c+d%20.parquet"));
}

TEST(UriTest, KeysAreNotNormalised) {
  EXPECT_EQ(*Uri::Parse("s3://b//a"), S3("b", "/a"));
  EXPECT_EQ(*Uri::Parse("s3://b/a//b/./c/../d"), S3("b", "a//b/./c/../d"));
  EXPECT_EQ(*Uri::Parse("s3://b/\xc3\xa9"), S3("b", "\xc3\xa9"));
  EXPECT_EQ(*Uri::Parse("s3://b/s3://c"), S3("b", "s3://c"));
}

TEST(UriTest, ParsesPaths) {
  const std::string here = std::filesystem::current_path().string();
  EXPECT_EQ(*Uri::Parse("/data/x"), Local("/data/x"));
  EXPECT_EQ(*Uri::Parse("/data/x/"), Local("/data/x/"));
  EXPECT_EQ(*Uri::Parse("/data//x/./y"), Local("/data/x/y"));
  EXPECT_EQ(*Uri::Parse("//data"), Local("/data"));
  EXPECT_EQ(*Uri::Parse("/"), Local("/"));
  EXPECT_EQ(*Uri::Parse("x/y"), Local(here + "/x/y"));
  EXPECT_EQ(*Uri::Parse("."), Local(here + "/"));
  EXPECT_EQ(*Uri::Parse("./"), Local(here + "/"));
  EXPECT_EQ(*Uri::Parse("file:///data/a b"), Local("/data/a b"));
  EXPECT_EQ(*Uri::Parse("file:///data/a%20b"), Local("/data/a%20b"));
  EXPECT_EQ(*Uri::Parse("/data/a?b#c"), Local("/data/a?b#c"));
}

TEST(UriTest, OnlyAWordBeforeTheColonIsAScheme) {
  EXPECT_EQ(*Uri::Parse("/data/s3://x"), Local("/data/s3:/x"));
  EXPECT_EQ(*Uri::Parse("/data/dt=12:00/x"), Local("/data/dt=12:00/x"));
}

TEST(UriTest, DotDotIsWhatTheFileSystemSays) {
  namespace fs = std::filesystem;
  const TemporaryFolder folder;
  const fs::path& root = folder.path();
  fs::create_directories(root / "a");
  fs::create_directories(root / "b" / "c");
  fs::create_symlink(root / "b" / "c", root / "a" / "link");
  const std::string base = root.string();
  EXPECT_EQ(*Uri::Parse(base + "/a/../x"), Local(base + "/x"));
  EXPECT_EQ(*Uri::Parse(base + "/a/link/../x"), Local(base + "/b/x"));
  EXPECT_EQ(*Uri::Parse(base + "/a/link/../x/"), Local(base + "/b/x/"));
  EXPECT_EQ(*Uri::Parse(base + "/a/link/x"), Local(base + "/a/link/x"));
  EXPECT_EQ(*Uri::Parse(base + "/missing/../x"), Local(base + "/x"));
  EXPECT_EQ(*Uri::Parse("/../.."), Local("/"));
}

TEST(UriTest, RefusesWhatIsNoLocation) {
  for (const std::string& text :
       {std::string(), std::string("s3://"), std::string("s3:///key"), std::string("gs://b/k"),
        std::string("file://host/x"), std::string("file://x"), std::string("memory://"),
        std::string("a\0b", 3), std::string("https://b/k"), std::string("s3:/b/k"),
        std::string("s3a:b"), std::string("file:x")}) {
    const auto uri = Uri::Parse(text);
    ASSERT_FALSE(uri.ok()) << text;
    EXPECT_EQ(CodeOf(uri.status()), ErrorCode::kInvalid) << text;
    EXPECT_EQ(ActionOf(uri.status()), "Give s3://bucket/prefix, file:///path or a path.");
  }
}

TEST(UriTest, FolderChildAndName) {
  EXPECT_EQ(S3("b", "").AsFolder(), S3("b", ""));
  EXPECT_EQ(S3("b", "a").AsFolder(), S3("b", "a/"));
  EXPECT_EQ(S3("b", "a/").AsFolder(), S3("b", "a/"));
  EXPECT_EQ(Local("/").AsFolder(), Local("/"));
  EXPECT_EQ(S3("b", "").Child("x/y"), S3("b", "x/y"));
  EXPECT_EQ(S3("b", "a").Child("x"), S3("b", "a/x"));
  EXPECT_EQ(Local("/").Child("x"), Local("/x"));
  EXPECT_EQ(S3("b", "a/x").Name(), "x");
  EXPECT_EQ(S3("b", "x").Name(), "x");
  EXPECT_EQ(S3("b", "a/").Name(), "");
  EXPECT_EQ(S3("b", "a/x").Folder(), S3("b", "a/"));
  EXPECT_EQ(S3("b", "x").Folder(), S3("b", ""));
  EXPECT_EQ(S3("b", "a//x").Folder(), S3("b", "a//"));
  EXPECT_EQ(Local("/x").Folder(), Local("/"));
  EXPECT_EQ(Local("/a/").Folder(), Local("/a/"));
}

TEST(UriTest, Contains) {
  EXPECT_TRUE(Contains(S3("b", "a"), S3("b", "a")));
  EXPECT_TRUE(Contains(S3("b", "a"), S3("b", "a/")));
  EXPECT_TRUE(Contains(S3("b", "a/"), S3("b", "a")));
  EXPECT_TRUE(Contains(S3("b", "a"), S3("b", "a/b/c")));
  EXPECT_TRUE(Contains(S3("b", ""), S3("b", "a")));
  EXPECT_TRUE(Contains(Local("/"), Local("/x")));
  EXPECT_FALSE(Contains(S3("b", "a"), S3("b", "ab")));
  EXPECT_FALSE(Contains(S3("b", "a/b"), S3("b", "a")));
  EXPECT_FALSE(Contains(S3("b", "a"), S3("c", "a")));
  EXPECT_FALSE(Contains(S3("b", "/x"), Local("/x")));
}

// Bytes of all kinds but NUL, '/' and what schemes are made of among them.
rc::Gen<std::string> AnyKey() {
  return rc::gen::container<std::string>(rc::gen::oneOf(
      rc::gen::map(rc::gen::inRange(1, 256), [](int c) { return static_cast<char>(c); }),
      rc::gen::element('/', ':', '.', '=', '+', '%', ' ', '\\', 's', '3')));
}

RC_GTEST_PROP(UriProperty, S3KeysComeBackByteForByte, ()) {
  const Uri uri = S3("bucket", *AnyKey());
  RC_ASSERT(*Uri::Parse(uri.ToString()) == uri);
}

RC_GTEST_PROP(UriProperty, ParsedPathsStayWhatTheyAre, ()) {
  const Uri uri = *Uri::Parse("/" + *AnyKey());
  RC_ASSERT(uri.scheme == Scheme::kLocal);
  RC_ASSERT(uri.key.starts_with('/'));
  RC_ASSERT(*Uri::Parse(uri.ToString()) == uri);
}

RC_GTEST_PROP(UriProperty, AFolderContainsItsChildren, ()) {
  const Uri folder = S3("bucket", *AnyKey());
  const std::string name = *AnyKey();
  RC_ASSERT(Contains(folder, folder.Child(name)));
  RC_ASSERT(folder.Child(name).key.ends_with(name));
}

}  // namespace
}  // namespace pqpack
