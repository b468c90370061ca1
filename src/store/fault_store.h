// SPDX-License-Identifier: Apache-2.0
//
// Wraps another store and goes wrong where a plan says so: for tests.  With an
// empty plan it behaves as the wrapped store does.
//
// Calls are counted from 1 as they arrive, over all operations and by operation.
// With one thread a plan always hits the same call.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "store/object_store.h"

namespace pqpack {

enum class StoreOperation {
  kList,
  kNext,
  kFind,
  kRead,
  kCreate,
  kAppend,
  kAppendFrom,
  kFinish,
  kDelete,
  kUnfinished,
  kAbandon,
};
constexpr size_t kStoreOperations = 11;

struct StoreFault {
  enum Kind {
    kFail,        // the call does nothing and returns `code`
    kLostAnswer,  // the call does its work and then returns `code`
    kDelay,       // FaultPlan::delay is called first
    kTruncate,    // a read returns only its first `bytes` bytes
    kCrash,       // this call and all later ones do nothing and return `code`;
                  // writers end without clean-up, as in a killed process
  };
  Kind kind = kFail;
  int64_t nth = 1;
  std::optional<StoreOperation> operation = std::nullopt;  // absent: the nth call of any kind
  ErrorCode code = ErrorCode::kTransient;
  int64_t bytes = 0;
};

struct FaultPlan {
  std::vector<StoreFault> faults = {};
  std::function<void()> delay = nullptr;  // called from any thread, without a lock held
};

class FaultStore : public ObjectStore {
 public:
  // `inner` is borrowed and must outlive the store and its writers.
  FaultStore(ObjectStore* inner, FaultPlan plan);
  ~FaultStore() override;

  Result<std::unique_ptr<Listing>> List(const Uri& folder) override;
  Result<ObjectInfo> Find(const Uri& uri) override;
  Result<std::shared_ptr<arrow::Buffer>> Read(const ObjectId& id, ByteRange range) override;
  Result<std::unique_ptr<ObjectWriter>> Create(const Uri& uri,
                                               const WriteOptions& options) override;
  int64_t WriterMemory(int64_t expected_size) const override;
  Status Delete(const ObjectId& id) override;
  Result<std::vector<UnfinishedWrite>> Unfinished(const Uri& folder) override;
  Status Abandon(const UnfinishedWrite& write) override;

  // Calls so far, of all kinds or of one; a test that tries every n asks here how
  // many there are.
  int64_t calls() const;
  int64_t calls(StoreOperation operation) const;
  bool crashed() const;

 private:
  class Counter;
  class Pages;
  class Writer;

  ObjectStore* const inner_;
  const std::shared_ptr<Counter> counter_;  // shared with listings and writers
};

}  // namespace pqpack
