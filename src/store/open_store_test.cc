// SPDX-License-Identifier: Apache-2.0
#include "store/open_store.h"

#include <gtest/gtest.h>

namespace pqpack {
namespace {

TEST(OpenStoreTest, PathsAreServedByTheLocalStore) {
  const auto store = OpenStore(*Uri::Parse("/"), {});
  ASSERT_TRUE(store.ok());
  EXPECT_TRUE((*store)->List(*Uri::Parse("/")).ok());
}

TEST(OpenStoreTest, MemoryIsForTestsOnly) {
  const Status error = OpenStore(*Uri::Parse("memory://b/k"), {}).status();
  EXPECT_EQ(CodeOf(error), ErrorCode::kInvalid);
  EXPECT_NE(error.message().find("memory://b/k"), std::string::npos);
}

}  // namespace
}  // namespace pqpack
