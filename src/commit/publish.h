// SPDX-License-Identifier: Apache-2.0
//
// Carries out a publish list.  Every step may be done again, by whoever: what is published is
// left, what is deleted is gone, and no original goes before its whole group is there.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>

#include "base/executor.h"
#include "catalog/catalog.h"
#include "commit/publish_list.h"
#include "commit/run_folder.h"

namespace pqpack {

struct PublishContext {
  ObjectStore& store;  // of the run's folder and of the outputs
  ObjectStore& table;  // of the originals; may be the same
  Executor& executor;  // not the one that the stores send their parts by
  int width = 1;       // steps at once
  // The places that names may be in, besides the run's root: a list is bytes of a store, which
  // must not lead us elsewhere.
  std::vector<Uri> allowed = {};
  std::stop_token stop = {};
  // A file was published, carried or removed: Steps() times where nothing goes wrong.  From any
  // thread.  Empty: nobody asks.
  std::function<void()> stepped = {};
  // Of the table, for runs that lead it elsewhere; null: there is none.
  Catalog* catalog = nullptr;
};

// How many files a list publishes, carries or removes.
int64_t Steps(const PublishList& list);

struct GroupFailure {
  size_t group = 0;
  Status why;           // kSourceChanged, kNotFound: an original; kAlreadyExists: a carried name
  bool partly = false;  // some of it is published; else nothing
  Uri output = {};      // one of its files, where those were to be published
};

struct PublishReport {
  int64_t files = 0;  // that are published, carried ones and earlier attempts' included
  int64_t bytes = 0;
  int64_t removed = 0;  // originals that are gone
  int64_t late = 0;     // files that arrived meanwhile, carried over; the originals of these stay
  std::vector<ObjectId> changed = {};     // originals that were replaced meanwhile: left alone
  std::vector<GroupFailure> failed = {};  // nothing of their `remove` was touched

  bool complete() const { return changed.empty() && failed.empty(); }
  // What a run ends with: OK, or kSourceChanged with the first thing that went wrong.
  Status ToStatus() const;
};

// What every list must be, whoever wrote it; Publish() insists on it.  kCorrupt, or kInvalid for a
// place that is not allowed, with the name:
// staged files are this run's, names of outputs have its id, no name stands twice where that
// would lose a row, nothing is removed without something in its place, and all are in `root` or
// an allowed place, outside of `_pqpack/`.
Status CheckPublishList(const PublishList& list, const RunFolder& folder,
                        const std::vector<Uri>& allowed);

// Before anything is published: kAlreadyExists, with the first name that is taken.
Status CheckNamesAreFree(const PublishList& list, const PublishContext& context);

// A group whose originals changed before anything of it was published is left as it is, and so
// are the originals of one that can't be published whole because of a file that is carried: both
// are in the report, and the others are done.  `still_ours` is asked before each step that
// readers see; its error ends all.  Errors leave groups as they are: call again, or recover.
// kAlreadyExists: an output's name is taken by something else; kMismatch: the store says
// something else was published; kCancelled.
// Groups that the catalog is led to end with being published: see relocate.h.
Result<PublishReport> Publish(const PublishList& list, const RunFolder& folder,
                              const PublishContext& context,
                              const std::function<Status()>& still_ours);

void Add(PublishReport&& part, PublishReport* sum);

}  // namespace pqpack
