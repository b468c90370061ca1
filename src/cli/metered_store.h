// SPDX-License-Identifier: Apache-2.0
//
// A store that counts the bytes read through it, so that the progress of a single
// large file can be seen.  Everything else goes to the store inside unchanged.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "store/object_store.h"

namespace pqpack::cli {

class MeteredStore : public ObjectStore {
 public:
  // Both are borrowed and outlive this.
  MeteredStore(ObjectStore& store, std::atomic<int64_t>* bytes_read)
      : store_(store), bytes_read_(*bytes_read) {}

  Result<std::unique_ptr<Listing>> List(const Uri& folder) override { return store_.List(folder); }
  Result<ObjectInfo> Find(const Uri& uri) override { return store_.Find(uri); }
  Result<std::shared_ptr<arrow::Buffer>> Read(const ObjectId& id, ByteRange range) override {
    auto buffer = store_.Read(id, range);
    if (buffer.ok()) bytes_read_ += (*buffer)->size();
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
  std::atomic<int64_t>& bytes_read_;
};

}  // namespace pqpack::cli
