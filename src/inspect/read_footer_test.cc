// SPDX-License-Identifier: Apache-2.0
#include "inspect/read_footer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/memory_store.h"
#include "store/read_ahead_file.h"

namespace pqpack {
namespace {

const Uri kFile{Scheme::kMemory, "b", "dir/x.parquet"};

class ReadFooterTest : public ::testing::Test {
 protected:
  ObjectInfo Put(std::string_view text) {
    auto writer = store_.Create(kFile, {{WriteCondition::kOverwrite, {}}, -1}).ValueOrDie();
    EXPECT_TRUE(writer->Append(AsBytes(text)).ok());
    return writer->Finish().ValueOrDie();
  }

  Status Read(const ObjectInfo& object) {
    const auto file = ReadAheadFile::Open(store_, object, {}).ValueOrDie();
    return ReadFooter(*file, kFile.ToString()).status();
  }

  MemoryStore store_{{"b"}};
};

TEST_F(ReadFooterTest, ErrorsNameTheFileOnce) {
  const ObjectInfo listed = Put("PAR1 and no footer");
  const Status corrupt = Read(listed);
  EXPECT_EQ(CodeOf(corrupt), ErrorCode::kCorrupt);
  EXPECT_THAT(corrupt.message(), ::testing::StartsWith("memory://b/dir/x.parquet: "));
  Put("another version");
  const Status changed = Read(listed);
  EXPECT_EQ(CodeOf(changed), ErrorCode::kSourceChanged);
  EXPECT_EQ(changed.message(), "memory://b/dir/x.parquet: the object changed");
}

}  // namespace
}  // namespace pqpack
