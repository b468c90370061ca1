// SPDX-License-Identifier: Apache-2.0
//
// How far a run is, as an object that changes by compare-and-swap only.  It decides what becomes
// of a run that dies: rolled back while staging, rolled forward from then on.
//
//   staging -> publishing [-> switching] -> cleaning -> (removed)
//      \----> rolling back ------------------------> (removed)
//
// This is the fence against a process that was taken for dead and wakes up: the phase it is in
// has passed, so its next step fails.  The journal is the last object of a run's folder to go.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commit/run_folder.h"
#include "store/object_store.h"

namespace pqpack {

enum class PublishMode {
  kCopy,     // the table stays as it is, the root is the target
  kInPlace,  // originals are deleted as their groups are published
  kMove,     // published at another place, then originals are deleted
  // Published at another place, where the catalog then leads readers.  The root is where the table
  // was.
  kSwap,         // originals stay
  kCatalogMove,  // they are deleted then
};
// "copy", "in-place", "move", "swap", "catalog-move"
std::string_view ToString(PublishMode mode);

constexpr bool LeadsCatalog(PublishMode mode) {
  return mode == PublishMode::kSwap || mode == PublishMode::kCatalogMove;
}

// kSwitching: all is published, and the catalog is led there.
enum class Phase { kStaging, kPublishing, kSwitching, kCleaning, kRollingBack };
// "staging", "publishing", "switching", "cleaning", "rolling-back"
std::string_view ToString(Phase phase);

struct JournalState {
  std::string run = {};
  PublishMode mode = PublishMode::kCopy;
  Phase phase = Phase::kStaging;
  std::string list_digest = {};  // SHA-256 of publish.json, from publishing on
  // Of a run that may be begun more than once: keeps apart the journals of two beginnings, which
  // would be the same bytes, and so have the same ETag on S3.
  std::string attempt = {};
  // Where LeadsCatalog(): the catalog's name of the table, whose catalog it is (empty: that of the
  // account), and where the table is led.
  std::string table = {};
  std::string catalog_id = {};
  std::optional<Uri> destination = {};
  // Folders outside of the root where the run announces itself: see signpost.h.  In order.
  std::vector<Uri> signposts = {};
};

// Many partitions may each lie in a place of their own.
constexpr int64_t kMostJournalBytes = 64 * kMiB;

// One thread.
class Journal {
 public:
  // kAlreadyExists: the run has one; kConfig: more places than a journal can name.
  static Result<Journal> Begin(ObjectStore& store, RunFolder folder, JournalState state);

  // nullopt: the run has none.  kCorrupt; kUnsupported: of a newer version or unknown mode;
  // kAlreadyExists: it is kept in another place (signpost.h), which is named.
  static Result<std::optional<Journal>> Load(ObjectStore& store, RunFolder folder);

  // kSourceChanged: somebody else has moved it on meanwhile.
  Status Advance(Phase phase, std::string list_digest = {});
  // The same of the places that are announced.
  Status Announce(std::vector<Uri> signposts);
  Status Remove();

  const JournalState& state() const { return state_; }
  const RunFolder& folder() const { return folder_; }

 private:
  Journal(ObjectStore* store, RunFolder folder, JournalState state, ObjectInfo info)
      : store_(store),
        folder_(std::move(folder)),
        state_(std::move(state)),
        info_(std::move(info)) {}

  Status Store(JournalState next);

  ObjectStore* store_;
  RunFolder folder_;
  JournalState state_;
  ObjectInfo info_;
};

}  // namespace pqpack
