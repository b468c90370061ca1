// SPDX-License-Identifier: Apache-2.0
#include "store/memory_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace pqpack {
namespace {

constexpr size_t kPage = 1000;

Status CheckRange(const Uri& uri, ByteRange range) {
  if (range.offset >= 0 && range.length >= 0) return Status::OK();
  return Error(ErrorCode::kInvalid, fmt::format("{}: no such range: {} bytes from {}",
                                                uri.ToString(), range.length, range.offset));
}

Status NotFound(const Uri& uri) {
  return Error(ErrorCode::kNotFound, uri.ToString() + ": no such object");
}

Status Changed(const Uri& uri) {
  return Error(ErrorCode::kSourceChanged, uri.ToString() + ": the object changed");
}

}  // namespace

class MemoryStore::Pages : public Listing {
 public:
  Pages(const MemoryStore* store, Uri folder)
      : store_(store), folder_(std::move(folder)), last_(folder_) {}

  Result<std::vector<ObjectInfo>> Next() override {
    auto page = store_->PageAfter(folder_, last_);
    if (!page.empty()) last_ = page.back().uri;
    return page;
  }

 private:
  const MemoryStore* const store_;
  const Uri folder_;
  Uri last_;
};

class MemoryStore::Writer : public ObjectWriter {
 public:
  Writer(MemoryStore* store, Uri uri, WriteCondition condition)
      : store_(store), uri_(std::move(uri)), condition_(std::move(condition)) {}

  Status Append(Bytes data) override {
    PQ_RETURN_NOT_OK(spoilt_);
    bytes_.append(AsText(data));
    return Status::OK();
  }

  Status AppendFrom(const ObjectId& source, ByteRange range) override {
    PQ_RETURN_NOT_OK(spoilt_);
    return spoilt_ = Copy(source, range);
  }

  Result<ObjectInfo> Finish() override {
    PQ_RETURN_NOT_OK(spoilt_);
    spoilt_ = Error(ErrorCode::kInternal, uri_.ToString() + ": the writer has ended");
    return store_->Put(uri_, condition_, arrow::Buffer::FromString(std::move(bytes_)));
  }

  void LeaveBehind() override {
    if (!spoilt_.ok()) return;
    spoilt_ = Error(ErrorCode::kInternal, uri_.ToString() + ": the writer has ended");
    std::lock_guard lock(store_->mutex_);
    const std::string id = fmt::format("unfinished-{}", store_->next_version_++);
    store_->left_behind_[id] = {uri_, id, started_};
  }

 private:
  Status Copy(const ObjectId& source, ByteRange range) {
    PQ_RETURN_NOT_OK(CheckRange(source.uri, range));
    PQ_ASSIGN(const Object object, store_->Get(source));
    const int64_t size = object.bytes->size();
    if (range.offset > size || range.length > size - range.offset) {
      return Error(ErrorCode::kInvalid,
                   fmt::format("{}: {} bytes from {} are not inside its {} bytes",
                               source.uri.ToString(), range.length, range.offset, size));
    }
    bytes_.append(AsText({object.bytes->data() + range.offset, static_cast<size_t>(range.length)}));
    return Status::OK();
  }

  MemoryStore* const store_;
  const Uri uri_;
  const WriteCondition condition_;
  const TimePoint started_ = std::chrono::system_clock::now();
  std::string bytes_;
  Status spoilt_;  // the first error, or that the writer has ended
};

Status MemoryStore::CheckBucket(const Uri& uri) const {
  if (uri.scheme != Scheme::kLocal && buckets_.contains(uri.bucket)) return Status::OK();
  return Error(ErrorCode::kNotFound, uri.ToString() + ": no such bucket");
}

ObjectInfo MemoryStore::Info(const Uri& uri, const Object& object) {
  return {uri, object.etag, object.bytes->size(), object.modified};
}

void MemoryStore::Count(std::string_view operation, int64_t sent, int64_t received) const {
  if (counters_ == nullptr) return;
  counters_->Add(operation, {.requests = 1, .bytes_sent = sent, .bytes_received = received});
}

Result<std::unique_ptr<Listing>> MemoryStore::List(const Uri& folder) {
  PQ_RETURN_NOT_OK(CheckBucket(folder));
  return std::make_unique<Pages>(this, folder.AsFolder());
}

