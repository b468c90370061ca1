// SPDX-License-Identifier: Apache-2.0
//
// What is particular to local disks.  What every store must do is the conformance
// suite's.
#include "store/local_store.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <thread>

#include "store/failing_syscall_testing.h"
#include "store/local_names.h"
#include "store/local_store_testing.h"
#include "store/local_writer.h"

namespace pqpack {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(LocalStoreTest, TemporaryNamesAreNotTakenByReaders) {
  for (const std::string& name : {std::string("x.parquet"), std::string("x"),
                                  std::string(244, 'x') + ".parquet", std::string(255, 'x')}) {
    const std::string temporary = TemporaryName(name);
    EXPECT_TRUE(temporary.starts_with('.'));
    EXPECT_FALSE(temporary.ends_with(".parquet"));
    EXPECT_LE(temporary.size(), 255);
    EXPECT_TRUE(IsTemporaryName(temporary));
    EXPECT_FALSE(IsTemporaryName(name));
  }
  EXPECT_EQ(TemporaryName("x.parquet"), ".x.parquet.pqpack-tmp");
  EXPECT_EQ(FinalName(".x.parquet.pqpack-tmp"), "x.parquet");
  EXPECT_EQ(FinalName(TemporaryName(std::string(244, 'x'))), "");
  EXPECT_EQ(FinalName(TemporaryName(std::string(243, 'x'))), std::string(243, 'x'));
  EXPECT_NE(TemporaryName(std::string(255, 'x')), TemporaryName(std::string(254, 'x')));
}

TEST_F(LocalStoreTest, LongNames) {
  for (const size_t length : {243, 244, 255}) {
    const std::string name(length, 'n');
    EXPECT_TRUE(Write(name, "text").ok());
    EXPECT_EQ(Get(name), "text");
  }
  EXPECT_EQ(OnDisk().size(), 3);
  ExpectError(store_->Create(At(std::string(256, 'n')), {}).status(), ErrorCode::kInvalid,
              "rename it");
}

// Their temporary names are hashes, so a leftover does not tell its name.
TEST_F(LocalStoreTest, LeftoversOfLongNames) {
  const std::string name(250, 'n');
  Put(name, "published");
  Put(TemporaryName(name), "half");
  auto found = *store_->Unfinished(At(""));
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found[0].uri, At(name));
  EXPECT_EQ(found[0].id, Path(TemporaryName(name)));
  fs::remove(Path(name));
  found = *store_->Unfinished(At(""));
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found[0].uri, At(TemporaryName(name)));
  EXPECT_TRUE(Write(name, "anew").ok());
  EXPECT_THAT(OnDisk(), ElementsAre(name));
}

TEST_F(LocalStoreTest, ListsWhatAReaderCouldOpen) {
  Put("a/x.parquet", "1");
  Put("dir.parquet/y", "22");
  Put(".x.parquet.pqpack-tmp", "unfinished");
  Put("a/.y.pqpack-tmp", "unfinished");
  fs::create_symlink("a/x.parquet", Path("file-link"));
  fs::create_symlink("a", Path("folder-link"));
  fs::create_symlink("nowhere", Path("lost-link"));
  fs::create_symlink("self-link", Path("self-link"));
  fs::create_directories(Path("empty"));
  ASSERT_EQ(::mkfifo(Path("fifo.parquet").c_str(), 0666), 0);
  EXPECT_THAT(Names(), ElementsAre("a/x.parquet", "dir.parquet/y", "file-link",
                                   "folder-link/x.parquet", "lost-link", "self-link"));
  const auto objects = List(At(""));
  EXPECT_EQ((*store_->Read(objects[2].id(), {0, 10}))->ToString(), "1");
  EXPECT_EQ((*store_->Read(objects[3].id(), {0, 10}))->ToString(), "1");
  EXPECT_EQ(CodeOf(store_->Read(objects[4].id(), {0, 10}).status()), ErrorCode::kNotFound);
  EXPECT_FALSE(store_->Read(objects[5].id(), {0, 10}).ok());
  EXPECT_EQ(CodeOf(store_->Find(At("fifo.parquet")).status()), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(store_->Read({At("fifo.parquet"), "etag"}, {0, 1}).status()),
            ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(store_->List(At("a/x.parquet")).status()), ErrorCode::kNotFound);
}

