// SPDX-License-Identifier: Apache-2.0
//
// A local store in a folder of its own, and what is on the disk there.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/temporary_folder_testing.h"
#include "store/local_store.h"

namespace pqpack {

class LocalStoreTest : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::permissions(root_, std::filesystem::perms::all); }

  Uri At(std::string_view name) const {
    return Uri{Scheme::kLocal, {}, root_.string()}.Child(name);
  }
  std::string Path(std::string_view name) const { return At(name).key; }

  void Put(std::string_view name, std::string_view text) const {
    std::filesystem::create_directories(std::filesystem::path(Path(name)).parent_path());
    std::ofstream(Path(name), std::ios::binary) << text;
  }
  std::string Get(std::string_view name) const {
    std::ifstream file(Path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  // Everything there is on disk, temporary names included.
  std::vector<std::string> OnDisk() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root_)) {
      names.push_back(entry.path().lexically_relative(root_).string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  std::vector<ObjectInfo> List(const Uri& folder) const {
    std::vector<ObjectInfo> all;
    auto listing = *store_->List(folder);
    for (auto page = *listing->Next(); !page.empty(); page = *listing->Next()) {
      all.insert(all.end(), page.begin(), page.end());
    }
    return all;
  }
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& object : List(At(""))) {
      names.push_back(object.uri.key.substr(Path("").size()));
    }
    return names;
  }

  Result<ObjectInfo> Write(std::string_view name, std::string_view text,
                           WriteCondition::Kind kind = WriteCondition::kIfAbsent) const {
    PQ_ASSIGN(auto writer, store_->Create(At(name), {{kind, {}}, -1}));
    PQ_RETURN_NOT_OK(writer->Append(AsBytes(text)));
    return writer->Finish();
  }

  // The error names the place and says what to do.
  void ExpectError(const Status& status, ErrorCode code, std::string_view action) const {
    EXPECT_EQ(CodeOf(status), code) << status;
    EXPECT_THAT(status.message(), ::testing::HasSubstr(root_.string()));
    EXPECT_THAT(ActionOf(status), ::testing::HasSubstr(std::string(action)));
  }

  const TemporaryFolder folder_;
  const std::filesystem::path root_ = folder_.path();
  std::unique_ptr<ObjectStore> store_ = MakeLocalStore();
};

}  // namespace pqpack
