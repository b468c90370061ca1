// SPDX-License-Identifier: Apache-2.0
#include "scan/paired_listing.h"

#include <gtest/gtest.h>

#include <map>

namespace pqpack {
namespace {

// Lists what it is given, in the order given, `page` names at a time, and counts.
class ScriptedStore : public ObjectStore {
 public:
  ScriptedStore(std::vector<std::string> keys, size_t page) : keys_(std::move(keys)), page_(page) {}

  Result<std::unique_ptr<Listing>> List(const Uri& folder) override;
  Result<ObjectInfo> Find(const Uri& uri) override {
    ++finds;
    for (const auto& key : keys_) {
      if (key == uri.key) return Info(uri);
    }
    return Error(ErrorCode::kNotFound, uri.ToString());
  }
  Result<std::shared_ptr<arrow::Buffer>> Read(const ObjectId&, ByteRange) override {
    return Unused();
  }
  Result<std::unique_ptr<ObjectWriter>> Create(const Uri&, const WriteOptions&) override {
    return Unused();
  }
  int64_t WriterMemory(int64_t) const override { return 0; }
  Status Delete(const ObjectId&) override { return Unused(); }
  Result<std::vector<UnfinishedWrite>> Unfinished(const Uri&) override { return Unused(); }
  Status Abandon(const UnfinishedWrite&) override { return Unused(); }

  static ObjectInfo Info(const Uri& uri) { return {uri, "e:" + uri.key, 1, {}}; }

  int pages = 0;
  int finds = 0;

 private:
  friend class ScriptedListing;
  static Status Unused() { return Error(ErrorCode::kInternal, "not used here"); }

  const std::vector<std::string> keys_;
  const size_t page_;
};

class ScriptedListing : public Listing {
 public:
  ScriptedListing(ScriptedStore& store, Uri folder) : store_(store), folder_(std::move(folder)) {}
  Result<std::vector<ObjectInfo>> Next() override {
    ++store_.pages;
    std::vector<ObjectInfo> page;
    while (next_ < store_.keys_.size() && page.size() < store_.page_) {
      Uri uri = folder_;
      uri.key = store_.keys_[next_++];
      if (uri.key.starts_with(folder_.key)) page.push_back(ScriptedStore::Info(uri));
    }
    return page;
  }

 private:
  ScriptedStore& store_;
  const Uri folder_;
  size_t next_ = 0;
};

Result<std::unique_ptr<Listing>> ScriptedStore::List(const Uri& folder) {
  return std::make_unique<ScriptedListing>(*this, folder.AsFolder());
}

const Uri kSource{Scheme::kMemory, "b", "src"};
const Uri kDestination{Scheme::kMemory, "c", "dst"};

// name -> whether it stands at the destination
std::map<std::string, bool> Pairs(ScriptedStore& source, ScriptedStore& destination) {
  std::map<std::string, bool> found;
  auto listing = PairedListing::Open(source, kSource, destination, kDestination).ValueOrDie();
  while (true) {
    auto page = listing->Next().ValueOrDie();
    if (page.empty()) return found;
    for (const auto& pair : page) {
      EXPECT_EQ(pair.source.uri.key, "src/" + pair.name);
      if (pair.destination) {
        EXPECT_EQ(pair.destination->etag, "e:dst/" + pair.name);
      }
      EXPECT_TRUE(found.emplace(pair.name, pair.destination.has_value()).second) << pair.name;
    }
  }
}

TEST(PairedListing, TakesOnlyParquetNames) {
  for (const char* name : {"a.parquet", "a.parq", ".parquet", "x/y.parquet"}) {
    EXPECT_TRUE(HasParquetName(name)) << name;
  }
  for (const char* name : {"a.parquet.crc", "a.PARQUET", "parquet", "_SUCCESS", "a.parquet/"}) {
    EXPECT_FALSE(HasParquetName(name)) << name;
  }
}

using Expected = std::map<std::string, bool>;

TEST(PairedListing, FindsEveryPairInOnePassWhateverThePageSize) {
  for (const size_t page : {1, 2, 3, 100}) {
    ScriptedStore source({"src/a.parquet", "src/b.parquet", "src/c.parquet", "src/d.parquet"},
                         page);
    ScriptedStore destination(
        {"dst/0.parquet", "dst/b.parquet", "dst/bb.txt", "dst/d.parquet", "dst/z.parquet"}, page);
    EXPECT_EQ(
        Pairs(source, destination),
        (Expected{
            {"a.parquet", false}, {"b.parquet", true}, {"c.parquet", false}, {"d.parquet", true}}))
        << page;
    EXPECT_EQ(destination.finds, 0);
  }
}

TEST(PairedListing, CountsOtherObjectsAndPassesPagesWithoutParquet) {
  ScriptedStore source({"src/a.txt", "src/b.txt", "src/c.parquet", "src/d.txt"}, 1);
  ScriptedStore destination({}, 1);
  auto listing = PairedListing::Open(source, kSource, destination, kDestination).ValueOrDie();
  EXPECT_EQ(listing->Next().ValueOrDie().at(0).name, "c.parquet");
  EXPECT_EQ(listing->other_objects(), 2);
  EXPECT_TRUE(listing->Next().ValueOrDie().empty());
  EXPECT_EQ(listing->other_objects(), 3);
}

TEST(PairedListing, TheFirstPageComesBeforeTheSecondIsAskedFor) {
  ScriptedStore source({"src/a.parquet", "src/b.parquet", "src/c.parquet"}, 1);
  ScriptedStore destination({}, 1);
  auto listing = PairedListing::Open(source, kSource, destination, kDestination).ValueOrDie();
  EXPECT_EQ(listing->Next().ValueOrDie().size(), 1U);
  EXPECT_EQ(source.pages, 1);
}

TEST(PairedListing, ASourceWithoutAnyObjectIsNotFound) {
  ScriptedStore source({"srcx/a.parquet"}, 1);
  ScriptedStore destination({"dst/a.parquet"}, 1);
  auto listing = PairedListing::Open(source, kSource, destination, kDestination).ValueOrDie();
  const auto page = listing->Next();
  ASSERT_FALSE(page.ok());
  EXPECT_EQ(CodeOf(page.status()), ErrorCode::kNotFound);
  EXPECT_EQ(page.status().message(), "memory://b/src/: there is no object");
}

TEST(PairedListing, AnUnorderedStoreIsAskedByName) {
  ScriptedStore source({"src/c.parquet", "src/a.parquet", "src/b.parquet"}, 2);
  ScriptedStore destination({"dst/b.parquet", "dst/a.parquet"}, 1);
  EXPECT_EQ(Pairs(source, destination),
            (Expected{{"a.parquet", true}, {"b.parquet", true}, {"c.parquet", false}}));
  EXPECT_GT(destination.finds, 0);
}

}  // namespace
}  // namespace pqpack
