// SPDX-License-Identifier: Apache-2.0
//
// What the parts of the local store share: owned descriptors, errors from errno,
// and the version of a file.
#pragma once

#include <sys/stat.h>

#include <string>
#include <string_view>
#include <utility>

#include "base/status.h"
#include "store/object_store.h"

namespace pqpack {

// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() { Close(); }
  void Close();
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// The error of a failed system call.  `doing` says what was tried ("read",
// "create the folder of"); the message names `path`.
Status ErrnoError(int error, std::string_view doing, const std::string& path);

// The version of a file: size, mtime in nanoseconds and inode.  A change of the
// same size within one tick of the file system's clock goes unseen.
std::string LocalEtag(const struct stat& stat);

// `uri` as it is described by `stat`.
ObjectInfo LocalInfo(Uri uri, const struct stat& stat);

// kInvalid unless `uri` is local and absolute.
Status CheckLocal(const Uri& uri);

// Opens the file of exactly this version for reading; `stat` may be null.
// kNotFound (also where the name is not a regular file), kSourceChanged.
Result<Fd> OpenVersion(const ObjectId& id, struct stat* stat);

// kSourceChanged unless the open file still has `id`'s version.
Status CheckVersion(const Fd& fd, const ObjectId& id, struct stat* stat);

// The error of a file that ends before the end it had.
Status EndsEarly(const ObjectId& id);

// Reads until `range` is there or the file ends; returns how many bytes there were.
Result<int64_t> ReadFully(const Fd& fd, const std::string& path, ByteRange range, uint8_t* out);

}  // namespace pqpack
