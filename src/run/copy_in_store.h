// SPDX-License-Identifier: Apache-2.0
//
// The way of one file whose pages the store copies (execute/copy/store_copy.h): a look at its
// first pages, a new end, proof, and only then is anything written: the copy of the data, the
// end, the name.
#pragma once

#include <optional>

#include "base/events.h"
#include "base/status.h"
#include "execute/copy/store_copy.h"
#include "format/footer.h"
#include "plan/repack_task.h"
#include "run/repack_file.h"
#include "verify/expected_output.h"

namespace pqpack {

// Why the store can't copy this file's bytes, or why that would be no gain, whatever is in
// it; nothing where it may be one.
std::optional<Finding> NoCopyInStore(const RepackTask& task, const RepackContext& context);
// The same for the data that would be copied, once it is known.
std::optional<Finding> NoCopyInStore(const StoreCopyPlan& plan, const RepackContext& context);

// Borrowed.
struct StoreCopySource {
  const FileMetaData& footer;
  const RewritePlan& plan;
  const CopyPlan& copy;
  const StoreCopyPlan& by_store;  // without obstacles
};

struct Written {
  RewriteReceipt receipt;
  ObjectInfo object;
};

// Writes the file and publishes it.
//   kUnsupported, kCorrupt, kMismatch  the pages have to be read; nothing was published
//   kSourceChanged, kNotFound          the source is not the version that was listed
// Errors of the stores pass unchanged.
Result<Written> CopyInStore(const RepackTask& task, const StoreCopySource& source,
                            const ExpectedOutput& expected, const RewriteOptions& options,
                            const RepackContext& context);

}  // namespace pqpack
