// SPDX-License-Identifier: Apache-2.0
#include "store/fault_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>
#include <utility>

namespace pqpack {

// Counts calls and does to each what is planned for it.
class FaultStore::Counter {
 public:
  explicit Counter(FaultPlan plan) : plan_(std::move(plan)) {}

  // `call` returns a Status or a Result.
  template <typename Call>
  std::invoke_result_t<Call> Run(StoreOperation operation, Call call) {
    const std::optional<StoreFault> fault = Next(operation);
    if (!fault) return call();
    switch (fault->kind) {
      case StoreFault::kFail:
      case StoreFault::kCrash:
        return Planned(*fault);
      case StoreFault::kLostAnswer: {
        const auto lost = call();
        return Planned(*fault);
      }
      case StoreFault::kDelay:
        if (plan_.delay) plan_.delay();
        return call();
      case StoreFault::kTruncate:
        return Truncated(call(), fault->bytes);
    }
    return call();
  }

  int64_t calls() const {
    std::lock_guard lock(mutex_);
    return calls_;
  }
  int64_t calls(StoreOperation operation) const {
    std::lock_guard lock(mutex_);
    return by_operation_.at(static_cast<size_t>(operation));
  }
  bool crashed() const {
    std::lock_guard lock(mutex_);
    return crash_.has_value();
  }

 private:
  std::optional<StoreFault> Next(StoreOperation operation) {
    std::lock_guard lock(mutex_);
    if (crash_) return crash_;
    ++calls_;
    const int64_t of_kind = ++by_operation_.at(static_cast<size_t>(operation));
    for (const StoreFault& fault : plan_.faults) {
      const bool hit = fault.operation ? *fault.operation == operation && fault.nth == of_kind
                                       : fault.nth == calls_;
      if (!hit) continue;
      if (fault.kind == StoreFault::kCrash) crash_ = fault;
      return fault;
    }
    return std::nullopt;
  }

  static Status Planned(const StoreFault& fault) {
    return Error(fault.code, fmt::format("planned fault at call {}", fault.nth));
  }

  template <typename T>
  static T Truncated(T result, int64_t bytes) {
    if constexpr (std::is_same_v<T, Result<std::shared_ptr<arrow::Buffer>>>) {
      if (result.ok()) {
        return arrow::SliceBuffer(*result, 0, std::min(bytes, (*result)->size()));
      }
    }
    return result;
  }

  const FaultPlan plan_;
  mutable std::mutex mutex_;
  int64_t calls_ = 0;
  std::array<int64_t, kStoreOperations> by_operation_{};
  std::optional<StoreFault> crash_;
};

class FaultStore::Pages : public Listing {
 public:
  Pages(std::unique_ptr<Listing> inner, std::shared_ptr<Counter> counter)
      : inner_(std::move(inner)), counter_(std::move(counter)) {}

  Result<std::vector<ObjectInfo>> Next() override {
    return counter_->Run(StoreOperation::kNext, [&] { return inner_->Next(); });
  }

 private:
  const std::unique_ptr<Listing> inner_;
  const std::shared_ptr<Counter> counter_;
};

class FaultStore::Writer : public ObjectWriter {
 public:
  Writer(std::unique_ptr<ObjectWriter> inner, std::shared_ptr<Counter> counter)
      : inner_(std::move(inner)), counter_(std::move(counter)) {}

  ~Writer() override {
    if (counter_->crashed()) inner_->LeaveBehind();
  }

  Status Append(Bytes data) override {
    PQ_RETURN_NOT_OK(spoilt_);
    return spoilt_ = counter_->Run(StoreOperation::kAppend, [&] { return inner_->Append(data); });
  }

  Status AppendFrom(const ObjectId& source, ByteRange range) override {
    PQ_RETURN_NOT_OK(spoilt_);
    return spoilt_ = counter_->Run(StoreOperation::kAppendFrom,
                                   [&] { return inner_->AppendFrom(source, range); });
  }

  Result<ObjectInfo> Finish() override {
    PQ_RETURN_NOT_OK(spoilt_);
    auto info = counter_->Run(StoreOperation::kFinish, [&] { return inner_->Finish(); });
    spoilt_ = info.status();
    return info;
  }

  void LeaveBehind() override { inner_->LeaveBehind(); }

 private:
  const std::unique_ptr<ObjectWriter> inner_;
  const std::shared_ptr<Counter> counter_;
  Status spoilt_;  // a planned error, too, makes the calls that follow fail
};

FaultStore::FaultStore(ObjectStore* inner, FaultPlan plan)
    : inner_(inner), counter_(std::make_shared<Counter>(std::move(plan))) {}

FaultStore::~FaultStore() = default;

Result<std::unique_ptr<Listing>> FaultStore::List(const Uri& folder) {
  return counter_->Run(StoreOperation::kList, [&]() -> Result<std::unique_ptr<Listing>> {
    PQ_ASSIGN(auto listing, inner_->List(folder));
    return std::make_unique<Pages>(std::move(listing), counter_);
  });
}

Result<ObjectInfo> FaultStore::Find(const Uri& uri) {
  return counter_->Run(StoreOperation::kFind, [&] { return inner_->Find(uri); });
}

Result<std::shared_ptr<arrow::Buffer>> FaultStore::Read(const ObjectId& id, ByteRange range) {
  return counter_->Run(StoreOperation::kRead, [&] { return inner_->Read(id, range); });
}

Result<std::unique_ptr<ObjectWriter>> FaultStore::Create(const Uri& uri,
                                                         const WriteOptions& options) {
  return counter_->Run(StoreOperation::kCreate, [&]() -> Result<std::unique_ptr<ObjectWriter>> {
    PQ_ASSIGN(auto writer, inner_->Create(uri, options));
    return std::make_unique<Writer>(std::move(writer), counter_);
  });
}

int64_t FaultStore::WriterMemory(int64_t expected_size) const {
  return inner_->WriterMemory(expected_size);
}

Status FaultStore::Delete(const ObjectId& id) {
  return counter_->Run(StoreOperation::kDelete, [&] { return inner_->Delete(id); });
}

Result<std::vector<UnfinishedWrite>> FaultStore::Unfinished(const Uri& folder) {
  return counter_->Run(StoreOperation::kUnfinished, [&] { return inner_->Unfinished(folder); });
}

Status FaultStore::Abandon(const UnfinishedWrite& write) {
  return counter_->Run(StoreOperation::kAbandon, [&] { return inner_->Abandon(write); });
}

int64_t FaultStore::calls() const { return counter_->calls(); }
int64_t FaultStore::calls(StoreOperation operation) const { return counter_->calls(operation); }
bool FaultStore::crashed() const { return counter_->crashed(); }

}  // namespace pqpack
