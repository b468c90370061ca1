// SPDX-License-Identifier: Apache-2.0
//
// What objects have beside their bytes and what is written of them will not have.  S3 tells it
// with each read, to whom may know it: `x-amz-tagging-count`, `x-amz-object-lock-mode` and
// `x-amz-object-lock-legal-hold` of GetObject's answer (Amazon S3 API reference).  Thread-safe.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "store/uri.h"

namespace pqpack {

class LeftBehind {
 public:
  void SeeTags(const Uri& uri) { Keep(uri, &tagged_); }
  void SeeLock(const Uri& uri) { Keep(uri, &locked_); }

  // A sentence for each kind that was met, with the object that it was first seen at.
  std::vector<std::string> Sentences() const {
    std::lock_guard lock(mutex_);
    std::vector<std::string> sentences;
    if (tagged_) {
      sentences.push_back("object tags are not carried over; seen first at " + tagged_->ToString());
    }
    if (locked_) {
      sentences.push_back(
          "Object Lock is not carried over, and what is deleted keeps its locked version; seen "
          "first at " +
          locked_->ToString());
    }
    return sentences;
  }

 private:
  void Keep(const Uri& uri, std::optional<Uri>* first) {
    std::lock_guard lock(mutex_);
    if (!*first) *first = uri;
  }

  mutable std::mutex mutex_;
  std::optional<Uri> tagged_;
  std::optional<Uri> locked_;
};

}  // namespace pqpack