std::vector<ObjectInfo> MemoryStore::PageAfter(const Uri& folder, const Uri& last) const {
  std::lock_guard lock(mutex_);
  Count("List", 0, 0);
  std::vector<ObjectInfo> page;
  for (auto it = objects_.upper_bound(last); it != objects_.end() && page.size() < kPage; ++it) {
    if (!Contains(folder, it->first)) break;
    page.push_back(Info(it->first, it->second));
  }
  return page;
}

Result<ObjectInfo> MemoryStore::Find(const Uri& uri) {
  PQ_RETURN_NOT_OK(CheckBucket(uri));
  std::lock_guard lock(mutex_);
  Count("Find", 0, 0);
  const auto it = objects_.find(uri);
  if (it == objects_.end()) return NotFound(uri);
  return Info(it->first, it->second);
}

Result<MemoryStore::Object> MemoryStore::Get(const ObjectId& id) const {
  PQ_RETURN_NOT_OK(CheckBucket(id.uri));
  std::lock_guard lock(mutex_);
  const auto it = objects_.find(id.uri);
  if (it == objects_.end()) return NotFound(id.uri);
  if (it->second.etag != id.etag) return Changed(id.uri);
  return it->second;
}

Result<std::shared_ptr<arrow::Buffer>> MemoryStore::Read(const ObjectId& id, ByteRange range) {
  PQ_RETURN_NOT_OK(CheckRange(id.uri, range));
  PQ_ASSIGN(const Object object, Get(id));
  const int64_t offset = std::min(range.offset, object.bytes->size());
  const int64_t length = std::min(range.length, object.bytes->size() - offset);
  Count("Read", 0, length);
  return arrow::SliceBuffer(object.bytes, offset, length);
}

Result<std::unique_ptr<ObjectWriter>> MemoryStore::Create(const Uri& uri,
                                                          const WriteOptions& options) {
  PQ_RETURN_NOT_OK(CheckBucket(uri));
  if (uri.key.empty()) {
    return Error(ErrorCode::kInvalid, uri.ToString() + ": not a name for an object");
  }
  Count("Create", 0, 0);
  return std::make_unique<Writer>(this, uri, options.condition);
}

int64_t MemoryStore::WriterMemory(int64_t expected_size) const {
  return std::max<int64_t>(0, expected_size);  // the object itself
}

Result<ObjectInfo> MemoryStore::Put(const Uri& uri, const WriteCondition& condition,
                                    std::shared_ptr<arrow::Buffer> bytes) {
  std::lock_guard lock(mutex_);
  Count("Finish", bytes->size(), 0);
  const auto it = objects_.find(uri);
  if (condition.kind == WriteCondition::kIfAbsent && it != objects_.end()) {
    return Error(ErrorCode::kAlreadyExists, uri.ToString() + ": the object exists already");
  }
  if (condition.kind == WriteCondition::kIfMatch &&
      (it == objects_.end() || it->second.etag != condition.etag)) {
    return Changed(uri);
  }
  Object& object = objects_[uri];
  object = {fmt::format("v{}", next_version_++), std::chrono::system_clock::now(),
            std::move(bytes)};
  return Info(uri, object);
}

Status MemoryStore::Delete(const ObjectId& id) {
  PQ_RETURN_NOT_OK(CheckBucket(id.uri));
  std::lock_guard lock(mutex_);
  Count("Delete", 0, 0);
  const auto it = objects_.find(id.uri);
  if (it == objects_.end()) return Status::OK();
  if (it->second.etag != id.etag) return Changed(id.uri);
  objects_.erase(it);
  return Status::OK();
}

Result<std::vector<UnfinishedWrite>> MemoryStore::Unfinished(const Uri& folder) {
  PQ_RETURN_NOT_OK(CheckBucket(folder));
  std::lock_guard lock(mutex_);
  std::vector<UnfinishedWrite> found;
  for (const auto& [id, write] : left_behind_) {
    if (Contains(folder, write.uri)) found.push_back(write);
  }
  return found;
}

Status MemoryStore::Abandon(const UnfinishedWrite& write) {
  std::lock_guard lock(mutex_);
  left_behind_.erase(write.id);
  return Status::OK();
}

}  // namespace pqpack
