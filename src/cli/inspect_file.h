// SPDX-License-Identifier: Apache-2.0
//
// Goes through one file for `pqpack inspect` and tells a printer what it finds.  What is
// broken is told and passed over as far as that can be.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "cli/inspect_printer.h"
#include "store/object_store.h"

namespace pqpack::cli {

// How deep to look; each one includes those before it.
enum class InspectDepth { kFooter, kHeaders, kBodies };

struct InspectOptions {
  std::optional<int64_t> row_group;  // absent: all
  std::string column;                // a dotted path or the beginning of one; empty: all
  InspectDepth depth = InspectDepth::kBodies;
  std::function<Status()> may_go_on;  // asked before each chunk; its error is the run's
};

// The object that `uri` names.  kInvalid with advice for a folder; kNotFound.
Result<ObjectInfo> FindInspected(ObjectStore& store, const Uri& uri);

// Fills counts and breaks of `outcome`.  Fails where reading does, kInvalid where the options
// name what is not there; a broken file is no failure.
Status InspectFile(arrow::io::RandomAccessFile& file, const ObjectInfo& object,
                   const InspectOptions& options, InspectPrinter& printer, InspectOutcome* outcome);

}  // namespace pqpack::cli
