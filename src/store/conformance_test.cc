// SPDX-License-Identifier: Apache-2.0
//
// What object_store.h promises, sentence by sentence, on every store.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <limits>
#include <random>
#include <thread>

#include "base/executor.h"
#include "store/conformance_testing.h"

namespace pqpack {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// More than two parts of a multipart upload.
constexpr int64_t kLarge = 17 * kMiB + 123;

std::string Content(int64_t size, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::string text(static_cast<size_t>(size), '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

WriteOptions Overwrite() { return {{WriteCondition::kOverwrite, {}}, -1}; }
WriteOptions IfMatch(std::string etag) { return {{WriteCondition::kIfMatch, std::move(etag)}, -1}; }

class Conformance : public StoreTest {
 protected:
  Result<ObjectInfo> Write(const Uri& uri, std::string_view text,
                           const WriteOptions& options = {}) {
    PQ_ASSIGN(auto writer, store().Create(uri, options));
    PQ_RETURN_NOT_OK(writer->Append(AsBytes(text)));
    return writer->Finish();
  }

  ObjectInfo MustWrite(const Uri& uri, std::string_view text,
                       const WriteOptions& options = Overwrite()) {
    auto info = Write(uri, text, options);
    EXPECT_TRUE(info.ok()) << info.status();
    return info.ok() ? *info : ObjectInfo{};
  }

  std::vector<ObjectInfo> ListAll(const Uri& folder) {
    std::vector<ObjectInfo> all;
    auto listing = store().List(folder);
    EXPECT_TRUE(listing.ok()) << listing.status();
    if (!listing.ok()) return all;
    while (true) {
      auto page = (*listing)->Next();
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok() || page->empty()) return all;
      all.insert(all.end(), page->begin(), page->end());
    }
  }

  // Keys below the test's folder, without it.
  std::vector<std::string> Names(const Uri& below) {
    std::vector<std::string> names;
    for (const auto& object : ListAll(below)) {
      names.push_back(object.uri.key.substr(folder().key.size()));
    }
    return names;
  }
  std::vector<std::string> Names() { return Names(folder()); }

  std::string ReadAll(const ObjectInfo& object) {
    auto bytes = store().Read(object.id(), {0, object.size});
    EXPECT_TRUE(bytes.ok()) << bytes.status();
    return bytes.ok() ? (*bytes)->ToString() : "";
  }
  std::string ReadName(const Uri& uri) {
    auto info = store().Find(uri);
    EXPECT_TRUE(info.ok()) << info.status();
    return info.ok() ? ReadAll(*info) : "";
  }
  ErrorCode ReadError(const ObjectId& id) { return CodeOf(store().Read(id, {0, 1}).status()); }
  ErrorCode FindError(const Uri& uri) { return CodeOf(store().Find(uri).status()); }
};

TEST_P(Conformance, ListsInKeyOrder) {
  std::vector<std::string> names = {"a-b",
                                    "a/b",
                                    "a/b-c",
                                    "a/b0",
                                    "a0",
                                    "a/c/d/e",
                                    "B",
                                    "b",
                                    "k=1/x",
                                    "k=1-x",
                                    "k=10/x",
                                    "k=2/x",
                                    "\xc3\xa9",
                                    "\xf0\x9f\x98\x80",
                                    "\xef\xbc\xa1",
                                    "z z",
                                    "z+",
                                    "z%41",
                                    ".dot",
                                    "_under"};
  for (const auto& name : names) MustWrite(At(name), name);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(Names(), names);
}

TEST_P(Conformance, ListingTellsWhatFindTells) {
  MustWrite(At("a"), "one");
  MustWrite(At("b/c"), "three");
  const auto objects = ListAll(folder());
  ASSERT_EQ(objects.size(), 2);
  EXPECT_EQ(objects[0].size, 3);
  EXPECT_EQ(objects[1].size, 5);
  for (const auto& object : objects) {
    const ObjectInfo found = *store().Find(object.uri);
    EXPECT_EQ(found.id(), object.id());
    EXPECT_EQ(found.size, object.size);
    // Headers have whole seconds, listings may have more.
    EXPECT_EQ(std::chrono::floor<std::chrono::seconds>(found.modified),
              std::chrono::floor<std::chrono::seconds>(object.modified));
    EXPECT_GT(object.modified, std::chrono::sys_days(std::chrono::year(2020) / 1 / 1));
    EXPECT_EQ(ReadAll(object).size(), object.size);
  }
}

TEST_P(Conformance, AFolderIsNotAPrefix) {
  for (const auto* name : {"a/x", "a/y/z", "ab/x", "a-b", "a."}) MustWrite(At(name), "1");
  EXPECT_THAT(Names(At("a")), ElementsAre("a/x", "a/y/z"));
  EXPECT_THAT(Names(At("a/")), ElementsAre("a/x", "a/y/z"));
  EXPECT_THAT(Names(At("a/y")), ElementsAre("a/y/z"));
}

TEST_P(Conformance, AFoldersMarkerIsNotBelowIt) {
  if (kind() == StoreKind::kLocal) {
    EXPECT_EQ(CodeOf(Write(At("m/"), "").status()), ErrorCode::kInvalid);
    return;
  }
  MustWrite(At("m/"), "");
  MustWrite(At("m/x"), "1");
  EXPECT_THAT(Names(At("m")), ElementsAre("m/x"));
  EXPECT_THAT(Names(), ElementsAre("m/", "m/x"));
}

TEST_P(Conformance, AnEmptyFolderIsAnEmptyListing) {
  if (kind() == StoreKind::kLocal) {
    EXPECT_THAT(Names(), IsEmpty());
    EXPECT_EQ(CodeOf(store().List(At("none")).status()), ErrorCode::kNotFound);
  } else {
    EXPECT_THAT(Names(At("none")), IsEmpty());
  }
}

TEST_P(Conformance, WhatIsMissingIsNotFound) {
  // On S3 the first page tells.
  auto listing = store().List(missing());
  const Status listed = listing.ok() ? (*listing)->Next().status() : listing.status();
  EXPECT_EQ(CodeOf(listed), ErrorCode::kNotFound);
  EXPECT_EQ(FindError(missing().Child("x")), ErrorCode::kNotFound);
  EXPECT_EQ(ReadError({missing().Child("x"), "etag"}), ErrorCode::kNotFound);
  EXPECT_EQ(FindError(At("x")), ErrorCode::kNotFound);
  EXPECT_EQ(ReadError({At("x"), "etag"}), ErrorCode::kNotFound);
  if (kind() != StoreKind::kLocal) {  // there folders are made
    EXPECT_EQ(CodeOf(Write(missing().Child("x"), "1").status()), ErrorCode::kNotFound);
  }
}

TEST_P(Conformance, FindTakesExactlyTheName) {
  MustWrite(At("a/b"), "1");
  EXPECT_EQ(FindError(At("a")), ErrorCode::kNotFound);
  EXPECT_EQ(FindError(At("a/")), ErrorCode::kNotFound);
  EXPECT_EQ(FindError(At("a/bc")), ErrorCode::kNotFound);
  EXPECT_EQ(FindError(At("a/b/c")), ErrorCode::kNotFound);
  EXPECT_EQ(store().Find(At("a/b"))->uri, At("a/b"));
  EXPECT_EQ((*LookUp(store(), At("a/b")))->uri, At("a/b"));
  EXPECT_EQ(LookUp(store(), At("a/"))->has_value(), false);
}

TEST_P(Conformance, ListsManyPages) {
  constexpr int64_t kObjects = 2300;
  std::vector<std::string> names;
  for (int i = 0; i < kObjects; ++i) names.push_back(fmt::format("p={}/{:05}", i % 3, i));
  Executor executor(16);
  const Status written = executor.ForEach(kObjects, 16, [&](int64_t i) {
    const Uri uri = At(names[static_cast<size_t>(i)]);
    if (kind() != StoreKind::kLocal) return Write(uri, "1").status();
    // Not by the store: bringing each to disk would take seconds.
    std::filesystem::create_directories(std::filesystem::path(uri.key).parent_path());
    std::ofstream(uri.key) << "1";
    return Status::OK();
  });
  ASSERT_TRUE(written.ok()) << written;
  std::sort(names.begin(), names.end());
  auto listing = *store().List(folder());
  std::vector<std::string> listed;
  int pages = 0;
  for (auto page = *listing->Next(); !page.empty(); page = *listing->Next()) {
    ++pages;
    EXPECT_LE(page.size(), 1000);
    for (const auto& object : page) listed.push_back(object.uri.key.substr(folder().key.size()));
  }
  EXPECT_EQ(listed, names);
  EXPECT_EQ(pages, 3);
  EXPECT_THAT(*listing->Next(), IsEmpty());  // and stays at its end
}

TEST_P(Conformance, OddKeysAreKeptByteForByte) {
  for (const std::string name :
       {"dt=2026-01-01/h=03/part-0.parquet", "sp ace/x  y", "plus+plus/a+b", "pct/%41%2F%zz",
        "\xc3\xbc\xc3\xb1\xc3\xad/\xe6\x97\xa5\xe6\x9c\xac", "emoji/\xf0\x9f\x98\x80",
        "hid/.hidden", "_pqpack/run/x", "punct/!*'()&$@:;,~-_", "hard/?#[]{}|^`\"<>\\", "tab/a\tb",
        "amp/&amp;", "nfc/\xc3\xa9", "nfd/e\xcc\x81", "...", "a..b"}) {
    const ObjectInfo written = MustWrite(At(name), name);
    EXPECT_EQ(written.uri, At(name));
    EXPECT_EQ(ReadName(At(name)), name);
    EXPECT_THAT(Names(), ElementsAre(name));
    EXPECT_EQ(store().Delete(written.id()), Status::OK());
    EXPECT_EQ(FindError(At(name)), ErrorCode::kNotFound);
  }
}

TEST_P(Conformance, EmptyObject) {
  const ObjectInfo object = MustWrite(At("empty"), "");
  EXPECT_EQ(object.size, 0);
  EXPECT_EQ((*store().Read(object.id(), {0, 10}))->size(), 0);
  EXPECT_EQ((*store().Read(object.id(), {0, 0}))->size(), 0);
  auto nothing_sent = *store().Create(At("nothing"), {});
  EXPECT_EQ(nothing_sent->Finish()->size, 0);
  EXPECT_THAT(Names(), ElementsAre("empty", "nothing"));
}

TEST_P(Conformance, LargeObjectInManyPieces) {
  const std::string content = Content(kLarge);
  for (const int64_t expected : {int64_t{-1}, kLarge, int64_t{10}}) {
    WriteOptions options = Overwrite();
    options.expected_size = expected;
    auto writer = *store().Create(At("large"), options);
    for (size_t at = 0; at < content.size(); at += 1'000'003) {
      ASSERT_EQ(writer->Append(AsBytes(std::string_view(content).substr(at, 1'000'003))),
                Status::OK());
    }
    const ObjectInfo object = *writer->Finish();
    EXPECT_EQ(object.size, kLarge);
    EXPECT_EQ(store().Find(At("large"))->id(), object.id());
    EXPECT_TRUE(ReadAll(object) == content);
    EXPECT_EQ((*store().Read(object.id(), {8 * kMiB - 5, 10}))->ToString(),
              content.substr(8 * kMiB - 5, 10));
  }
}

TEST_P(Conformance, SaysWhatAWriterHolds) {
  const auto holds = [&](int64_t expected) { return store().WriterMemory(expected); };
  switch (kind()) {
    case StoreKind::kMemory:
      EXPECT_EQ(holds(-1), 0);
      EXPECT_EQ(holds(100 * kMiB), 100 * kMiB);
      break;
    case StoreKind::kLocal:
      EXPECT_EQ(holds(-1), 64 * kKiB);
      EXPECT_EQ(holds(100 * kMiB), 64 * kKiB);
      break;
    case StoreKind::kS3:
      EXPECT_EQ(holds(-1), 24 * kMiB);
      EXPECT_EQ(holds(100 * kMiB), 24 * kMiB);
      break;
  }
}

TEST_P(Conformance, Ranges) {
  const ObjectInfo object = MustWrite(At("r"), "0123456789");
  const auto read = [&](int64_t offset, int64_t length) {
    return (*store().Read(object.id(), {offset, length}))->ToString();
  };
  EXPECT_EQ(read(0, 10), "0123456789");
  EXPECT_EQ(read(3, 4), "3456");
  EXPECT_EQ(read(9, 1), "9");
  EXPECT_EQ(read(8, 100), "89");
  EXPECT_EQ(read(10, 1), "");
  EXPECT_EQ(read(1000, 10), "");
  EXPECT_EQ(read(3, 0), "");
  EXPECT_EQ(CodeOf(store().Read(object.id(), {-1, 5}).status()), ErrorCode::kInvalid);
  EXPECT_EQ(CodeOf(store().Read(object.id(), {0, -5}).status()), ErrorCode::kInvalid);
}

TEST_P(Conformance, ReadsArePinned) {
  const ObjectInfo old = MustWrite(At("x"), "old text");
  const ObjectInfo now = MustWrite(At("x"), "new");
  EXPECT_NE(old.etag, now.etag);
  EXPECT_EQ(ReadError(old.id()), ErrorCode::kSourceChanged);
  EXPECT_EQ(ReadAll(now), "new");
  ASSERT_EQ(store().Delete(now.id()), Status::OK());
  EXPECT_EQ(ReadError(now.id()), ErrorCode::kNotFound);
}

TEST_P(Conformance, CreatesOnlyIfAbsent) {
  MustWrite(At("x"), "first", {});
  EXPECT_EQ(CodeOf(Write(At("x"), "second").status()), ErrorCode::kAlreadyExists);
  EXPECT_EQ(ReadName(At("x")), "first");
  const std::string large = Content(kLarge);
  EXPECT_EQ(CodeOf(Write(At("x"), large).status()), ErrorCode::kAlreadyExists);
  EXPECT_EQ(ReadName(At("x")), "first");
  EXPECT_THAT(*store().Unfinished(folder()), IsEmpty());
}

TEST_P(Conformance, Overwrites) {
  MustWrite(At("x"), "first");
  const ObjectInfo second = MustWrite(At("x"), "second one");
  EXPECT_EQ(store().Find(At("x"))->id(), second.id());
  EXPECT_EQ(ReadAll(second), "second one");
}

TEST_P(Conformance, SwapsOnlyTheComparedVersion) {
  const ObjectInfo first = MustWrite(At("x"), "first");
  const ObjectInfo second = MustWrite(At("x"), "second one", IfMatch(first.etag));
  EXPECT_EQ(ReadAll(second), "second one");
  EXPECT_EQ(CodeOf(Write(At("x"), "third", IfMatch(first.etag)).status()),
            ErrorCode::kSourceChanged);
  EXPECT_EQ(ReadName(At("x")), "second one");
  EXPECT_EQ(CodeOf(Write(At("y"), "third", IfMatch(first.etag)).status()),
            ErrorCode::kSourceChanged);
  EXPECT_THAT(Names(), ElementsAre("x"));
}

TEST_P(Conformance, OneOfManyCreatorsWins) {
  for (int round = 0; round < 5; ++round) {
    const Uri uri = At(fmt::format("race{}", round));
    std::atomic<int> winners{0};
    std::atomic<int> others{0};
    std::string won;
    std::vector<std::thread> threads;
    for (int t = 0; t < 16; ++t) {
      threads.emplace_back([&, t] {
        const std::string content = Content(10'000 + t, static_cast<unsigned>(t));
        const auto info = Write(uri, content);
        if (info.ok()) {
          ++winners;
          won = content;
        } else if (CodeOf(info.status()) == ErrorCode::kAlreadyExists) {
          ++others;
        }
      });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(winners, 1);
    EXPECT_EQ(others, 15);
    EXPECT_TRUE(ReadName(uri) == won);
  }
}

TEST_P(Conformance, OneOfManySwapsWins) {
  const ObjectInfo first = MustWrite(At("x"), "first");
  std::atomic<int> winners{0};
  std::atomic<int> others{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t) {
    threads.emplace_back([&, t] {
      const auto info =
          Write(At("x"), std::string(10, static_cast<char>('a' + t)), IfMatch(first.etag));
      const ErrorCode code = CodeOf(info.status());
      if (info.ok()) {
        ++winners;
      } else if (code == ErrorCode::kSourceChanged || code == ErrorCode::kAlreadyExists) {
        ++others;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(winners, 1);
  EXPECT_EQ(others, 15);
}

TEST_P(Conformance, NothingIsVisibleBeforeFinish) {
  const ObjectInfo old = MustWrite(At("old"), "old text");
  auto created = *store().Create(At("new"), {});
  auto replaced = *store().Create(At("old"), Overwrite());
  const std::string content = Content(kLarge);
  ASSERT_EQ(created->Append(AsBytes(content)), Status::OK());
  ASSERT_EQ(replaced->Append(AsBytes(content)), Status::OK());
  EXPECT_THAT(Names(), ElementsAre("old"));
  EXPECT_EQ(FindError(At("new")), ErrorCode::kNotFound);
  EXPECT_EQ(ReadAll(old), "old text");
  ASSERT_TRUE(created->Finish().ok());
  ASSERT_TRUE(replaced->Finish().ok());
  EXPECT_THAT(Names(), ElementsAre("new", "old"));
  EXPECT_TRUE(ReadName(At("old")) == content);
}

TEST_P(Conformance, AnUnfinishedWriterDiscards) {
  const std::string content = Content(kLarge);
  for (const auto& text : {std::string_view(), std::string_view("x"), std::string_view(content)}) {
    auto writer = *store().Create(At("f/x"), {});
    ASSERT_EQ(writer->Append(AsBytes(text)), Status::OK());
    writer.reset();
    EXPECT_THAT(Names(), IsEmpty());
    EXPECT_THAT(*store().Unfinished(folder()), IsEmpty());
  }
  MustWrite(At("f/x"), "text", {});
  EXPECT_EQ(ReadName(At("f/x")), "text");
}

TEST_P(Conformance, FinishesOnce) {
  auto writer = *store().Create(At("x"), {});
  ASSERT_EQ(writer->Append(AsBytes("text")), Status::OK());
  ASSERT_TRUE(writer->Finish().ok());
  EXPECT_FALSE(writer->Append(AsBytes("more")).ok());
  EXPECT_FALSE(writer->Finish().ok());
  writer.reset();
  EXPECT_EQ(ReadName(At("x")), "text");
}

TEST_P(Conformance, AppendsFromOtherObjects) {
  const std::string small = Content(1000, 2);
  const std::string large = Content(kLarge, 3);
  const ObjectInfo a = MustWrite(At("a"), small);
  const ObjectInfo b = MustWrite(At("b"), large);
  auto writer = *store().Create(At("x"), {});
  ASSERT_EQ(writer->AppendFrom(a.id(), {10, 500}), Status::OK());
  ASSERT_EQ(writer->Append(AsBytes("between")), Status::OK());
  ASSERT_EQ(writer->AppendFrom(b.id(), {1, kLarge - 2}), Status::OK());
  ASSERT_EQ(writer->AppendFrom(b.id(), {kLarge, 0}), Status::OK());
  ASSERT_EQ(writer->AppendFrom(a.id(), {999, 1}), Status::OK());
  ASSERT_EQ(writer->AppendFrom(b.id(), {0, 6 * kMiB}), Status::OK());
  ASSERT_EQ(writer->Append(AsBytes("end")), Status::OK());
  const auto object = writer->Finish();
  ASSERT_TRUE(object.ok()) << object.status();
  EXPECT_TRUE(ReadAll(*object) == small.substr(10, 500) + "between" + large.substr(1, kLarge - 2) +
                                      small.substr(999) + large.substr(0, 6 * kMiB) + "end");
}

TEST_P(Conformance, CopiesWholeObjects) {
  for (const int64_t size : {int64_t{0}, int64_t{5}, 6 * kMiB, kLarge}) {
    const std::string content = Content(size);
    const ObjectInfo source = MustWrite(At("source"), content);
    const WriteOptions shared{.condition = {}, .may_share = true};
    for (const WriteOptions& how : {Overwrite(), shared}) {
      auto writer = *store().Create(At("copy"), how);
      ASSERT_EQ(writer->AppendFrom(source.id(), {0, size}), Status::OK());
      const auto copy = writer->Finish();
      ASSERT_TRUE(copy.ok()) << copy.status();
      EXPECT_TRUE(ReadAll(*copy) == content);
      ASSERT_EQ(store().Delete(copy->id()), Status::OK());
      EXPECT_TRUE(ReadAll(source) == content);
    }
  }
}

TEST_P(Conformance, AppendFromIsPinned) {
  const ObjectInfo old = MustWrite(At("a"), Content(6 * kMiB, 4));
  const ObjectInfo now = MustWrite(At("a"), Content(6 * kMiB + 1, 5));
  const auto try_append = [&](const ObjectId& source, ByteRange range) {
    auto writer = *store().Create(At("x"), {});
    EXPECT_EQ(writer->Append(AsBytes("text")), Status::OK());
    const Status error = writer->AppendFrom(source, range);
    EXPECT_FALSE(error.ok());
    // A writer with a hole is never published.
    EXPECT_FALSE(writer->Append(AsBytes("more")).ok());
    EXPECT_FALSE(writer->Finish().ok());
    EXPECT_EQ(FindError(At("x")), ErrorCode::kNotFound);
    return CodeOf(error);
  };
  EXPECT_EQ(try_append(old.id(), {0, 6 * kMiB}), ErrorCode::kSourceChanged);
  EXPECT_EQ(try_append(old.id(), {0, 10}), ErrorCode::kSourceChanged);
  EXPECT_EQ(try_append({At("none"), "etag"}, {0, 10}), ErrorCode::kNotFound);
  EXPECT_EQ(try_append(now.id(), {0, 6 * kMiB + 2}), ErrorCode::kInvalid);
  EXPECT_EQ(try_append(now.id(), {6 * kMiB + 2, 1}), ErrorCode::kInvalid);
  EXPECT_EQ(try_append(now.id(), {-1, 5}), ErrorCode::kInvalid);
  EXPECT_EQ(try_append(now.id(), {5, -1}), ErrorCode::kInvalid);
  EXPECT_EQ(try_append(now.id(), {5, std::numeric_limits<int64_t>::max()}), ErrorCode::kInvalid);
  EXPECT_THAT(Names(), ElementsAre("a"));
  EXPECT_THAT(*store().Unfinished(folder()), IsEmpty());
}

TEST_P(Conformance, DeletesOnlyTheComparedVersion) {
  const ObjectInfo old = MustWrite(At("x"), "old text");
  const ObjectInfo now = MustWrite(At("x"), "new");
  MustWrite(At("xy"), "other");
  EXPECT_EQ(CodeOf(store().Delete(old.id())), ErrorCode::kSourceChanged);
  EXPECT_EQ(ReadAll(now), "new");
  EXPECT_EQ(store().Delete(now.id()), Status::OK());
  EXPECT_EQ(store().Delete(now.id()), Status::OK());
  EXPECT_EQ(store().Delete({At("never/was"), "etag"}), Status::OK());
  EXPECT_THAT(Names(), ElementsAre("xy"));
}

TEST_P(Conformance, LeftoversAreFoundAndAbandoned) {
  const std::string content = Content(kLarge);
  for (const auto* name : {"l/x", "lx/y"}) {
    auto writer = *store().Create(At(name), {});
    ASSERT_EQ(writer->Append(AsBytes(content)), Status::OK());
    writer->LeaveBehind();
  }
  EXPECT_THAT(Names(), IsEmpty());
  const auto found = *store().Unfinished(At("l"));
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found[0].uri, At("l/x"));
  EXPECT_GT(found[0].started, std::chrono::sys_days(std::chrono::year(2020) / 1 / 1));
  EXPECT_EQ(store().Unfinished(folder())->size(), 2);
  const auto by_name = *store().Unfinished(At("l/x"));
  ASSERT_EQ(by_name.size(), 1);
  EXPECT_EQ(by_name[0].uri, At("l/x"));
  EXPECT_EQ(by_name[0].id, found[0].id);
  EXPECT_EQ(store().Abandon(found[0]), Status::OK());
  EXPECT_EQ(store().Abandon(found[0]), Status::OK());
  EXPECT_THAT(*store().Unfinished(At("l")), IsEmpty());
  EXPECT_THAT(*store().Unfinished(At("none")), IsEmpty());
  // A leftover does not keep the next run from the name, nor get into its object.
  EXPECT_EQ(ReadAll(MustWrite(At("lx/y"), "text", {})), "text");
}

TEST_P(Conformance, ManyThreads) {
  Executor executor(8);
  const Status status = executor.ForEach(64, 8, [&](int64_t i) -> Status {
    const std::string content = Content(1000 + i, static_cast<unsigned>(i));
    PQ_ASSIGN(const auto object, Write(At(fmt::format("f{}/x{}", i % 4, i)), content));
    PQ_ASSIGN(const auto bytes, store().Read(object.id(), {0, object.size}));
    if (bytes->ToString() != content) return Status::Invalid("other bytes");
    PQ_ASSIGN(const auto listing, store().List(At(fmt::format("f{}", i % 4))));
    PQ_RETURN_NOT_OK(listing->Next().status());
    return i % 2 == 0 ? store().Delete(object.id()) : Status::OK();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(Names().size(), 32);
}

INSTANTIATE_TEST_SUITE_P(
    Stores, Conformance,
    ::testing::Values(StoreCase{StoreKind::kMemory, false}, StoreCase{StoreKind::kMemory, true},
                      StoreCase{StoreKind::kLocal, false}, StoreCase{StoreKind::kLocal, true},
                      StoreCase{StoreKind::kS3, false}, StoreCase{StoreKind::kS3, true}),
    NameOfCase);

}  // namespace
}  // namespace pqpack
