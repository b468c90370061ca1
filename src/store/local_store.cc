// SPDX-License-Identifier: Apache-2.0
#include "store/local_store.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "store/local_file.h"
#include "store/local_folder.h"
#include "store/local_listing.h"
#include "store/local_sync.h"
#include "store/local_unfinished.h"
#include "store/local_writer.h"

namespace pqpack {
namespace {

// Reads until `size` bytes are there or the file ends; returns how many there were.
Result<int64_t> ReadFully(const Fd& fd, const std::string& path, int64_t offset, int64_t size,
                          uint8_t* out) {
  int64_t done = 0;
  while (done < size) {
    const ssize_t n =
        ::pread(fd.get(), out + done, static_cast<size_t>(size - done), offset + done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoError(errno, "read", path);
    if (n == 0) break;
    done += n;
  }
  return done;
}

class LocalStore : public ObjectStore {
 public:
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
    PQ_ASSIGN(Fd fd, OpenVersion(id, &stat));
    const int64_t left = std::max<int64_t>(0, stat.st_size - range.offset);
    const int64_t size = std::min(range.length, left);
    PQ_ASSIGN(std::unique_ptr<arrow::Buffer> buffer, arrow::AllocateBuffer(size));
    PQ_ASSIGN(const int64_t done,
              ReadFully(fd, id.uri.key, range.offset, size, buffer->mutable_data()));
    // Only an unchanged file says that these bytes belong together.
    PQ_RETURN_NOT_OK(CheckVersion(fd, id, nullptr));
    if (done == size) return buffer;
    return Error(ErrorCode::kSourceChanged, id.uri.key + ": the file ends early",
                 "Run again when nothing writes to it.");
  }

  Result<std::unique_ptr<ObjectWriter>> Create(const Uri& uri,
                                               const WriteOptions& options) override {
    return CreateLocal(uri, options, &sync_);
  }

  Status Delete(const ObjectId& id) override {
    PQ_RETURN_NOT_OK(CheckLocal(id.uri));
    auto folder = OpenFolder(FolderOf(id.uri.key));
    if (!folder.ok()) {
      return CodeOf(folder.status()) == ErrorCode::kNotFound ? Status::OK() : folder.status();
    }
    const FolderLock lock(*folder);
    struct stat stat{};
    if (::stat(id.uri.key.c_str(), &stat) != 0) {
      return errno == ENOENT ? Status::OK() : ErrnoError(errno, "look at", id.uri.key);
    }
    if (LocalEtag(stat) != id.etag) {
      return Error(ErrorCode::kSourceChanged,
                   id.uri.key + ": not deleted, the file changed since it was listed",
                   "Run again when nothing writes to it.");
    }
    if (::unlink(id.uri.key.c_str()) != 0 && errno != ENOENT) {
      return ErrnoError(errno, "delete", id.uri.key);
    }
    return Status::OK();
  }

  Result<std::vector<UnfinishedWrite>> Unfinished(const Uri& folder) override {
    return UnfinishedLocal(folder);
  }

  Status Abandon(const UnfinishedWrite& write) override { return AbandonLocal(write); }

 private:
  LocalSync sync_;
};

}  // namespace

std::unique_ptr<ObjectStore> MakeLocalStore() { return std::make_unique<LocalStore>(); }

}  // namespace pqpack
