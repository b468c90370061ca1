// SPDX-License-Identifier: Apache-2.0
//
// Files that get one more name instead of a copy of their bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>

#include <array>
#include <cerrno>

#include "store/failing_syscall_testing.h"
#include "store/local_store_testing.h"

namespace pqpack {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;

constexpr std::string_view kText = "what was staged";

class LocalLinkTest : public LocalStoreTest {
 protected:
  void SetUp() override {
    LocalStoreTest::SetUp();
    Put("staged/s", kText);
    source_ = *store_->Find(At("staged/s"));
  }

  std::unique_ptr<ObjectWriter> Writer(
      WriteCondition::Kind condition = WriteCondition::kIfAbsent) const {
    return *store_->Create(At("x"), {.condition = {condition, {}}, .may_share = true});
  }

  Result<ObjectInfo> Publish(WriteCondition::Kind condition = WriteCondition::kIfAbsent) const {
    const auto writer = Writer(condition);
    PQ_RETURN_NOT_OK(writer->AppendFrom(source_.id(), {0, source_.size}));
    return writer->Finish();
  }

  void ExpectCopy() const {
    EXPECT_EQ(Get("x"), kText);
    EXPECT_EQ(fs::hard_link_count(Path("x")), 1U);
    EXPECT_EQ(fs::hard_link_count(Path("staged/s")), 1U);
    EXPECT_THAT(OnDisk(), ElementsAre("staged", "staged/s", "x"));
    fs::remove(Path("x"));
  }

