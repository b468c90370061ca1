// SPDX-License-Identifier: Apache-2.0
//
// For tests: trees of objects, of which only names and sizes count.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "store/object_store.h"

namespace pqpack {

// Puts an object of one byte, or of none where its name tells that it is a folder's marker.
inline void PutTree(ObjectStore& store, const Uri& folder, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    auto writer = store.Create(folder.Child(path), {}).ValueOrDie();
    if (!path.ends_with('/') && !path.ends_with("_$folder$")) {
      ASSERT_TRUE(writer->Append(AsBytes("x")).ok());
    }
    ASSERT_TRUE(writer->Finish().ok()) << path;
  }
}

}  // namespace pqpack
