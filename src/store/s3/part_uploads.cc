// SPDX-License-Identifier: Apache-2.0
#include "store/s3/part_uploads.h"

#include <algorithm>
#include <utility>

#include "base/caught.h"

namespace pqpack {

PartUploads::PartUploads(Executor* io, int limit, std::stop_token stop)
    : forward_(std::move(stop), [this] { stop_.request_stop(); }) {
  if (io != nullptr) group_.emplace(io, limit);
}

Status PartUploads::error() const {
  std::lock_guard lock(mutex_);
  return first_error_;
}

void PartUploads::Run(const Task& task) {
  auto part = Caught([&] { return task(stop_.get_token()); });
  std::lock_guard lock(mutex_);
  if (part.ok()) {
    parts_.push_back(std::move(*part));
  } else if (first_error_.ok()) {
    first_error_ = part.status();
    stop_.request_stop();  // the others are of no use any more
  }
}

Status PartUploads::Start(Task task) {
  PQ_RETURN_NOT_OK(error());
  if (group_) {
    group_->Run([this, task = std::move(task)] { Run(task); });
  } else {
    Run(task);
  }
  return error();
}

Result<std::vector<UploadedPart>> PartUploads::Wait() {
  if (group_) group_->Wait();
  PQ_RETURN_NOT_OK(error());
  std::sort(parts_.begin(), parts_.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  return parts_;
}

void PartUploads::Cancel() {
  stop_.request_stop();
  if (group_) group_->Wait();
}

}  // namespace pqpack
