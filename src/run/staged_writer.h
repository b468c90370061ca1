// SPDX-License-Identifier: Apache-2.0
//
// An output of a merge on its way to where no reader looks: checked as it goes, its digest taken.
#pragma once

#include <arrow/io/interfaces.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/status.h"
#include "run/output_sink.h"
#include "store/object_store.h"
#include "store/sha256.h"
#include "target/target.h"
#include "verify/expected_output.h"
#include "verify/output_check.h"

namespace pqpack {

// A file that a task made.
struct StagedOutput {
  ObjectInfo object;
  std::string sha256;  // of its bytes; empty where none was asked for
};

struct StagingOptions {
  int64_t expected_size = -1;
  bool digest = false;
  bool appends = false;  // AppendRowGroup() may be called
};

// One thread.  Dropped before Finish() it leaves nothing.
class StagedWriter {
 public:
  static Result<std::unique_ptr<StagedWriter>> Create(ObjectStore& store, const Uri& name,
                                                      const StagingOptions& options);

  // Takes the file front to back; lives as long as this.
  std::shared_ptr<arrow::io::OutputStream> sink() { return sink_; }

  // Lets the store append a row group of `source`, which begins there behind the magic alone where
  // `behind_magic` says so.  Errors of the store, or kMismatch.
  Status AppendRowGroup(const ObjectId& source, CopiedRowGroup group, bool behind_magic);

  // Publishes what passes the check of outputs.
  Result<StagedOutput> Finish(const Target& target, const ExpectedOutput& expected);

 private:
  StagedWriter(ObjectStore& store, std::unique_ptr<ObjectWriter> writer, bool digest);

  Status Take(Bytes bytes);
  Status SendMagic();
  Status Digest(const ObjectId& source, ByteRange range);

  ObjectStore& store_;
  const std::unique_ptr<ObjectWriter> writer_;
  OutputCheck check_;
  std::optional<Sha256Sum> sum_;
  std::shared_ptr<OutputSink> sink_;
  bool holds_magic_ = false;
  bool has_appended_ = false;
};

}  // namespace pqpack