  ObjectInfo source_;
};

TEST_F(LocalLinkTest, AWholeFileGetsOneMoreName) {
  const auto made = Publish();
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_TRUE(fs::equivalent(Path("x"), Path("staged/s")));
  EXPECT_THAT(OnDisk(), ElementsAre("staged", "staged/s", "x"));
  EXPECT_EQ(made->id(), store_->Find(At("x"))->id());
  EXPECT_EQ(made->size, source_.size);
  ASSERT_EQ(store_->Delete(source_.id()), Status::OK());
  EXPECT_EQ(Get("x"), kText);
  EXPECT_EQ(made->id(), store_->Find(At("x"))->id());
}

TEST_F(LocalLinkTest, NothingIsThereBeforeItIsFinished) {
  {
    const auto writer = Writer();
    ASSERT_EQ(writer->AppendFrom(source_.id(), {0, source_.size}), Status::OK());
    EXPECT_THAT(Names(), ElementsAre("staged/s"));
  }
  EXPECT_THAT(OnDisk(), ElementsAre("staged", "staged/s"));
}

TEST_F(LocalLinkTest, ANameThatIsTakenStays) {
  Put("x", "other");
  InThread([&] {
    FailSyscall(SYS_copy_file_range, ENOSPC);  // nothing is copied to see that
    EXPECT_EQ(CodeOf(Publish().status()), ErrorCode::kAlreadyExists);
  });
  EXPECT_EQ(Get("x"), "other");
  const auto writer = *store_->Create(At("y"), {.condition = {}, .may_share = true});
  ASSERT_EQ(writer->AppendFrom(source_.id(), {0, source_.size}), Status::OK());
  fs::create_directory(Path("y"));
  EXPECT_FALSE(writer->Finish().ok());
  EXPECT_TRUE(fs::is_directory(Path("y")));
}

// A run that was taken for dead wakes up when another has published the file and removed it.
TEST_F(LocalLinkTest, WhatWasDeletedMeanwhileIsNotPublished) {
  const auto writer = Writer();
  ASSERT_EQ(writer->AppendFrom(source_.id(), {0, source_.size}), Status::OK());
  ASSERT_EQ(store_->Delete(source_.id()), Status::OK());
  EXPECT_EQ(CodeOf(writer->Finish().status()), ErrorCode::kNotFound);
  EXPECT_THAT(OnDisk(), ElementsAre("staged"));
}

TEST_F(LocalLinkTest, WhatWasReplacedMeanwhileIsNotPublished) {
  const auto writer = Writer();
  ASSERT_EQ(writer->AppendFrom(source_.id(), {0, source_.size}), Status::OK());
  Put("other", "another version");
  fs::rename(Path("other"), Path("staged/s"));
  EXPECT_FALSE(writer->Finish().ok());
  EXPECT_THAT(OnDisk(), ElementsAre("staged", "staged/s"));
}

TEST_F(LocalLinkTest, WhatChangedMeanwhileIsNotPublished) {
  const auto writer = Writer();
  ASSERT_EQ(writer->AppendFrom(source_.id(), {0, source_.size}), Status::OK());
  Put("staged/s", "it was written into");
  ExpectError(writer->Finish().status(), ErrorCode::kSourceChanged, "Run again");
  EXPECT_THAT(OnDisk(), ElementsAre("staged", "staged/s"));
}

TEST_F(LocalLinkTest, WhatIsNotWholeIsCopied) {
  const auto writer = Writer();
  ASSERT_EQ(writer->AppendFrom(source_.id(), {0, 4}), Status::OK());
  ASSERT_EQ(writer->AppendFrom(source_.id(), {4, source_.size - 4}), Status::OK());
  ASSERT_TRUE(writer->Finish().ok());
  ExpectCopy();
}

TEST_F(LocalLinkTest, WhatIsNotAllIsCopied) {
  for (const bool by_range : {false, true}) {
    const auto writer = Writer();
    ASSERT_EQ(writer->AppendFrom(source_.id(), {0, source_.size}), Status::OK());
    ASSERT_EQ(by_range ? writer->AppendFrom(source_.id(), {4, 4}) : writer->Append(AsBytes(" was")),
              Status::OK());
    ASSERT_TRUE(writer->Finish().ok());
    EXPECT_EQ(Get("x"), "what was staged was");
    EXPECT_EQ(Get("staged/s"), kText);
    fs::remove(Path("x"));
  }
}

// Another name would be another's file where that was not asked for.
TEST_F(LocalLinkTest, CopiesUnlessItMayShare) {
  const auto writer = *store_->Create(At("x"), {});
  ASSERT_EQ(writer->AppendFrom(source_.id(), {0, source_.size}), Status::OK());
  ASSERT_TRUE(writer->Finish().ok());
  ExpectCopy();
}

TEST_F(LocalLinkTest, CopiesOverWhatIsThere) {
  Put("x", "old");
  ASSERT_TRUE(Publish(WriteCondition::kOverwrite).ok());
  ExpectCopy();
}

TEST_F(LocalLinkTest, CopiesWhereReadersWouldNotHaveTheSameRights) {
  fs::permissions(Path("staged/s"), fs::perms::owner_read | fs::perms::owner_write);
  ASSERT_TRUE(Publish().ok());
  ExpectCopy();
  fs::permissions(Path("staged/s"), fs::perms(0644));
  // acl_ea_header and its entries: tag, rights, id.
  struct Entry {
    uint16_t tag, rights;
    uint32_t id;
  };
  struct {
    uint32_t version = 2;
    std::array<Entry, 5> entries = {
        {{1, 6, ~0U}, {2, 4, 1234}, {4, 4, ~0U}, {16, 4, ~0U}, {32, 4, ~0U}}};
  } acl;
  if (::setxattr(Path("staged/s").c_str(), "system.posix_acl_access", &acl, sizeof(acl), 0) != 0) {
    GTEST_SKIP() << "no access control lists here: " << errno;
  }
  ASSERT_TRUE(Publish().ok());
  ExpectCopy();
}

TEST_F(LocalLinkTest, CopiesWhereTheSystemHasNoLinks) {
  for (const int error : {EXDEV, EPERM, EMLINK, EOPNOTSUPP, ENOENT}) {
    InThread([&] {
      if (!FailSyscall(SYS_linkat, error)) GTEST_SKIP() << "seccomp is not available";
      ASSERT_TRUE(Publish().ok()) << error;
      ExpectCopy();
    });
  }
}

TEST_F(LocalLinkTest, WhatCannotBeBroughtToDiskIsNotPublished) {
  for (const fs::path& synced : {fs::path(Path("staged/s")), root_}) {
    InThread([&] {
      const auto writer = Writer();
      ASSERT_EQ(writer->AppendFrom(source_.id(), {0, source_.size}), Status::OK());
      const int fd = OpenDescriptor(synced);
      ASSERT_GE(fd, 0) << synced;
      if (!FailSyscall(SYS_fsync, EIO, fd)) GTEST_SKIP() << "seccomp is not available";
      ExpectError(writer->Finish().status(), ErrorCode::kTransient, "system's log");
    });
    EXPECT_THAT(OnDisk(), ElementsAre("staged", "staged/s")) << synced;
  }
}

}  // namespace
}  // namespace pqpack
