// SPDX-License-Identifier: Apache-2.0
#include "store/read_ahead_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <random>
#include <thread>

#include "store/fault_store.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

constexpr int64_t kBlock = 64 * kKiB;

std::string Content(int64_t size) {
  std::mt19937 random(7);
  std::string text(static_cast<size_t>(size), '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

// Notes the ranges that are read, in the order in which the requests begin.
class Recorder : public MemoryStore {
 public:
  Recorder() : MemoryStore({"b"}) {}
  Result<std::shared_ptr<arrow::Buffer>> Read(const ObjectId& id, ByteRange range) override {
    {
      std::lock_guard lock(mutex_);
      ranges_.push_back(range);
    }
    return MemoryStore::Read(id, range);
  }
  std::vector<ByteRange> Ranges() {
    std::lock_guard lock(mutex_);
    return ranges_;
  }
  std::vector<ByteRange> Sorted() {
    auto ranges = Ranges();
    std::sort(ranges.begin(), ranges.end(),
              [](ByteRange a, ByteRange b) { return a.offset < b.offset; });
    return ranges;
  }

 private:
  std::mutex mutex_;
  std::vector<ByteRange> ranges_;
};

class ReadAheadFileTest : public ::testing::Test {
 protected:
  ObjectInfo Put(int64_t size) {
    content_ = Content(size);
    auto writer = *store_.Create({Scheme::kMemory, "b", "k"}, {{WriteCondition::kOverwrite, {}}});
    EXPECT_TRUE(writer->Append(AsBytes(content_)).ok());
    return *writer->Finish();
  }
  std::shared_ptr<ReadAheadFile> Open(const ObjectInfo& object, ReadAheadOptions options) {
    return *ReadAheadFile::Open(store_, object, options);
  }
  std::string Part(int64_t offset, int64_t length) const {
    return content_.substr(static_cast<size_t>(offset), static_cast<size_t>(length));
  }
  // No background: requests come in the order of the reads.
  static ReadAheadOptions Small() { return {.block_size = kBlock}; }

  Recorder store_;
  std::string content_;
};

TEST_F(ReadAheadFileTest, SmallObjectIsOneRequest) {
  const ObjectInfo object = Put(8 * kMiB - 1);
  auto file = Open(object, {});
  EXPECT_EQ(*file->GetSize(), 8 * kMiB - 1);
  EXPECT_EQ(store_.Ranges().size(), 0);
  EXPECT_EQ((*file->ReadAt(object.size - 8, 8))->ToString(), Part(object.size - 8, 8));
  EXPECT_EQ((*file->ReadAt(0, 4))->ToString(), Part(0, 4));
  EXPECT_EQ((*file->ReadAt(1000, 5 * kMiB))->ToString(), Part(1000, 5 * kMiB));
  EXPECT_EQ((*file->ReadAt(0, object.size))->ToString(), content_);
  EXPECT_EQ(store_.Ranges(), (std::vector<ByteRange>{{0, 8 * kMiB - 1}}));
}

TEST_F(ReadAheadFileTest, EmptyObjectIsNoRequest) {
  auto file = Open(Put(0), {});
  EXPECT_EQ((*file->ReadAt(0, 100))->size(), 0);
  EXPECT_EQ(store_.Ranges().size(), 0);
}

TEST_F(ReadAheadFileTest, FooterOfLargeObjectIsTheTail) {
  const ObjectInfo object = Put(20 * kMiB);
  auto file = Open(object, {});
  EXPECT_EQ((*file->ReadAt(object.size - 8, 8))->ToString(), Part(object.size - 8, 8));
  EXPECT_EQ((*file->ReadAt(object.size - 5000, 4992))->ToString(), Part(object.size - 5000, 4992));
  EXPECT_EQ((*file->ReadAt(object.size - 64 * kKiB, 64 * kKiB))->ToString(),
            Part(object.size - 64 * kKiB, 64 * kKiB));
  EXPECT_EQ(store_.Ranges(), (std::vector<ByteRange>{{20 * kMiB - 64 * kKiB, 64 * kKiB}}));
}

TEST_F(ReadAheadFileTest, FooterLargerThanTheTailFetchesOnlyWhatIsMissing) {
  const ObjectInfo object = Put(20 * kMiB);
  auto file = Open(object, {});
  EXPECT_EQ((*file->ReadAt(object.size - 8, 8))->ToString(), Part(object.size - 8, 8));
  EXPECT_EQ((*file->ReadAt(object.size - 100'008, 100'000))->ToString(),
            Part(object.size - 100'008, 100'000));
  EXPECT_EQ(store_.Ranges(),
            (std::vector<ByteRange>{{object.size - 64 * kKiB, 64 * kKiB},
                                    {object.size - 100'008, 100'008 - 64 * kKiB}}));
}

TEST_F(ReadAheadFileTest, BlocksAreAlignedAndTheLastTakesTheRest) {
  const ObjectInfo object = Put(3 * kBlock + 100);
  auto file = Open(object, Small());
  for (int64_t at = 0; at + 1000 < object.size - 8; at += 1000) {
    ASSERT_EQ((*file->ReadAt(at, 1000))->ToString(), Part(at, 1000));
  }
  EXPECT_EQ(store_.Ranges(),
            (std::vector<ByteRange>{{0, kBlock}, {kBlock, kBlock}, {2 * kBlock, kBlock + 100}}));
}

TEST_F(ReadAheadFileTest, ReadAcrossBlocksIsAssembled) {
  const ObjectInfo object = Put(5 * kBlock);
  auto file = Open(object, Small());
  EXPECT_EQ((*file->ReadAt(kBlock - 7, 2 * kBlock + 14))->ToString(),
            Part(kBlock - 7, 2 * kBlock + 14));
  std::string out(3 * kBlock, '\0');
  EXPECT_EQ(*file->ReadAt(kBlock + 1, 3 * kBlock, out.data()), 3 * kBlock);
  EXPECT_EQ(out, Part(kBlock + 1, 3 * kBlock));
  EXPECT_EQ(store_.Ranges().size(), 5);
}

TEST_F(ReadAheadFileTest, LargeSlicesShareTheBlockAndSmallOnesDoNot) {
  const ObjectInfo object = Put(5 * kBlock);
  auto file = Open(object, Small());
  auto first = *file->ReadAt(0, kBlock);
  auto quarter = *file->ReadAt(kBlock / 2, kBlock / 4);
  auto less = *file->ReadAt(kBlock / 2, kBlock / 4 - 1);
  EXPECT_EQ(quarter->data(), first->data() + kBlock / 2);
  EXPECT_NE(less->data(), first->data() + kBlock / 2);
  EXPECT_EQ(less->ToString(), Part(kBlock / 2, kBlock / 4 - 1));
}

TEST_F(ReadAheadFileTest, SharesAllWhereThatIsWanted) {
  const ObjectInfo object = Put(kBlock - 1);
  auto options = Small();
  options.share_all = true;
  auto file = Open(object, options);
  auto all = *file->ReadAt(0, kBlock);
  auto byte = *file->ReadAt(77, 1);
  EXPECT_EQ(byte->data(), all->data() + 77);
  EXPECT_EQ(byte->ToString(), Part(77, 1));
}

TEST_F(ReadAheadFileTest, ReadsAheadInTheBackground) {
  const ObjectInfo object = Put(6 * kBlock);
  Executor executor(2);
  auto options = Small();
  options.executor = &executor;
  auto file = Open(object, options);
  for (int64_t at = 0; at < object.size - kBlock; at += kBlock / 2) {
    ASSERT_EQ((*file->ReadAt(at, kBlock / 2))->ToString(), Part(at, kBlock / 2));
  }
  ASSERT_TRUE(file->Close().ok());
  // Each block once, also where the reader came before the background.
  std::vector<ByteRange> blocks;
  for (int64_t i = 0; i < 6; ++i) blocks.push_back({i * kBlock, kBlock});
  auto read = store_.Sorted();
  blocks.resize(read.size());  // the last may not have been begun
  EXPECT_GE(read.size(), 5);
  EXPECT_EQ(read, blocks);
}

TEST_F(ReadAheadFileTest, BusyExecutorDoesNotStopReaders) {
  const ObjectInfo object = Put(6 * kBlock);
  Executor executor(2);
  auto options = Small();
  options.executor = &executor;
  auto file = Open(object, options);
  // Every thread of the executor is a reader, and the read-ahead queues behind them.
  const Status done = executor.ForEach(4, 3, [&](int64_t) -> Status {
    for (int64_t at = 0; at + kBlock <= object.size - 8; at += kBlock) {
      PQ_ASSIGN(auto bytes, file->ReadAt(at, kBlock));
      if (bytes->ToString() != Part(at, kBlock)) return Status::Invalid("wrong bytes");
    }
    return Status::OK();
  });
  EXPECT_TRUE(done.ok()) << done;
}

TEST_F(ReadAheadFileTest, LeastRecentlyUsedBlockGoes) {
  const ObjectInfo object = Put(10 * kBlock);
  auto options = Small();
  options.max_bytes = 4 * kBlock;  // three blocks beside the tail
  auto file = Open(object, options);
  const auto touch = [&](int64_t block) {
    ASSERT_EQ((*file->ReadAt(block * kBlock, 10))->ToString(), Part(block * kBlock, 10));
  };
  for (const int64_t block : {0, 1, 2, 0, 3, 0, 2, 1}) touch(block);
  std::vector<int64_t> fetched;
  for (const auto& range : store_.Ranges()) fetched.push_back(range.offset / kBlock);
  EXPECT_EQ(fetched, (std::vector<int64_t>{0, 1, 2, 3, 1}));
}

TEST_F(ReadAheadFileTest, HeldSlicesCountAsMemoryAndTheRestIsReadDirectly) {
  const ObjectInfo object = Put(10 * kBlock);
  auto options = Small();
  options.max_bytes = 4 * kBlock;
  auto file = Open(object, options);
  std::vector<std::shared_ptr<arrow::Buffer>> held;
  for (int64_t i = 0; i < 3; ++i) held.push_back(*file->ReadAt(i * kBlock, kBlock));
  EXPECT_EQ((*file->ReadAt(5 * kBlock + 3, kBlock / 2))->ToString(),
            Part(5 * kBlock + 3, kBlock / 2));
  EXPECT_EQ((*file->ReadAt(5 * kBlock + 3, 30))->ToString(), Part(5 * kBlock + 3, 30));
  EXPECT_EQ(store_.Ranges().size(), 5);
  EXPECT_EQ(store_.Ranges()[3], (ByteRange{5 * kBlock + 3, kBlock / 2}));
  EXPECT_EQ(store_.Ranges()[4], (ByteRange{5 * kBlock + 3, 30}));
  held.clear();
  EXPECT_EQ((*file->ReadAt(5 * kBlock + 3, 30))->ToString(), Part(5 * kBlock + 3, 30));
  EXPECT_EQ(store_.Ranges()[5], (ByteRange{5 * kBlock, kBlock}));
}

TEST_F(ReadAheadFileTest, NeverHoldsMoreThanAllowed) {
  for (const int64_t size : {kBlock - 1, kBlock, 2 * kBlock - 1, 7 * kBlock + 9, 30 * kBlock}) {
    const ObjectInfo object = Put(size);
    for (const int64_t most : {int64_t{-1}, 5 * kBlock, 3 * kBlock, kBlock, int64_t{0}}) {
      auto options = Small();
      options.max_bytes = most;
      const int64_t before = arrow::default_memory_pool()->bytes_allocated();
      auto file = Open(object, options);
      std::string out(1000, '\0');
      for (int64_t at = 0; at + 1000 < size; at += 1000) {
        ASSERT_EQ(*file->ReadAt(at, 1000, out.data()), 1000);
        ASSERT_EQ(out, Part(at, 1000));
      }
      // The memory store's buffers are slices of its object: nothing of ours but blocks.
      EXPECT_EQ(arrow::default_memory_pool()->bytes_allocated(), before);
      EXPECT_LE(file->bytes_held(), most < 0 ? ReadAheadFile::MemoryFor(size, options) : most);
    }
  }
}

TEST_F(ReadAheadFileTest, MemoryFor) {
  EXPECT_EQ(ReadAheadFile::MemoryFor(0, {}), 0);
  EXPECT_EQ(ReadAheadFile::MemoryFor(8 * kMiB - 1, {}), 8 * kMiB - 1);
  EXPECT_EQ(ReadAheadFile::MemoryFor(8 * kMiB, {}), 8 * kMiB + 64 * kKiB);
  EXPECT_EQ(ReadAheadFile::MemoryFor(100 * kGiB, {}), 40 * kMiB + 64 * kKiB);
}

TEST_F(ReadAheadFileTest, ErrorsKeepTheirCodeAndAreTriedAgain) {
  const ObjectInfo object = Put(4 * kBlock);
  FaultStore faults(&store_, {.faults = {{.nth = 1, .code = ErrorCode::kThrottled}}});
  auto file = *ReadAheadFile::Open(faults, object, Small());
  EXPECT_EQ(CodeOf(file->ReadAt(0, 10).status()), ErrorCode::kThrottled);
  EXPECT_EQ((*file->ReadAt(0, 10))->ToString(), Part(0, 10));
}

TEST_F(ReadAheadFileTest, ChangedObjectFailsTheRead) {
  const ObjectInfo object = Put(4 * kBlock);
  auto file = Open(object, Small());
  EXPECT_TRUE(file->ReadAt(0, 10).ok());
  Put(4 * kBlock);
  EXPECT_EQ(CodeOf(file->ReadAt(kBlock, 10).status()), ErrorCode::kSourceChanged);
  EXPECT_EQ(CodeOf(file->ReadAt(object.size - 8, 8).status()), ErrorCode::kSourceChanged);
}

TEST_F(ReadAheadFileTest, ShortAnswerIsAnError) {
  const ObjectInfo object = Put(4 * kBlock);
  FaultStore faults(&store_, {.faults = {{.kind = StoreFault::kTruncate, .nth = 1, .bytes = 20}}});
  auto file = *ReadAheadFile::Open(faults, object, Small());
  EXPECT_EQ(CodeOf(file->ReadAt(0, 10).status()), ErrorCode::kTransient);
}

TEST_F(ReadAheadFileTest, FailedReadAheadIsRepeatedByTheReader) {
  const ObjectInfo object = Put(4 * kBlock);
  FaultStore faults(&store_, {.faults = {{.nth = 1}, {.nth = 2}, {.nth = 3}}});
  Executor executor(2);
  auto options = Small();
  options.executor = &executor;
  auto file = *ReadAheadFile::Open(faults, object, options);
  // Three failures at most, whoever meets them; then everything is there.
  int failures = 0;
  for (int64_t at = 0; at < object.size - 8; at += 1000) {
    auto bytes = file->ReadAt(at, 1000);
    while (!bytes.ok() && ++failures <= 3) bytes = file->ReadAt(at, 1000);
    ASSERT_EQ((*bytes)->ToString(), Part(at, 1000));
  }
}

TEST_F(ReadAheadFileTest, ReadAndSeek) {
  const ObjectInfo object = Put(4 * kBlock);
  auto file = Open(object, Small());
  EXPECT_EQ((*file->Read(100))->ToString(), Part(0, 100));
  EXPECT_EQ(*file->Tell(), 100);
  ASSERT_TRUE(file->Seek(object.size - 50).ok());
  EXPECT_EQ((*file->Read(100))->ToString(), Part(object.size - 50, 50));
  EXPECT_EQ((*file->Read(100))->size(), 0);
  EXPECT_EQ(CodeOf(file->Seek(object.size + 1)), ErrorCode::kInvalid);
  EXPECT_EQ(CodeOf(file->ReadAt(-1, 5).status()), ErrorCode::kInvalid);
  EXPECT_EQ(CodeOf(file->ReadAt(0, -5).status()), ErrorCode::kInvalid);
  EXPECT_EQ((*file->ReadAt(object.size + 10, 5))->size(), 0);
  ASSERT_TRUE(file->Close().ok());
  EXPECT_TRUE(file->closed());
  EXPECT_FALSE(file->ReadAt(0, 5).ok());
}

TEST_F(ReadAheadFileTest, ManyThreadsReadTheSameBlocksOnce) {
  const ObjectInfo object = Put(4 * kBlock);
  Executor executor(4);
  auto options = Small();
  options.executor = &executor;
  auto file = Open(object, options);
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937 random(static_cast<unsigned>(t));
      for (int i = 0; i < 500; ++i) {
        const int64_t at = std::uniform_int_distribution<int64_t>(0, object.size - 9)(random);
        const int64_t n = std::uniform_int_distribution<int64_t>(0, object.size - 9 - at)(random);
        const auto bytes = file->ReadAt(at, n);
        if (!bytes.ok() || (*bytes)->ToString() != Part(at, n)) ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(store_.Ranges().size(), 4);
}

TEST_F(ReadAheadFileTest, ManyThreadsInLittleMemory) {
  const ObjectInfo object = Put(20 * kBlock + 77);
  Executor executor(3);
  auto options = Small();
  options.executor = &executor;
  options.max_bytes = 4 * kBlock;
  auto file = Open(object, options);
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937 random(static_cast<unsigned>(t));
      for (int i = 0; i < 300; ++i) {
        const int64_t at = std::uniform_int_distribution<int64_t>(0, object.size)(random);
        const int64_t n = std::uniform_int_distribution<int64_t>(0, 3 * kBlock)(random);
        const auto bytes = file->ReadAt(at, n);
        if (!bytes.ok() || (*bytes)->ToString() != Part(at, n)) ++wrong;
        if (file->bytes_held() > 4 * kBlock) ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(ReadAheadFileTest, MayBeClosedWithReadAheadQueued) {
  const ObjectInfo object = Put(10 * kBlock);
  auto executor = std::make_unique<Executor>(1);
  auto options = Small();
  options.executor = executor.get();
  for (int i = 0; i < 100; ++i) {
    auto file = Open(object, options);
    ASSERT_TRUE(file->ReadAt(0, 10).ok());
  }
  executor.reset();
}

}  // namespace
}  // namespace pqpack
