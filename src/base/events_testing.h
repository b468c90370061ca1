// SPDX-License-Identifier: Apache-2.0
//
// For tests: what the library said.
#pragma once

#include <mutex>
#include <variant>
#include <vector>

#include "base/events.h"

namespace pqpack {

// Keeps what a run says.
class Events : public EventSink {
 public:
  void Emit(const Event& event) override {
    std::lock_guard lock(mutex_);
    all_.push_back(event);
  }
  template <typename T>
  std::vector<T> Of() const {
    std::lock_guard lock(mutex_);
    std::vector<T> found;
    for (const Event& event : all_) {
      if (const T* value = std::get_if<T>(&event)) found.push_back(*value);
    }
    return found;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Event> all_;
};

}  // namespace pqpack
