// SPDX-License-Identifier: Apache-2.0
//
// For tests of whole runs: what they start from and what they look at.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/events.h"
#include "store/object_store.h"

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

inline std::string TestFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path << " (tests run in the project's folder)";
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void Put(ObjectStore& store, const Uri& uri, const std::string& bytes) {
  auto writer = store.Create(uri, {{WriteCondition::kOverwrite, {}}, -1}).ValueOrDie();
  ASSERT_TRUE(writer->Append(AsBytes(bytes)).ok());
  ASSERT_TRUE(writer->Finish().ok());
}

// Key -> bytes of all objects below a folder.
inline std::map<std::string, std::string> Contents(ObjectStore& store, const Uri& folder) {
  std::map<std::string, std::string> contents;
  auto listing = store.List(folder).ValueOrDie();
  while (true) {
    const auto page = listing->Next().ValueOrDie();
    if (page.empty()) return contents;
    for (const auto& object : page) {
      contents[object.uri.key] = store.Read(object.id(), {0, object.size}).ValueOrDie()->ToString();
    }
  }
}

}  // namespace pqpack
