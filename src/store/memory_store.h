// SPDX-License-Identifier: Apache-2.0
//
// Objects in memory, under memory://BUCKET/KEY or s3://BUCKET/KEY, with the semantics of the other
// stores: for tests.  A version is a number that no other version has.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "store/object_store.h"
#include "store/request_counters.h"

namespace pqpack {

class MemoryStore : public ObjectStore {
 public:
  // Names outside of `buckets` are kNotFound.  `counters`, which may be null and
  // must outlive the store, counts calls as "List" (once per page), "Find",
  // "Read", "Create", "Finish" and "Delete".
  explicit MemoryStore(std::set<std::string> buckets, RequestCounters* counters = nullptr)
      : buckets_(std::move(buckets)), counters_(counters) {}

  Result<std::unique_ptr<Listing>> List(const Uri& folder) override;
  Result<ObjectInfo> Find(const Uri& uri) override;
  Result<std::shared_ptr<arrow::Buffer>> Read(const ObjectId& id, ByteRange range) override;
  Result<std::unique_ptr<ObjectWriter>> Create(const Uri& uri,
                                               const WriteOptions& options) override;
  int64_t WriterMemory(int64_t expected_size) const override;
  Status Delete(const ObjectId& id) override;
  Result<std::vector<UnfinishedWrite>> Unfinished(const Uri& folder) override;
  Status Abandon(const UnfinishedWrite& write) override;

 private:
  class Writer;
  class Pages;
  struct Object {
    std::string etag;
    TimePoint modified;
    std::shared_ptr<arrow::Buffer> bytes;
  };

  Status CheckBucket(const Uri& uri) const;
  // The object of exactly this version.
  Result<Object> Get(const ObjectId& id) const;
  Result<ObjectInfo> Put(const Uri& uri, const WriteCondition& condition,
                         std::shared_ptr<arrow::Buffer> bytes);
  std::vector<ObjectInfo> PageAfter(const Uri& folder, const Uri& last) const;
  void Count(std::string_view operation, int64_t sent, int64_t received) const;
  static ObjectInfo Info(const Uri& uri, const Object& object);

  const std::set<std::string> buckets_;
  RequestCounters* const counters_;
  mutable std::mutex mutex_;
  std::map<Uri, Object> objects_;
  std::map<std::string, UnfinishedWrite> left_behind_;  // by id
  uint64_t next_version_ = 1;
};

}  // namespace pqpack
