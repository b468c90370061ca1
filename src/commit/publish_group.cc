// SPDX-License-Identifier: Apache-2.0
//
// The order of steps is the proof that no row is lost:
//   - an original is deleted only after every file of its group was found under its final name,
//     with its size, and only in the version whose rows were read;
//   - a published file is never taken back: somebody who was taken for dead may have seen it and
//     be about to delete the originals.
// That no row stays doubled is up to whoever calls: each step may be done again, and is.
#include "commit/publish_group.h"

#include <fmt/format.h>

#include <atomic>
#include <string>
#include <utility>

namespace pqpack {
namespace {

constexpr int64_t kCopyPiece = 8 * kMiB;

Status Taken(const Uri& uri, int64_t there, int64_t ours) {
  return Error(ErrorCode::kAlreadyExists,
               fmt::format("{}: the name is taken by another object: {} bytes, not {}",
                           uri.ToString(), there, ours),
               "Move it away, then run pqpack recover. No original was deleted.");
}

}  // namespace

bool IsForGood(const Status& status) {
  const ErrorCode code = CodeOf(status);
  return code == ErrorCode::kNotFound || code == ErrorCode::kSourceChanged ||
         code == ErrorCode::kAlreadyExists;
}

Status GroupPublisher::Run() {
  PQ_RETURN_NOT_OK(StepAllowed());
  Status changed;
  PQ_RETURN_NOT_OK(LookAtOriginals(&changed));
  if (!changed.ok()) {
    PQ_ASSIGN(const bool begun, AnyPublished());
    // What the catalog still leads to is not ours to replace any more.
    if (!begun || group_.change) {
      return Fail(changed, begun);
    }
  }
  // Before any of several is published; where there is one only, publishing it tells.
  if (group_.files.size() > 1) {
    PQ_ASSIGN(const bool left, LeaveWithoutStaged(changed));
    if (left) return Status::OK();
  }
  const Status staged = Each(group_.files.size(), [&](size_t i) { return Step(PublishStaged(i)); });
  if (!staged.ok()) {
    PQ_ASSIGN(const bool left, LeaveWithoutStaged(changed));
    return left ? Status::OK() : staged;
  }
  Status carried =
      Each(group_.carried.size(), [&](size_t i) { return Step(Carry(group_.carried[i])); });
  if (!carried.ok()) {
    PQ_RETURN_NOT_OK(still_ours_());
    if (!IsForGood(carried)) return carried;
    PQ_ASSIGN(const bool begun, AnyPublished());
    return Fail(carried, begun);
  }
  PQ_RETURN_NOT_OK(ReadBack());
  return group_.change ? Status::OK() : RemoveOriginals();
}

Status GroupPublisher::Fail(const Status& why, bool partly) {
  GroupFailure failure{number_, why, partly};
  if (!group_.carried.empty()) failure.output = group_.carried.front().output;
  if (!group_.files.empty()) failure.output = group_.files.front().output;
  report_.failed.push_back(std::move(failure));
  return Status::OK();
}

Status GroupPublisher::RemoveOriginals() {
  return Each(group_.remove.size(), [&](size_t i) { return Step(Remove(group_.remove[i])); });
}

Status GroupPublisher::Step(Status done) const {
  if (done.ok() && context_.stepped) context_.stepped();
  return done;
}

Status GroupPublisher::StepAllowed() const {
  if (context_.stop.stop_requested()) {
    return Error(ErrorCode::kCancelled, "stopped while publishing",
                 "Run again, or run pqpack recover: what is proven gets published.");
  }
  return still_ours_();
}

Status GroupPublisher::LookAtOriginals(Status* changed) {
  const auto look = [&](const ObjectId& id) -> Status {
    PQ_ASSIGN(const auto found, LookUp(context_.table, id.uri));
    if (found && found->etag == id.etag) return Status::OK();
    std::lock_guard lock(mutex_);
    if (!changed->ok()) return Status::OK();
    *changed = Error(
        ErrorCode::kSourceChanged,
        fmt::format("{}: {} since it was read", id.uri.ToString(), found ? "changed" : "deleted"),
        "Run again: nothing of this group was published.");
    return Status::OK();
  };
  const size_t carried = group_.carried.size();
  const size_t removed = carried + group_.remove.size();
  return Each(removed + group_.keep.size(), [&](size_t i) {
    if (i < carried) return look(group_.carried[i].source);
    return look(i < removed ? group_.remove[i - carried] : group_.keep[i - removed]);
  });
}

// What an earlier attempt has done.  Originals go last, so where it deleted one, this is true.
Result<bool> GroupPublisher::AnyPublished() {
  std::atomic<bool> any = false;
  const size_t files = group_.files.size();
  PQ_RETURN_NOT_OK(Each(files + group_.carried.size(), [&](size_t i) -> Status {
    const Uri& output = i < files ? group_.files[i].output : group_.carried[i - files].output;
    PQ_ASSIGN(const auto found, LookUp(context_.store, output));
    if (found) any = true;
    return Status::OK();
  }));
  return any.load();
}

// A file that is neither published nor staged any more as it was proven; null: there is none.
Result<const StagedFile*> GroupPublisher::FindLost() {
  std::atomic<const StagedFile*> lost = nullptr;
  PQ_RETURN_NOT_OK(Each(group_.files.size(), [&](size_t i) -> Status {
    const StagedFile& file = group_.files[i];
    PQ_ASSIGN(const auto found, LookUp(context_.store, file.staged.uri));
    if (found && found->etag == file.staged.etag) return Status::OK();
    PQ_ASSIGN(const auto output, LookUp(context_.store, file.output));
    if (!output || output->size != file.staged.size) lost = &file;
    return Status::OK();
  }));
  return lost.load();
}

// Where one is lost and nothing of the group is published, it is left as it is.  Else rows are
// there twice, and whoever removes what is published makes this the same case; unless `originals`
// are gone by now.
Result<bool> GroupPublisher::LeaveWithoutStaged(const Status& originals) {
  PQ_ASSIGN(const StagedFile* lost, FindLost());
  if (lost == nullptr) return false;
  PQ_RETURN_NOT_OK(still_ours_());
  PQ_ASSIGN(const bool begun, AnyPublished());
  const std::string what = lost->staged.uri.ToString() + ": removed or changed since it was proven";
  if (!begun) {
    PQ_RETURN_NOT_OK(Fail(
        Error(ErrorCode::kSourceChanged, what, "Run again: nothing of this group was published."),
        /*partly=*/false));
    return true;
  }
  std::string action = "Originals of its group are gone: see what became of " +
                       lost->output.ToString() + " before anything is removed.";
  if (originals.ok()) {
    action = "No original of its group was deleted. Remove what is there of";
    for (const StagedFile& file : group_.files) action += " " + file.output.ToString();
    action += ", then run pqpack recover.";
  }
  return Error(ErrorCode::kSourceChanged, what + ", and its group is published in part", action);
}

// Fills a new object and gives it its name; kAlreadyExists if that is taken.
template <typename Fill>
Status GroupPublisher::Write(const Uri& output, const WriteOptions& options, Fill fill) {
  PQ_ASSIGN(const auto writer, context_.store.Create(output, options));
  PQ_RETURN_NOT_OK(fill(*writer));
  PQ_RETURN_NOT_OK(StepAllowed());
  return writer->Finish().status();
}

Status GroupPublisher::PublishStaged(size_t i) {
  const StagedFile& file = group_.files[i];
  const int64_t size = file.staged.size;
  const WriteOptions how{.condition = {}, .expected_size = size, .may_share = true};
  PQ_ASSIGN(auto there, LookUp(context_.store, file.output));
  if (!there) {
    Status written = Write(file.output, how, [&](ObjectWriter& writer) {
      return writer.AppendFrom(file.staged.id(), {0, size});
    });
    if (written.ok()) return Status::OK();
    if (CodeOf(written) != ErrorCode::kAlreadyExists) return written;
    PQ_ASSIGN(there, LookUp(context_.store, file.output));
    if (!there) return written;  // by a live writer
  }
  // The name is this run's alone, so this is the file of another attempt.
  return there->size == size ? Status::OK() : Taken(file.output, there->size, size);
}

Status GroupPublisher::Carry(const CarriedFile& file) {
  PQ_ASSIGN(auto there, LookUp(context_.store, file.output));
  if (!there) {
    const WriteOptions how{.condition = {}, .expected_size = file.size};
    Status written =
        Write(file.output, how, [&](ObjectWriter& writer) { return Copy(file, writer); });
    if (written.ok()) return Status::OK();
    if (CodeOf(written) != ErrorCode::kAlreadyExists) return written;
    PQ_ASSIGN(there, LookUp(context_.store, file.output));
    if (!there) return written;
  }
  // The name was free when all was proven, but it is anybody's: where the original is to go, or is
  // not read any more, only the same bytes are the same file.
  if (there->size != file.size) return Taken(file.output, there->size, file.size);
  if (group_.remove.empty() && !group_.change) return Status::OK();
  PQ_ASSIGN(const bool same, IsCopy(file, *there));
  return same ? Status::OK() : Taken(file.output, there->size, file.size);
}

Status GroupPublisher::Copy(const CarriedFile& file, ObjectWriter& writer) {
  if (file.source.uri.scheme == file.output.scheme) {
    return writer.AppendFrom(file.source, {0, file.size});
  }
  for (int64_t at = 0; at < file.size; at += kCopyPiece) {
    PQ_ASSIGN(const auto piece, context_.table.Read(file.source, {at, kCopyPiece}));
    PQ_RETURN_NOT_OK(writer.Append({piece->data(), static_cast<size_t>(piece->size())}));
  }
  return Status::OK();
}

// Of an original that is gone there is nothing to compare: the size has to do.
Result<bool> GroupPublisher::IsCopy(const CarriedFile& file, const ObjectInfo& there) {
  for (int64_t at = 0; at < file.size; at += kCopyPiece) {
    const auto ours = context_.table.Read(file.source, {at, kCopyPiece});
    if (!ours.ok() && IsForGood(ours.status())) return true;
    PQ_RETURN_NOT_OK(ours.status());
    PQ_ASSIGN(const auto theirs, context_.store.Read(there.id(), {at, kCopyPiece}));
    if (!(*ours)->Equals(*theirs)) return false;
  }
  return true;
}

Status GroupPublisher::ReadBack() {
  std::atomic<int64_t> bytes = 0;
  const auto look = [&](const Uri& output, int64_t size) -> Status {
    PQ_ASSIGN(const ObjectInfo found, context_.store.Find(output));
    if (found.size != size) {
      return Error(
          ErrorCode::kMismatch,
          fmt::format("{}: the store has {} bytes of {}", output.ToString(), found.size, size),
          "No original was deleted. Remove this file and run pqpack recover.");
    }
    bytes += size;
    return Status::OK();
  };
  const size_t files = group_.files.size();
  PQ_RETURN_NOT_OK(Each(files + group_.carried.size(), [&](size_t i) {
    if (i < files) return look(group_.files[i].output, group_.files[i].staged.size);
    return look(group_.carried[i - files].output, group_.carried[i - files].size);
  }));
  report_.files = static_cast<int64_t>(files + group_.carried.size());
  report_.bytes = bytes;
  return Status::OK();
}

Status GroupPublisher::Remove(const ObjectId& id) {
  PQ_RETURN_NOT_OK(StepAllowed());
  Status removed = context_.table.Delete(id);
  std::lock_guard lock(mutex_);
  if (removed.ok()) {
    ++report_.removed;
    return Status::OK();
  }
  if (CodeOf(removed) != ErrorCode::kSourceChanged) return removed;
  report_.changed.push_back(id);  // what is there now was not read: it stays
  return Status::OK();
}

}  // namespace pqpack
