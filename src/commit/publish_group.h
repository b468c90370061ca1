// SPDX-License-Identifier: Apache-2.0
//
// The steps of one group of a publish list.  Each may be done again, by whoever.
#pragma once

#include <functional>
#include <mutex>
#include <string_view>

#include "commit/publish.h"

namespace pqpack {

// Of the errors of a step: somebody else works there, and it will not get better by doing it again.
bool IsForGood(const Status& status);

// One thread calls it; its steps are done by several.
class GroupPublisher {
 public:
  // All are borrowed.  `number`: the group's, for the report.
  GroupPublisher(const PublishGroup& group, size_t number, const PublishContext& context,
                 const std::function<Status()>& still_ours)
      : group_(group), number_(number), context_(context), still_ours_(still_ours) {}

  // Publishes the group and reads it back.  Its originals are removed then, unless the catalog is
  // to be led there before.  A group that can't be published is in report().failed.
  Status Run();

  // Removes those originals that are still what was read.
  Status RemoveOriginals();

  // OK in `changed`: all originals are still what was read.
  Status LookAtOriginals(Status* changed);

  // Copies a file that is in no list, or finds that it was.  kAlreadyExists: the name is taken by
  // something else.
  Status Carry(const CarriedFile& file);

  PublishReport& report() { return report_; }

 private:
  template <typename Step>
  Status Each(size_t count, Step step) {
    return context_.executor.ForEach(static_cast<int64_t>(count), context_.width,
                                     [&](int64_t i) { return step(static_cast<size_t>(i)); });
  }

  Status Step(Status done) const;
  Status StepAllowed() const;
  Status Fail(const Status& why, bool partly);
  Result<bool> AnyPublished();
  Result<const StagedFile*> FindLost();
  Result<bool> LeaveWithoutStaged(const Status& originals);
  template <typename Fill>
  Status Write(const Uri& output, const WriteOptions& options, Fill fill);
  Status PublishStaged(size_t i);
  Status Copy(const CarriedFile& file, ObjectWriter& writer);
  Result<bool> IsCopy(const CarriedFile& file, const ObjectInfo& there);
  Status ReadBack();
  Status Remove(const ObjectId& id);

  const PublishGroup& group_;
  const size_t number_;
  const PublishContext& context_;
  const std::function<Status()>& still_ours_;
  std::mutex mutex_;
  PublishReport report_;
};

}  // namespace pqpack
