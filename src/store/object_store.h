// SPDX-License-Identifier: Apache-2.0
//
// The one interface to storage.  Smaller than a file system on purpose: no
// rename, no append, no directories.  Every read names the ETag that was listed,
// so a source that changes fails the read instead of mixing two versions.
//
// All calls block and are thread-safe unless said otherwise.  Errors carry an
// ErrorCode (base/status.h) and name the URI.
#pragma once

#include <arrow/buffer.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "store/uri.h"

namespace pqpack {

using TimePoint = std::chrono::sys_time<std::chrono::nanoseconds>;

// One version of an object.
struct ObjectId {
  Uri uri;
  std::string etag;  // opaque; S3: without quotes; local: from size, mtime and inode

  bool operator==(const ObjectId&) const = default;
};

struct ObjectInfo {
  Uri uri;
  std::string etag;
  int64_t size = 0;
  TimePoint modified;

  ObjectId id() const { return {uri, etag}; }
};

// When a new object may take its name.
struct WriteCondition {
  enum Kind {
    kIfAbsent,   // kAlreadyExists if the name is taken
    kIfMatch,    // compare-and-swap: kSourceChanged unless it has `etag` now
    kOverwrite,  // whatever is there
  };
  Kind kind = kIfAbsent;
  std::string etag;
};

struct WriteOptions {
  WriteCondition condition;
  // A guess of the final size, -1 if unknown; only steers buffers and part sizes.
  int64_t expected_size = -1;
  // AppendFrom() will follow: S3 copies ranges into an upload only if it was begun for that.
  bool appends_from = false;
  // What AppendFrom() takes whole is never written to again and goes when this object is there, so
  // that a store may give it the new name as well and need not copy its bytes.
  bool may_share = false;
};

// Receives an object in order.  Nothing is visible to readers until Finish()
// returns; destroying an unfinished writer discards what was sent.  After an
// error of any call nothing of this writer becomes visible: the calls that
// follow fail too.  One thread.
class ObjectWriter {
 public:
  virtual ~ObjectWriter() = default;
  virtual Status Append(Bytes data) = 0;

  // Appends bytes of another object of the same store, server-side where it can.
  // kNotFound; kSourceChanged if it no longer has that ETag; kInvalid if the
  // range does not lie inside it.
  virtual Status AppendFrom(const ObjectId& source, ByteRange range) = 0;

  // Publishes the object, durably.  kAlreadyExists / kSourceChanged by the
  // condition.  Once.
  virtual Result<ObjectInfo> Finish() = 0;

  // From now on the destructor leaves behind what a killed process would.  The
  // fault store ends writers in this way; nobody else needs it.
  virtual void LeaveBehind() = 0;
};

// A listing in progress.  One thread.
class Listing {
 public:
  virtual ~Listing() = default;
  // The next objects in key order (bytes, as UTF-8); empty at the end.
  virtual Result<std::vector<ObjectInfo>> Next() = 0;
};

// Something a killed writer left behind: not visible to readers, but it costs
// space.  `started` lets callers leave alone what a live writer began later.
struct UnfinishedWrite {
  Uri uri;         // the name it was meant for
  std::string id;  // the store's own handle (S3: upload id; local: temporary path)
  TimePoint started;
};

class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  // All objects below `folder` (taken as a folder: `a` never lists `ab/c`, and
  // an object named `a/`, a folder's marker, is not below `a`).  kNotFound: no
  // such bucket or path.  A bucket's folder without any object is an empty
  // listing.  Temporary names of unfinished local writes are left out.
  virtual Result<std::unique_ptr<Listing>> List(const Uri& folder) = 0;

  // The object of exactly this name.  kNotFound if there is none.
  virtual Result<ObjectInfo> Find(const Uri& uri) = 0;

  // Bytes of exactly this version.  Fewer than asked only where the object ends,
  // none if the range begins there or later.  kNotFound, kSourceChanged; kInvalid
  // for a negative offset or length.
  virtual Result<std::shared_ptr<arrow::Buffer>> Read(const ObjectId& id, ByteRange range) = 0;

  // kAlreadyExists also where a live writer is at work on the same name and the
  // store can tell (local).  What `options.condition` asks is decided by Finish().
  virtual Result<std::unique_ptr<ObjectWriter>> Create(const Uri& uri,
                                                       const WriteOptions& options) = 0;

  // Bytes that a writer of this `WriteOptions::expected_size` holds at the most while its
  // object is filled by Append() and does not outgrow that size; with -1, while it is below
  // some GiB.
  virtual int64_t WriterMemory(int64_t expected_size) const = 0;

  // Deletes this version only.  Gone already is success; another version is
  // kSourceChanged.
  virtual Status Delete(const ObjectId& id) = 0;

  // Leftovers of killed writers for `place` itself or names below it, and their removal.
  // A live writer's work is never listed by the local store; on S3 the caller
  // compares `started`.  A folder that does not exist has none.  Abandon: gone
  // already is success.
  virtual Result<std::vector<UnfinishedWrite>> Unfinished(const Uri& place) = 0;
  virtual Status Abandon(const UnfinishedWrite& write) = 0;
};

// The object of exactly this name; its absence is an answer, not an error.
Result<std::optional<ObjectInfo>> LookUp(ObjectStore& store, const Uri& uri);

}  // namespace pqpack
