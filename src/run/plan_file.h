// SPDX-License-Identifier: Apache-2.0
//
// A plan as an object: what `pqpack plan --out` writes, and `execute` and `commit` carry out on
// other machines (docs/plan.md).  Lines of JSON: a header with all that decides what the outputs
// are, then a line for each partition.  The same inventory and options give the same bytes: there
// is neither a clock nor chance in it.
//
// So the run that commits it is named by the plan itself: by a digest of its bytes, behind the time
// of the newest file that it lists.  All of its workers find the same folder, and what they leave
// for another plan is never taken for this one's.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "plan/compact_plan.h"
#include "run/compact_options.h"

namespace pqpack {

// How the commit finds the table's catalog again.  Empty: it is the folder tree at the plan's
// location.
struct GlueTableRef {
  std::string database, table, catalog_id;

  bool operator==(const GlueTableRef&) const = default;
};

struct PlannedRun {
  GlueTableRef glue;
  // Of these a file has: table, publish, destination, target, compression, engine, proof.
  // `moved_from` and `run` follow from it; the others are each machine's own.
  CompactOptions options;
  CompactPlan plan;
  std::string digest = {};  // SHA-256 of the file

  // Where its workers leave what they made (commit/run_folder.h).
  RunFolder folder() const {
    return {options.elsewhere() ? options.destination : plan.table.location, options.run};
  }
};

// Hands out the file's bytes, piece by piece.  kConfig: a partition key, kInvalid: a predicate that
// is no UTF-8.
Status WritePlan(const PlannedRun& planned, const std::function<Status(std::string_view)>& append);

// Under a name that is free: kAlreadyExists.
Status StorePlan(const PlannedRun& planned, ObjectStore& store, const Uri& uri);

// Whoever may write to the plan's place may have written anything: kInvalid, with what is wrong,
// for all that WritePlan() would not write, and for a version that is not known.
Result<PlannedRun> ParsePlan(std::string_view text, const std::string& where);
Result<PlannedRun> LoadPlan(ObjectStore& store, const Uri& uri);

}  // namespace pqpack