TEST_F(LocalStoreTest, LinksThatFormALoopEnd) {
  Put("a/b/x", "1");
  fs::create_symlink("..", Path("a/b/up"));
  fs::create_symlink(root_, Path("a/root"));
  fs::create_directories(Path("c"));
  fs::create_symlink("../d", Path("c/d"));
  fs::create_directories(Path("d"));
  fs::create_symlink("../c", Path("d/c"));
  Put("d/y", "2");
  EXPECT_THAT(Names(), ElementsAre("a/b/x", "c/d/y", "d/y"));
}

TEST_F(LocalStoreTest, FilesThatVanishDuringTheListingAreLeftOut) {
  for (int i = 0; i < 1500; ++i) Put("f" + std::to_string(10'000 + i), "1");
  Put("g/x", "1");
  auto listing = *store_->List(At(""));
  EXPECT_EQ(listing->Next()->size(), 1000);
  for (int i = 1100; i < 1500; ++i) fs::remove(Path("f" + std::to_string(10'000 + i)));
  fs::remove_all(Path("g"));
  EXPECT_EQ(listing->Next()->size(), 100);
  EXPECT_THAT(*listing->Next(), IsEmpty());
}

TEST_F(LocalStoreTest, UnreadableFolderEndsTheListing) {
  Put("a/x", "1");
  Put("locked/y", "1");
  fs::permissions(Path("locked"), fs::perms::none);
  InThread([&] {
    DropPrivileges();
    ExpectError((*store_->List(At("")))->Next().status(), ErrorCode::kDenied, "owner and mode");
    ExpectError(store_->List(At("locked")).status(), ErrorCode::kDenied, "owner and mode");
    ExpectError(store_->Find(At("locked/y")).status(), ErrorCode::kDenied, "owner and mode");
    ExpectError(Write("locked/z", "1").status(), ErrorCode::kDenied, "owner and mode");
  });
  fs::permissions(Path("locked"), fs::perms::all);
}

TEST_F(LocalStoreTest, EveryChangeOfAFileChangesItsEtag) {
  Put("x", "0123456789");
  const ObjectInfo first = *store_->Find(At("x"));
  EXPECT_EQ(store_->Find(At("x"))->etag, first.etag);
  std::ofstream(Path("x"), std::ios::app) << "a";
  const ObjectInfo longer = *store_->Find(At("x"));
  EXPECT_NE(longer.etag, first.etag);
  // Same size and inode, another time.
  fs::last_write_time(Path("x"), fs::last_write_time(Path("x")) + std::chrono::nanoseconds(1));
  const ObjectInfo touched = *store_->Find(At("x"));
  EXPECT_NE(touched.etag, longer.etag);
  // Same size and time, another inode.
  fs::copy(Path("x"), Path("y"));
  fs::last_write_time(Path("y"), fs::last_write_time(Path("x")));
  fs::rename(Path("y"), Path("x"));
  const ObjectInfo replaced = *store_->Find(At("x"));
  EXPECT_EQ(replaced.modified, touched.modified);
  EXPECT_NE(replaced.etag, touched.etag);
  for (const auto& old : {first, longer, touched}) {
    EXPECT_EQ(CodeOf(store_->Read(old.id(), {0, 1}).status()), ErrorCode::kSourceChanged);
  }
}

// Another writer changes the file in place while it is read or copied.
TEST_F(LocalStoreTest, AChangeDuringTheReadIsNoticed) {
  const std::string before(3 * kMiB, 'a');
  for (const long number : {SYS_pread64, SYS_copy_file_range}) {
    Put("x", before);
    // So that the change falls into another tick of the clock.
    fs::last_write_time(Path("x"), fs::last_write_time(Path("x")) - std::chrono::hours(1));
    const ObjectInfo object = *store_->Find(At("x"));
    Status status;
    const bool came = AtSyscall(
        number, [&] { Put("x", std::string(before.size(), 'b')); },
        [&] {
          if (number == SYS_pread64) {
            status = store_->Read(object.id(), {0, object.size}).status();
          } else {
            status = (*store_->Create(At("y"), {}))->AppendFrom(object.id(), {0, object.size});
          }
        });
    if (!came) GTEST_SKIP() << "seccomp is not available";
    ExpectError(status, ErrorCode::kSourceChanged, "Run again");
  }
}

// The owner of a temporary file publishes it just before we get its lock, and the
// next owner comes.
TEST_F(LocalStoreTest, APublishedFileIsNotTakenForALeftover) {
  Put(".x.pqpack-tmp", "published");
  const WriteOptions overwrite{{WriteCondition::kOverwrite, {}}, -1};
  std::unique_ptr<ObjectWriter> next;
  Status ours;
  const bool came = AtSyscall(
      SYS_fcntl,
      [&] {
        fs::rename(Path(".x.pqpack-tmp"), Path("x"));
        next = *store_->Create(At("x"), overwrite);
      },
      [&] { ours = store_->Create(At("x"), overwrite).status(); });
  if (!came) GTEST_SKIP() << "seccomp is not available";
  EXPECT_EQ(CodeOf(ours), ErrorCode::kAlreadyExists);
  EXPECT_EQ(Get("x"), "published");
  ASSERT_EQ(next->Append(AsBytes("of the next")), Status::OK());
  ASSERT_TRUE(next->Finish().ok());
  EXPECT_EQ(Get("x"), "of the next");
}

TEST_F(LocalStoreTest, FoldersAreMadeAndRemovedAgain) {
  Put("kept/x", "1");
  {
    auto writer = *store_->Create(At("kept/a/b/c/y"), {});
  }
  EXPECT_THAT(OnDisk(), ElementsAre("kept", "kept/x"));
  {
    auto first = *store_->Create(At("kept/a/b/y"), {});
    auto second = *store_->Create(At("kept/a/b/z"), {});
    first.reset();  // its folders are in use
    ASSERT_TRUE(second->Finish().ok());
  }
  EXPECT_THAT(OnDisk(), ElementsAre("kept", "kept/a", "kept/a/b", "kept/a/b/z", "kept/x"));
}

TEST_F(LocalStoreTest, WritersThatRemoveFoldersDoNotDisturbOthers) {
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        auto writer = store_->Create(At("a/b/c/x" + std::to_string(t)), {});
        if (!writer.ok()) ++failed;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  // Whoever made a folder may have left it to a writer that was still in it.
  for (const auto& name : OnDisk()) EXPECT_TRUE(fs::is_directory(Path(name))) << name;
}

TEST_F(LocalStoreTest, SomethingElseInTheWay) {
  Put("file", "1");
  Put("folder/x", "1");
  const Status file = Write("file/x", "1").status();
  ExpectError(file, ErrorCode::kInvalid, "Remove that file");
  EXPECT_EQ(file.message(), "cannot make the folder " + Path("file") + ": a file has this name");
  const Status above = Write("file/a/b", "1").status();
  ExpectError(above, ErrorCode::kInvalid, "Remove that file");
  EXPECT_EQ(above.message(),
            "cannot make the folder " + Path("file/a") + ": " + Path("file") + " is a file");
  ExpectError(Write("folder", "1").status(), ErrorCode::kInvalid, "A folder has this name");
  ExpectError(Write("folder", "1", WriteCondition::kOverwrite).status(), ErrorCode::kInvalid,
              "A folder has this name");
  ExpectError(store_->Create(At("x/.y.pqpack-tmp"), {}).status(), ErrorCode::kInvalid,
              "another name");
  // A folder that comes while the writer works.
  for (const auto kind : {WriteCondition::kIfAbsent, WriteCondition::kOverwrite}) {
    auto writer = *store_->Create(At("late"), {{kind, {}}, -1});
    fs::create_directories(Path("late/inside"));
    ExpectError(writer->Finish().status(), ErrorCode::kInvalid, "A folder has this name");
    fs::remove_all(Path("late"));
  }
  EXPECT_THAT(OnDisk(), ElementsAre("file", "folder", "folder/x"));
}

TEST_F(LocalStoreTest, ALeftoverOfADeadRunIsReplaced) {
  Put("f/.x.pqpack-tmp", "half of something long");
  const auto found = *store_->Unfinished(At(""));
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found[0].uri, At("f/x"));
  EXPECT_EQ(found[0].id, Path("f/.x.pqpack-tmp"));
  EXPECT_TRUE(Write("f/x", "text").ok());
  EXPECT_EQ(Get("f/x"), "text");
  EXPECT_THAT(OnDisk(), ElementsAre("f", "f/x"));
}

TEST_F(LocalStoreTest, ALinkToNothingIsNamedAndLeftAlone) {
  fs::create_symlink("nowhere", Path("x"));
  auto writer = *store_->Create(At("x"), {{WriteCondition::kIfMatch, "link-to-nowhere"}, -1});
  ExpectError(writer->Finish().status(), ErrorCode::kInvalid, "Remove the link");
  EXPECT_TRUE(fs::is_symlink(Path("x")));
}

// A writer that died between link and unlink: the leftover is the published file.
TEST_F(LocalStoreTest, ALeftoverThatIsPublishedIsNotWrittenInto) {
  Put("x", "published");
  fs::create_hard_link(Path("x"), Path(".x.pqpack-tmp"));
  auto writer = *store_->Create(At("x"), {});
  ASSERT_EQ(writer->Append(AsBytes("other")), Status::OK());
  EXPECT_EQ(Get("x"), "published");
  EXPECT_EQ(CodeOf(writer->Finish().status()), ErrorCode::kAlreadyExists);
  EXPECT_EQ(Get("x"), "published");
  EXPECT_THAT(OnDisk(), ElementsAre("x"));
}

// Longer than what a writer holds back.
const std::string kBlock(kLocalWriteBuffer, 'x');

TEST_F(LocalStoreTest, ALiveWriterIsNotDisturbed) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto writer = store_->Create(At("x"), {});
    if (writer.ok() && (*writer)->Append(AsBytes(kBlock)).ok()) {
      (void)!::write(ready[1], "1", 1);
    }
    while (true) ::pause();
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  ExpectError(store_->Create(At("x"), {}).status(), ErrorCode::kAlreadyExists, "Wait");
  EXPECT_THAT(*store_->Unfinished(At("")), IsEmpty());
  EXPECT_EQ(CodeOf(store_->Abandon({At("x"), Path(".x.pqpack-tmp"), {}})),
            ErrorCode::kAlreadyExists);
  EXPECT_EQ(Get(".x.pqpack-tmp"), kBlock);
  // Killed: now it is a leftover.
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_EQ(store_->Unfinished(At(""))->size(), 1);
  EXPECT_TRUE(Write("x", "ours").ok());
  EXPECT_THAT(OnDisk(), ElementsAre("x"));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(LocalStoreTest, AbandonTakesOnlyTemporaryNames) {
  Put("x", "1");
  EXPECT_EQ(CodeOf(store_->Abandon({At("x"), Path("x"), {}})), ErrorCode::kInvalid);
  EXPECT_EQ(Get("x"), "1");
}

TEST_F(LocalStoreTest, FilesHaveTheModeThatUmaskLeaves) {
  const mode_t old = ::umask(027);
  EXPECT_TRUE(Write("f/x", "1").ok());
  ::umask(old);
  struct stat stat{};
  ASSERT_EQ(::stat(Path("f/x").c_str(), &stat), 0);
  EXPECT_EQ(stat.st_mode & 0777, 0640);
  ASSERT_EQ(::stat(Path("f").c_str(), &stat), 0);
  EXPECT_EQ(stat.st_mode & 0777, 0750);
}

struct SyscallError {
  long number;
  int error;
  ErrorCode code;
  const char* action;
};

TEST_F(LocalStoreTest, ErrorsOfTheSystemAreClear) {
  Put("source", "1");
  const ObjectInfo source = *store_->Find(At("source"));
  for (const SyscallError& e : std::vector<SyscallError>{
           {SYS_openat, EMFILE, ErrorCode::kNoSpace, "ulimit -n"},
           {SYS_openat, ENFILE, ErrorCode::kNoSpace, "fs.file-max"},
           {SYS_openat, EACCES, ErrorCode::kDenied, "owner and mode"},
           {SYS_openat, EROFS, ErrorCode::kDenied, "read-only"},
           {SYS_openat, EIO, ErrorCode::kTransient, "system's log"},
           {SYS_fcntl, ENOLCK, ErrorCode::kConfig, "with locks"},
           {SYS_fcntl, EINVAL, ErrorCode::kConfig, "with locks"},
           {SYS_fsync, EIO, ErrorCode::kTransient, "system's log"},
           {SYS_fsync, ENOSPC, ErrorCode::kNoSpace, "Free space"},
           {SYS_fsync, EDQUOT, ErrorCode::kNoSpace, "quota"},
           {SYS_renameat2, EIO, ErrorCode::kTransient, "system's log"},
           {SYS_renameat2, ENOSPC, ErrorCode::kNoSpace, "Free space"},
       }) {
    InThread([&] {
      if (!FailSyscall(e.number, e.error)) GTEST_SKIP() << "seccomp is not available";
      ExpectError(Write("f/x", "text").status(), e.code, e.action);
      if (e.number == SYS_openat) {
        ExpectError(store_->Read(source.id(), {0, 1}).status(), e.code, e.action);
        ExpectError(store_->List(At("")).status(), e.code, e.action);
        ExpectError(store_->Delete(source.id()), e.code, e.action);
      }
    });
    EXPECT_THAT(OnDisk(), ElementsAre("source")) << "system call " << e.number;
  }
}

TEST_F(LocalStoreTest, AFullDiskFailsTheWriter) {
  for (const int error : {ENOSPC, EDQUOT, EFBIG}) {
    InThread([&] {
      auto writer = *store_->Create(At("f/x"), {});
      ASSERT_EQ(writer->Append(AsBytes("begin")), Status::OK());
      const int fd = OpenDescriptor(Path("f/.x.pqpack-tmp"));
      ASSERT_GE(fd, 0);
      if (!FailSyscall(SYS_write, error, fd)) GTEST_SKIP() << "seccomp is not available";
      EXPECT_EQ(CodeOf(writer->Append(AsBytes(kBlock))), ErrorCode::kNoSpace);
      EXPECT_EQ(CodeOf(writer->Finish().status()), ErrorCode::kNoSpace);
    });
    EXPECT_THAT(OnDisk(), IsEmpty());
  }
}

// What the writer held back must not be missing from a file that has its name.
TEST_F(LocalStoreTest, ADiskThatIsFullAtTheEndFailsTheWriter) {
  InThread([&] {
    auto writer = *store_->Create(At("f/x"), {});
    ASSERT_EQ(writer->Append(AsBytes("all of it")), Status::OK());
    if (!FailSyscall(SYS_write, ENOSPC, OpenDescriptor(Path("f/.x.pqpack-tmp")))) {
      GTEST_SKIP() << "seccomp is not available";
    }
    EXPECT_EQ(CodeOf(writer->Finish().status()), ErrorCode::kNoSpace);
  });
  EXPECT_THAT(OnDisk(), IsEmpty());
}

TEST_F(LocalStoreTest, BytesKeepTheirOrder) {
  auto writer = *store_->Create(At("x"), {});
  std::string all;
  for (const size_t size : {size_t{3}, kBlock.size() - 4, size_t{2}, kBlock.size(), size_t{0},
                            kBlock.size() + 1, size_t{7}}) {
    const std::string piece(size, static_cast<char>('a' + all.size() % 26));
    ASSERT_EQ(writer->Append(AsBytes(piece)), Status::OK());
    all += piece;
  }
  EXPECT_EQ(writer->Finish()->size, static_cast<int64_t>(all.size()));
  EXPECT_TRUE(Get("x") == all);
}

// Data is on disk before the name is there, and the name before Finish() returns.
TEST_F(LocalStoreTest, AStopEndsACopy) {
  Put("source", "0123456789");
  std::stop_source stop;
  const auto store = MakeLocalStore(stop.get_token());
  const ObjectInfo source = store->Find(At("source")).ValueOrDie();
  {
    const auto writer = store->Create(At("copy"), {}).ValueOrDie();
    ASSERT_EQ(writer->AppendFrom(source.id(), {0, 5}), Status::OK());
    stop.request_stop();
    EXPECT_EQ(CodeOf(writer->AppendFrom(source.id(), {5, 5})), ErrorCode::kCancelled);
    EXPECT_EQ(CodeOf(writer->Finish().status()), ErrorCode::kCancelled);
  }
  EXPECT_THAT(OnDisk(), ElementsAre("source"));
}

TEST_F(LocalStoreTest, WhatCannotBeBroughtToDiskIsNotPublished) {
  Put("there", "old");
  for (const auto* synced : {"f/.x.pqpack-tmp", "f"}) {
    InThread([&] {
      auto writer = *store_->Create(At("f/x"), {});
      ASSERT_EQ(writer->Append(AsBytes("text")), Status::OK());
      const int fd = OpenDescriptor(Path(synced));
      ASSERT_GE(fd, 0) << synced;
      if (!FailSyscall(SYS_fsync, EIO, fd)) GTEST_SKIP() << "seccomp is not available";
      ExpectError(writer->Finish().status(), ErrorCode::kTransient, "system's log");
    });
    EXPECT_THAT(OnDisk(), ElementsAre("there")) << synced;
  }
  InThread([&] {
    auto writer = *store_->Create(At("there"), {{WriteCondition::kOverwrite, {}}, -1});
    if (!FailSyscall(SYS_fsync, EIO, OpenDescriptor(Path(".there.pqpack-tmp")))) return;
    EXPECT_FALSE(writer->Finish().ok());
  });
  EXPECT_EQ(Get("there"), "old");
}

TEST_F(LocalStoreTest, CopiesByHandWhereTheKernelCannot) {
  const std::string content(3 * kMiB + 5, 'c');
  Put("source", content);
  const ObjectInfo source = *store_->Find(At("source"));
  for (const int error : {EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EPERM}) {
    InThread([&] {
      if (!FailSyscall(SYS_copy_file_range, error)) GTEST_SKIP() << "seccomp is not available";
      auto writer = *store_->Create(At("x"), {{WriteCondition::kOverwrite, {}}, -1});
      ASSERT_EQ(writer->Append(AsBytes("begin")), Status::OK());
      ASSERT_EQ(writer->AppendFrom(source.id(), {1, source.size - 2}), Status::OK());
      ASSERT_TRUE(writer->Finish().ok());
    });
    EXPECT_TRUE(Get("x") == "begin" + content.substr(1, content.size() - 2));
  }
  InThread([&] {
    if (!FailSyscall(SYS_copy_file_range, ENOSPC)) return;
    auto writer = *store_->Create(At("y"), {});
    EXPECT_EQ(CodeOf(writer->AppendFrom(source.id(), {0, 10})), ErrorCode::kNoSpace);
  });
}

TEST_F(LocalStoreTest, PublishesByLinkWhereThereIsNoSuchRename) {
  for (const int error : {EINVAL, ENOSYS}) {
    InThread([&] {
      if (!FailSyscall(SYS_renameat2, error)) GTEST_SKIP() << "seccomp is not available";
      EXPECT_TRUE(Write("x", "text").ok());
      EXPECT_EQ(CodeOf(Write("x", "other").status()), ErrorCode::kAlreadyExists);
      EXPECT_TRUE(Write("y", "text", WriteCondition::kOverwrite).ok());
    });
    EXPECT_THAT(OnDisk(), ElementsAre("x", "y"));
    EXPECT_EQ(Get("x"), "text");
    fs::remove(Path("x"));
  }
}

// Comparing and then replacing or deleting is one step for everybody who locks.
TEST_F(LocalStoreTest, ComparingAndChangingANameIsLocked) {
  const ObjectInfo object = *Write("x", "text");
  // What has to wait is told that it was stopped.
  std::stop_source stop;
  stop.request_stop();
  const auto impatient = MakeLocalStore({}, stop.get_token());
  const auto write = [&](std::string_view name, const WriteCondition& condition) {
    auto writer = *impatient->Create(At(name), {condition, -1});
    EXPECT_EQ(writer->Append(AsBytes("other")), Status::OK());
    return CodeOf(writer->Finish().status());
  };
  const int folder = ::open(root_.c_str(), O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(::flock(folder, LOCK_EX), 0);
  EXPECT_EQ(write("x", {WriteCondition::kIfMatch, object.etag}), ErrorCode::kCancelled);
  EXPECT_EQ(write("x", {WriteCondition::kOverwrite, {}}), ErrorCode::kCancelled);
  EXPECT_EQ(CodeOf(impatient->Delete(object.id())), ErrorCode::kCancelled);
  EXPECT_EQ(store_->Find(At("x"))->etag, object.etag);
  EXPECT_TRUE(Write("y", "new").ok());
  ::close(folder);
  EXPECT_EQ(write("x", {WriteCondition::kIfMatch, "wrong"}), ErrorCode::kSourceChanged);
  EXPECT_TRUE(impatient->Delete(object.id()).ok());
  EXPECT_THAT(OnDisk(), ElementsAre("y"));
}

}  // namespace
}  // namespace pqpack
