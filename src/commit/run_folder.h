// SPDX-License-Identifier: Apache-2.0
//
// The names below `ROOT/_pqpack/`, all of them.  Readers of tables pass over what begins with
// '_'; those that do not are not shown a name that ends in .parquet.
//
//   lock                  who is at work on ROOT (run_lock.h)
//   RUN/journal.json      how far the run is (journal.h)
//   RUN/publish.json      what it publishes (publish_list.h)
//   RUN/staged/_N.staged  proven or unproven files that nobody reads yet
//   RUN/_probe            what the store is asked with (probe_store.h)
//   swaps/RUN.json        what a swap has changed in the catalog, for undo (swap_record.h)
//   plans/RUN/            what workers made for a plan (run/execute_plan.h) that RUN is to commit.
//                         Nobody but RUN cleans there: its workers hold no lock.
//     begun.json          workers may be at work; the first to go
//     receipts/N.json     what came of task N (run/receipt.h)
//     staged/_N-BY.staged
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/object_store.h"

namespace pqpack {

// "20261121t164205z-0123456789abcdef": the time in UTC, then `random`, which keeps apart runs
// of one second.  Runs sort by their beginning.
std::string MakeRunId(TimePoint now, uint64_t random);

// Folders of other names are no runs, and never touched.
bool IsRunId(std::string_view text);

Uri RunsFolder(const Uri& root);  // ROOT/_pqpack/
Uri LockName(const Uri& root);
Uri PlansFolder(const Uri& root);  // ROOT/_pqpack/plans/
Uri SwapsFolder(const Uri& root);  // ROOT/_pqpack/swaps/

// Where a swap's files go: beside the table, ROOT-RUN/, so in no place that is read or was there
// before.  Where ROOT is such a place of an earlier run, its id goes.  kConfig: the root is a whole
// bucket.
Result<Uri> SwapPlace(const Uri& root, const std::string& run);

// In the place of any run's swap of the table at `root`, or of one that was led here by a swap.
bool IsSwapPlace(const Uri& root, const Uri& uri);

struct RunFolder {
  Uri root;         // the table, or the target of a copy: a folder
  std::string run;  // IsRunId()

  Uri uri() const;  // ends in '/'
  Uri journal() const;
  Uri list() const;
  Uri probe() const;
  Uri swap_record() const;
  Uri staged_folder() const;
  Uri staged(int64_t number) const;

  Uri plan() const;  // ends in '/'
  Uri plan_begun() const;
  Uri plan_receipts() const;
  Uri plan_receipt(int64_t task) const;
  Uri plan_staged_folder() const;
  // Whoever stages the same file again gives it another name: `by` is that attempt's.
  Uri plan_staged(int64_t number, std::string_view by) const;
};

}  // namespace pqpack
