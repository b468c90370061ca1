// SPDX-License-Identifier: Apache-2.0
//
// For tests: small objects put into a store, and all that is in a folder of it.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "store/object_store.h"

namespace pqpack {

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
