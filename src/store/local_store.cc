// SPDX-License-Identifier: Apache-2.0
#include "store/local_store.h"

#include <arrow/memory_pool.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "store/local_file.h"
#include "store/local_folder.h"
#include "store/local_listing.h"
#include "store/local_publish.h"
#include "store/local_writer.h"

namespace pqpack {
namespace {

class LocalStore : public ObjectStore {
 public:
  LocalStore(std::stop_token stop, const std::stop_token& stop_waiting)
      : stop_(std::move(stop)), wait_{.stop = stop_.stop_possible() ? stop_ : stop_waiting} {}

  Result<std::unique_ptr<Listing>> List(const Uri& folder) override { return ListLocal(folder); }

  Result<ObjectInfo> Find(const Uri& uri) override {
    PQ_RETURN_NOT_OK(CheckLocal(uri));
    struct stat stat{};
    if (::stat(uri.key.c_str(), &stat) != 0) return ErrnoError(errno, "find", uri.key);
    if (S_ISREG(stat.st_mode)) return LocalInfo(uri, stat);
    return Error(ErrorCode::kNotFound, uri.key + ": not a regular file", "Check the path.");
  }

  Result<std::shared_ptr<arrow::Buffer>> Read(const ObjectId& id, ByteRange range) override {
    if (range.offset < 0 || range.length < 0) {
      return Error(ErrorCode::kInvalid, fmt::format("{}: no such range: {} bytes from {}",
                                                    id.uri.key, range.length, range.offset));
    }
    struct stat stat{};
    PQ_ASSIGN(const Fd fd, OpenVersion(id, &stat));
    range.length =
        std::min<int64_t>(range.length, std::max<int64_t>(0, stat.st_size - range.offset));
    PQ_ASSIGN(std::unique_ptr<arrow::Buffer> buffer,
              arrow::AllocateBuffer(range.length, arrow::system_memory_pool()));
    PQ_ASSIGN(const int64_t done, ReadFully(fd, id.uri.key, range, buffer->mutable_data()));
    // Only an unchanged file says that these bytes belong together.
    PQ_RETURN_NOT_OK(CheckVersion(fd, id, nullptr));
    if (done < range.length) return EndsEarly(id);
    return buffer;
  }

  Result<std::unique_ptr<ObjectWriter>> Create(const Uri& uri,
                                               const WriteOptions& options) override {
    return CreateLocal(uri, options, stop_, wait_);
  }
  int64_t WriterMemory(int64_t) const override { return kLocalWriteBuffer; }

  Status Delete(const ObjectId& id) override { return DeleteVersion(id, wait_); }

  Result<std::vector<UnfinishedWrite>> Unfinished(const Uri& folder) override {
    return UnfinishedLocal(folder);
  }

  Status Abandon(const UnfinishedWrite& write) override { return DeleteTemporary(write.id); }

 private:
  const std::stop_token stop_;
  const LockWait wait_;
};

}  // namespace

std::unique_ptr<ObjectStore> MakeLocalStore(std::stop_token stop,
                                            const std::stop_token& stop_waiting) {
  return std::make_unique<LocalStore>(std::move(stop), stop_waiting);
}

}  // namespace pqpack
