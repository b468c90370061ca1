// SPDX-License-Identifier: Apache-2.0
//
// What a run leaves behind below `_pqpack/`, and its removal.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/events.h"
#include "commit/publish.h"
#include "commit/publish_list.h"
#include "commit/run_folder.h"

namespace pqpack {

// The objects of each run in `place`, RunsFolder() or PlansFolder() of `root`, in the order of
// runs. Objects that are in no run's folder are left out.  A root without any is empty.  kNotFound:
// no such root.
Result<std::map<std::string, std::vector<ObjectInfo>>> ListRuns(ObjectStore& store, const Uri& root,
                                                                const Uri& place);

// Abandons what killed writers began below `_pqpack/` of `root`, but not what a plan's workers did:
// they hold no lock.  The caller holds it and has begun nothing there himself.
Status AbandonRuns(const Uri& root, ObjectStore& store, EventSink& events);

// Removes all objects of the run's folder but its journal and its list, and what its writers left
// unfinished there.
Status RemoveStaged(const RunFolder& folder, const PublishContext& context, EventSink& events,
                    const std::function<Status()>& still_ours);

// Removes what workers made for the plan that the run committed.  The mark that they may be at work
// goes first: one who is late finds it gone behind his receipt, and removes what is his.
Status RemovePlanned(const RunFolder& folder, const PublishContext& context, EventSink& events,
                     const std::function<Status()>& still_ours);

// Abandons what killed or paused writers began for exactly these names that are published: one
// that wakes up can't end its upload any more.  For use when nothing is staged any more.
Status AbandonOutputs(const std::vector<const Uri*>& outputs, const PublishContext& context,
                      EventSink& events);

// Removes the run's list, if it has one.
Status RemoveList(const RunFolder& folder, ObjectStore& store);

// Local folders that are empty by now; others have none.
void RemoveEmptyFolders(const RunFolder& folder);
void RemoveEmptyPlanFolders(const RunFolder& folder);

}  // namespace pqpack
