// SPDX-License-Identifier: Apache-2.0
//
// What compact makes sure of about the places that it reads, writes and deletes in.
#pragma once

#include <set>
#include <span>
#include <stop_token>
#include <string>

#include "base/status.h"
#include "plan/compact_plan.h"
#include "store/object_store.h"

namespace pqpack {

// Before files are deleted: `all` are those of the whole table, on a local disk.  Deleted under one
// name, the rows of a file would be gone under its other name, too; and where a folder is a link
// that leads out of the table, a run at work there can't see this one.  kConfig, with both names.
Status CheckNoLinks(const CompactPlan& all);

// kInvalid where a local link leads `folder` of `destination`, which needs not be there yet, to
// another place: outputs would appear in it.
Status CheckNotLinked(const Uri& destination, const std::string& folder);

// kInvalid where the destination contains one of the table's places, or lies in one.
Status CheckDestination(const Uri& destination, std::span<const Uri> table);

// Folders below `root`, relative to it, that have visible objects in them or below; "" is the root.
Result<std::set<std::string>> FoldersWithFiles(ObjectStore& store, const Uri& root,
                                               const std::stop_token& stop);

// Whether runs, dead or alive, have left something at one of the places (docs/runs.md).
Result<bool> HasRuns(ObjectStore& store, std::span<const Uri> places);

}  // namespace pqpack
