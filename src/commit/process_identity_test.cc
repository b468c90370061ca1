// SPDX-License-Identifier: Apache-2.0
#include "commit/process_identity.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pqpack {
namespace {

TEST(ProcessIdentity, OfThisProcessIsWhole) {
  const ProcessIdentity self = ThisProcess();
  EXPECT_EQ(self.pid, ::getpid());
  EXPECT_FALSE(self.host.empty());
  EXPECT_FALSE(self.boot.empty());
  EXPECT_FALSE(self.pid_space.empty());
  EXPECT_FALSE(self.started.empty());
  EXPECT_FALSE(IsGone(self));
}

TEST(ProcessIdentity, TheEndOfAProcessIsSeen) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  ASSERT_GT(child, 0);
  ProcessIdentity of_child = ThisProcess();
  of_child.pid = child;
  of_child.started.clear();  // not seen: it lives as long as its id does
  EXPECT_FALSE(IsGone(of_child));
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(IsGone(of_child));
}

TEST(ProcessIdentity, AnIdThatIsUsedAgainIsAnotherProcess) {
  ProcessIdentity earlier = ThisProcess();
  earlier.started = "1";
  EXPECT_TRUE(IsGone(earlier));
}

// From elsewhere it can't be seen: then only time tells.
TEST(ProcessIdentity, OfAnotherKernelOrContainerIsNotKnown) {
  ProcessIdentity other = ThisProcess();
  other.started = "1";
  other.boot = "another";
  EXPECT_FALSE(IsGone(other));
  other = ThisProcess();
  other.started = "1";
  other.pid_space = "pid:[1]";
  EXPECT_FALSE(IsGone(other));
  other = {};
  EXPECT_FALSE(IsGone(other));
}

}  // namespace
}  // namespace pqpack
