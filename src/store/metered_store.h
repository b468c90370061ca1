// SPDX-License-Identifier: Apache-2.0
//
// A store that tells how many bytes are read through it, so that the progress of a single
// large file can be seen.  Everything else goes to the store inside unchanged.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "store/object_store.h"

namespace pqpack {

class MeteredStore : public ObjectStore {
 public:
  // `store` is borrowed and outlives this.  `read` is called from any thread.
  MeteredStore(ObjectStore& store, std::function<void(int64_t bytes)> read)
      : store_(store), read_(std::move(read)) {}
  MeteredStore(ObjectStore& store, std::atomic<int64_t>* bytes_read)
      : MeteredStore(store, [bytes_read](int64_t bytes) { *bytes_read += bytes; }) {}

  Result<std::unique_ptr<Listing>> List(const Uri& folder) override { return store_.List(folder); }
  Result<ObjectInfo> Find(const Uri& uri) override { return store_.Find(uri); }
  Result<std::shared_ptr<arrow::Buffer>> Read(const ObjectId& id, ByteRange range) override {
    auto buffer = store_.Read(id, range);
    if (buffer.ok()) read_((*buffer)->size());
    return buffer;
  }
  Result<std::unique_ptr<ObjectWriter>> Create(const Uri& uri,
                                               const WriteOptions& options) override {
    return store_.Create(uri, options);
  }
  int64_t WriterMemory(int64_t expected_size) const override {
    return store_.WriterMemory(expected_size);
  }
  Status Delete(const ObjectId& id) override { return store_.Delete(id); }
  Result<std::vector<UnfinishedWrite>> Unfinished(const Uri& folder) override {
    return store_.Unfinished(folder);
  }
  Status Abandon(const UnfinishedWrite& write) override { return store_.Abandon(write); }

 private:
  ObjectStore& store_;
  const std::function<void(int64_t)> read_;
};

}  // namespace pqpack
