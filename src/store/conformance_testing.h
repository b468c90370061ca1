// SPDX-License-Identifier: Apache-2.0
//
// Places for the conformance suite: every store, each alone and with the fault
// store around it, and in each a folder that is the running test's own.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "base/temporary_folder_testing.h"
#include "store/fault_store.h"
#include "store/local_store.h"
#include "store/memory_store.h"
#include "store/s3/s3_store.h"
#include "store/s3/test_server_testing.h"

namespace pqpack {

enum class StoreKind { kMemory, kLocal, kS3 };

struct StoreCase {
  StoreKind kind;
  bool with_faults;
};

inline std::string ToString(const StoreCase& param) {
  const char* const names[] = {"memory", "local", "s3"};
  return std::string(param.with_faults ? "fault_" : "") + names[static_cast<int>(param.kind)];
}
inline std::ostream& operator<<(std::ostream& out, const StoreCase& param) {
  return out << ToString(param);
}
inline std::string NameOfCase(const ::testing::TestParamInfo<StoreCase>& info) {
  return ToString(info.param);
}

class StoreTest : public ::testing::TestWithParam<StoreCase> {
 protected:
  void SetUp() override {
    switch (kind()) {
      case StoreKind::kMemory:
        bare_ = std::make_unique<MemoryStore>(std::set<std::string>{"b"});
        folder_ = {Scheme::kMemory, "b", "test/"};
        missing_ = {Scheme::kMemory, "missing", "test/"};
        break;
      case StoreKind::kLocal:
        SetUpLocal();
        break;
      case StoreKind::kS3:
        SetUpS3();
        break;
    }
    if (bare_ == nullptr) return;
    if (GetParam().with_faults) faults_ = std::make_unique<FaultStore>(bare_.get(), FaultPlan{});
    store_ = faults_ ? static_cast<ObjectStore*>(faults_.get()) : bare_.get();
  }

  void TearDown() override {
    if (kind() == StoreKind::kS3 && bare_) ClearS3();
  }

  StoreKind kind() const { return GetParam().kind; }
  ObjectStore& store() { return *store_; }
  const Uri& folder() const { return folder_; }    // ends in '/'
  const Uri& missing() const { return missing_; }  // no such bucket or path
  Uri At(std::string_view name) const { return folder_.Child(name); }

 private:
  void SetUpLocal() {
    local_.emplace();
    folder_ = {Scheme::kLocal, {}, local_->path().string() + "/"};
    missing_ = folder_.Child("missing/");
    bare_ = MakeLocalStore();
  }

  void SetUpS3() {
    const auto server = FindS3TestServer();
    if (!server) GTEST_SKIP() << "PQPACK_TEST_S3 names no server (tools/test starts one)";
    auto config = server->Config();
    config.io = &io_;
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = server->Folder(std::string("conformance/") + test->name());
    missing_ = {Scheme::kS3, "pqpack-no-such-bucket", "test/"};
    bare_ = MakeS3Store(config).ValueOrDie();
    ClearS3();
  }

  void ClearS3() {
    const auto listing = bare_->List(folder_).ValueOrDie();
    while (true) {
      const auto page = listing->Next().ValueOrDie();
      if (page.empty()) break;
      for (const auto& object : page) ASSERT_EQ(bare_->Delete(object.id()), Status::OK());
    }
    for (const auto& write : bare_->Unfinished(folder_).ValueOrDie()) {
      ASSERT_EQ(bare_->Abandon(write), Status::OK());
    }
  }

  std::optional<TemporaryFolder> local_;
  Executor io_{4};
  std::unique_ptr<ObjectStore> bare_;
  std::unique_ptr<FaultStore> faults_;
  ObjectStore* store_ = nullptr;
  Uri folder_;
  Uri missing_;
};

}  // namespace pqpack
