// SPDX-License-Identifier: Apache-2.0
//
// An object of which little is read, here and there: places that are named together are
// fetched in few requests, and reads of these cost nothing more.  What is fetched is held
// until the next Fetch(); the end of the file, where the footer is, stays.
//
// Reads are pinned to the version in `object`, errors keep the store's ErrorCode.
// One thread.
#pragma once

#include <arrow/io/interfaces.h>

#include <memory>
#include <vector>

#include "base/executor.h"
#include "store/object_store.h"

namespace pqpack {

struct CoalesceOptions {
  // An object of at most this size is one read of the whole.
  int64_t whole = 0;
  // Bytes that may be read for nothing between two places, to save a request.
  int64_t gap = 0;
  // Bytes of one request, at the most.
  int64_t most = 0;
};

// Places of a local file are a system call each, of an object in S3 a request that takes as
// long as a MiB or two.
CoalesceOptions CoalesceFor(Scheme scheme);

// The requests for these places: in order, each cut at `size`, neighbours joined.
std::vector<ByteRange> Coalesce(std::vector<ByteRange> places, int64_t size,
                                const CoalesceOptions& options);

class CoalescedFile : public arrow::io::RandomAccessFile {
 public:
  // Makes no request.  Borrows `store` and `io` (may be null), on which requests of one
  // Fetch() are made side by side.
  CoalescedFile(ObjectStore& store, ObjectInfo object, const CoalesceOptions& options, Executor* io)
      : store_(store), object_(std::move(object)), options_(options), io_(io) {}
  ~CoalescedFile() override = default;

  // Drops what was fetched before and fetches these places.
  Status Fetch(std::vector<ByteRange> places);

  using arrow::io::RandomAccessFile::ReadAt;
  Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t bytes) override;
  Result<int64_t> ReadAt(int64_t position, int64_t bytes, void* out) override;
  Result<int64_t> GetSize() override { return object_.size; }
  Result<int64_t> Read(int64_t bytes, void* out) override;
  Result<std::shared_ptr<arrow::Buffer>> Read(int64_t bytes) override;
  Status Seek(int64_t position) override;
  Result<int64_t> Tell() const override { return position_; }
  Status Close() override;
  bool closed() const override { return closed_; }

  int64_t bytes_held() const;

 private:
  struct Piece {
    int64_t offset = 0;
    std::shared_ptr<arrow::Buffer> bytes;
  };
  // Null: no piece has all of it.
  std::shared_ptr<arrow::Buffer> Held(ByteRange range) const;
  Result<std::shared_ptr<arrow::Buffer>> Request(ByteRange range);

  ObjectStore& store_;
  const ObjectInfo object_;
  const CoalesceOptions options_;
  Executor* const io_;
  std::vector<Piece> pieces_;
  Piece tail_;
  int64_t position_ = 0;
  bool closed_ = false;
};

}  // namespace pqpack
