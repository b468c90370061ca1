// SPDX-License-Identifier: Apache-2.0
#include "cli/memory_limit.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "base/temporary_folder_testing.h"

namespace pqpack::cli {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kMiB = int64_t{1} << 20;
constexpr int64_t kGiB = int64_t{1} << 30;

TEST(ParseSize, UnitsOf1000And1024) {
  for (const auto& [text, bytes] :
       std::vector<std::pair<const char*, int64_t>>{{"1073741824", kGiB},
                                                    {"1024B", 1024},
                                                    {"0", 0},
                                                    {"512MB", 512'000'000},
                                                    {"512MiB", 512 * kMiB},
                                                    {"512M", 512 * kMiB},
                                                    {"512m", 512 * kMiB},
                                                    {"1GiB", kGiB},
                                                    {"1gib", kGiB},
                                                    {"1.5 GiB", 3 * kGiB / 2},
                                                    {"2TB", 2'000'000'000'000},
                                                    {"64KB", 64'000},
                                                    {"64kib", 65'536}}) {
    auto size = ParseSize(text);
    ASSERT_TRUE(size.ok()) << text;
    EXPECT_EQ(*size, bytes) << text;
  }
}

TEST(ParseSize, RefusesTheRest) {
  for (const char* text : {"", "MB", "-1", "1XB", "1GiBs", "1 Gi", "1e9", "1,5GB", "nan", "inf",
                           "9999999999TiB", "0x10", "1G B"}) {
    const auto size = ParseSize(text);
    EXPECT_FALSE(size.ok()) << text << " gave " << size.ValueOr(0);
  }
  const auto status = ParseSize("lots").status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kInvalid);
  EXPECT_EQ(status.message(), "'lots' is not a size");
  EXPECT_EQ(ActionOf(status), "Give a size such as 512MB, 1GiB or 1073741824.");
}

class CgroupTest : public ::testing::Test {
 protected:
  void Write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text << "\n";
  }

  const TemporaryFolder folder_;
  const fs::path root_ = folder_.path();
};

TEST_F(CgroupTest, NoneAtAll) { EXPECT_EQ(CgroupMemoryLimit(root_), std::nullopt); }

TEST_F(CgroupTest, Version2TakesTheTightestAncestor) {
  Write("proc/self/cgroup", "0::/kubepods/pod1/box");
  Write("sys/fs/cgroup/kubepods/pod1/box/memory.max", "max");
  EXPECT_EQ(CgroupMemoryLimit(root_), std::nullopt);
  Write("sys/fs/cgroup/kubepods/memory.max", "2147483648");
  EXPECT_EQ(CgroupMemoryLimit(root_), 2 * kGiB);
  Write("sys/fs/cgroup/kubepods/pod1/memory.max", "1073741824");
  EXPECT_EQ(CgroupMemoryLimit(root_), kGiB);
}

TEST_F(CgroupTest, Version2InItsOwnNamespace) {
  Write("proc/self/cgroup", "0::/");
  Write("sys/fs/cgroup/memory.max", "268435456");
  EXPECT_EQ(CgroupMemoryLimit(root_), 256 * kMiB);
}

TEST_F(CgroupTest, Version1) {
  Write("proc/self/cgroup", "5:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n1:name=systemd:/x");
  Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");  // none
  Write("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "536870912");
  Write("sys/fs/cgroup/cpu,cpuacct/docker/abc/memory.limit_in_bytes", "1");
  EXPECT_EQ(CgroupMemoryLimit(root_), 512 * kMiB);
}

TEST_F(CgroupTest, Version1WhereOnlyTheContainersPartIsMounted) {
  Write("proc/self/cgroup", "4:memory:/docker/abc");
  Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "536870912");
  EXPECT_EQ(CgroupMemoryLimit(root_), 512 * kMiB);
}

TEST_F(CgroupTest, OddContentsAreNoLimit) {
  Write("proc/self/cgroup", "nonsense\n0::/a\n::\n");
  Write("sys/fs/cgroup/a/memory.max", "many");
  Write("sys/fs/cgroup/memory.max", "0");
  EXPECT_EQ(CgroupMemoryLimit(root_), std::nullopt);
}

TEST(ChooseMemoryLimit, AtMostHalfOfTheCgroups) {
  const auto choose = [](int64_t asked, std::optional<int64_t> cgroup) {
    const auto limit = ChooseMemoryLimit(asked, cgroup);
    return std::pair(limit.bytes, limit.reduced);
  };
  EXPECT_EQ(choose(0, std::nullopt), std::pair(kGiB, false));
  EXPECT_EQ(choose(8 * kGiB, std::nullopt), std::pair(8 * kGiB, false));
  EXPECT_EQ(choose(0, 8 * kGiB), std::pair(kGiB, false));
  EXPECT_EQ(choose(0, kGiB), std::pair(512 * kMiB, false));  // nobody asked for more
  EXPECT_EQ(choose(2 * kGiB, 2 * kGiB), std::pair(kGiB, true));
  EXPECT_EQ(choose(kGiB, 2 * kGiB), std::pair(kGiB, false));
  EXPECT_EQ(choose(0, 8 * kMiB), std::pair(kLowestMemoryLimit, false));
}

}  // namespace
}  // namespace pqpack::cli
