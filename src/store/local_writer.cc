// SPDX-License-Identifier: Apache-2.0
#include "store/local_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "store/local_file.h"
#include "store/local_folder.h"
#include "store/local_lock.h"
#include "store/local_names.h"

namespace pqpack {
namespace {

Status Taken(const std::string& path) {
  return Error(ErrorCode::kAlreadyExists, path + ": the file exists already",
               "Remove it, choose another place, or ask for overwriting.");
}

class LocalWriter : public ObjectWriter {
 public:
  LocalWriter(Uri uri, WriteOptions options, LocalSync* sync)
      : uri_(std::move(uri)),
        options_(std::move(options)),
        sync_(sync),
        name_(NameOf(uri_.key)),
        temporary_(TemporaryName(name_)) {}

  ~LocalWriter() override { Discard(); }

  Status Open() {
    // A writer that fails removes the folders it made, perhaps under our feet.
    constexpr int kAttempts = 100;
    Status status;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      PQ_ASSIGN(folder_, MakeFolder(FolderOf(uri_.key), &made_));
      auto file = TakeTemporary(folder_, temporary_, uri_.key);
      if (file.ok()) {
        file_ = std::move(file).ValueUnsafe();
        return Status::OK();
      }
      status = file.status();
      if (CodeOf(status) != ErrorCode::kNotFound) break;
    }
    return status;
  }

  Status Append(Bytes data) override {
    if (!spoilt_.ok()) return spoilt_;
    while (!data.empty()) {
      const ssize_t n = ::write(file_.get(), data.data(), data.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return spoilt_ = ErrnoError(errno, "write", uri_.key);
      data = data.subspan(static_cast<size_t>(n));
    }
    return Status::OK();
  }

  Status AppendFrom(const ObjectId& source, ByteRange range) override {
    if (!spoilt_.ok()) return spoilt_;
    return spoilt_ = Copy(source, range);
  }

  Result<ObjectInfo> Finish() override {
    auto info = Publish();
    if (info.ok()) {
      file_.Close();
    } else {
      spoilt_ = info.status();
      Discard();
    }
    return info;
  }

  void LeaveBehind() override {
    file_.Close();
    spoilt_ = Error(ErrorCode::kCancelled, uri_.key + ": the writer was left behind");
  }

 private:
  Status Copy(const ObjectId& source, ByteRange range) {
    struct stat stat{};
    PQ_ASSIGN(Fd from, OpenVersion(source, &stat));
    if (range.offset < 0 || range.length < 0 || range.offset > stat.st_size ||
        range.length > stat.st_size - range.offset) {
      return Error(ErrorCode::kInvalid,
                   fmt::format("{}: {} bytes from {} are not inside its {} bytes", source.uri.key,
                               range.length, range.offset, static_cast<int64_t>(stat.st_size)));
    }
    off_t offset = range.offset;
    while (offset < range.end()) {
      const ssize_t n = ::copy_file_range(from.get(), &offset, file_.get(), nullptr,
                                          static_cast<size_t>(range.end() - offset), 0);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return ErrnoError(errno, "copy to " + uri_.key + " from", source.uri.key);
      if (n == 0) break;
    }
    PQ_RETURN_NOT_OK(CheckVersion(from, source, nullptr));
    if (offset == range.end()) return Status::OK();
    return Error(ErrorCode::kSourceChanged, source.uri.key + ": the file ends early",
                 "Run again when nothing writes to it.");
  }

  Result<ObjectInfo> Publish() {
    if (!spoilt_.ok()) return spoilt_;
    if (!file_) return Error(ErrorCode::kInternal, uri_.key + ": finished twice");
    PQ_RETURN_NOT_OK(sync_->Sync(file_, uri_.key));
    struct stat stat{};
    if (::fstat(file_.get(), &stat) != 0) return ErrnoError(errno, "look at", uri_.key);
    PQ_RETURN_NOT_OK(TakeName());
    PQ_RETURN_NOT_OK(SyncFolders());
    return LocalInfo(uri_, stat);
  }

  Status TakeName() {
    switch (options_.condition.kind) {
      case WriteCondition::kIfAbsent:
        return TakeFreeName();
      case WriteCondition::kIfMatch: {
        const FolderLock lock(folder_);
        struct stat now{};
        if (::fstatat(folder_.get(), name_.c_str(), &now, 0) != 0 ||
            LocalEtag(now) != options_.condition.etag) {
          return Error(ErrorCode::kSourceChanged, uri_.key + ": the file changed, not replaced",
                       "Run again.");
        }
        return Rename(0);
      }
      case WriteCondition::kOverwrite: {
        const FolderLock lock(folder_);
        return Rename(0);
      }
    }
    return Status::OK();
  }

  Status Rename(unsigned flags) {
    if (::renameat2(folder_.get(), temporary_.c_str(), folder_.get(), name_.c_str(), flags) == 0) {
      return Status::OK();
    }
    return ErrnoError(errno, "publish", uri_.key);
  }

  Status TakeFreeName() {
    if (::renameat2(folder_.get(), temporary_.c_str(), folder_.get(), name_.c_str(),
                    RENAME_NOREPLACE) == 0) {
      return Status::OK();
    }
    // NFS and others have no such rename.  There a link fails if the name is taken.
    if (errno == EINVAL || errno == ENOSYS) {
      if (::linkat(folder_.get(), temporary_.c_str(), folder_.get(), name_.c_str(), 0) == 0) {
        ::unlinkat(folder_.get(), temporary_.c_str(), 0);
        return Status::OK();
      }
    }
    if (errno != EEXIST) return ErrnoError(errno, "publish", uri_.key);
    struct stat there{};
    const bool folder =
        ::fstatat(folder_.get(), name_.c_str(), &there, 0) == 0 && S_ISDIR(there.st_mode);
    return folder ? ErrnoError(EISDIR, "publish", uri_.key) : Taken(uri_.key);
  }

  Status SyncFolders() {
    PQ_RETURN_NOT_OK(sync_->Sync(folder_, uri_.key));
    for (const std::string& path : made_) {
      PQ_ASSIGN(Fd parent, OpenFolder(FolderOf(path)));
      PQ_RETURN_NOT_OK(sync_->Sync(parent, path));
    }
    return Status::OK();
  }

  // Removes what is not published, while the lock keeps the name ours.
  void Discard() {
    if (!file_) return;
    if (IsStill(folder_, temporary_, file_)) ::unlinkat(folder_.get(), temporary_.c_str(), 0);
    file_.Close();
    RemoveFolders(made_);
  }

  const Uri uri_;
  const WriteOptions options_;
  LocalSync* const sync_;
  const std::string name_;
  const std::string temporary_;
  std::vector<std::string> made_;
  Fd folder_;
  Fd file_;
  Status spoilt_;  // the first error: an object with a hole must not be published
};

}  // namespace

Result<std::unique_ptr<ObjectWriter>> CreateLocal(const Uri& uri, const WriteOptions& options,
                                                  LocalSync* sync) {
  PQ_RETURN_NOT_OK(CheckLocal(uri));
  const std::string name = NameOf(uri.key);
  if (name.empty() || IsTemporaryName(name)) {
    return Error(ErrorCode::kInvalid, "'" + uri.key + "': not a name for a file",
                 "Choose another name.");
  }
  auto writer = std::make_unique<LocalWriter>(uri, options, sync);
  PQ_RETURN_NOT_OK(writer->Open());
  return writer;
}

}  // namespace pqpack
