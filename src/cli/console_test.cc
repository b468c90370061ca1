// SPDX-License-Identifier: Apache-2.0
#include "cli/console.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace pqpack::cli {
namespace {

class Pipe {
 public:
  Pipe() {
    EXPECT_EQ(::pipe(ends_.data()), 0);
    ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
  }
  ~Pipe() {
    CloseReader();
    ::close(ends_[1]);
  }
  int in() const { return ends_[1]; }
  void CloseReader() {
    if (ends_[0] >= 0) ::close(ends_[0]);
    ends_[0] = -1;
  }
  // What was written since the last call.
  std::string Take() {
    std::array<char, 4096> bytes{};
    const ssize_t size = ::read(ends_[0], bytes.data(), bytes.size());
    return size > 0 ? std::string(bytes.data(), static_cast<size_t>(size)) : "";
  }

 private:
  std::array<int, 2> ends_ = {-1, -1};
};

TEST(Console, WholeLines) {
  Pipe out;
  Pipe err;
  Console console(out.in(), err.in());
  console.Out("result");
  console.Out("two\nlines\n");
  console.Err("note");
  EXPECT_EQ(out.Take(), "result\ntwo\nlines\n");
  EXPECT_EQ(err.Take(), "note\n");
}

TEST(Console, LinesGoAboveTheStatusLine) {
  Pipe out;
  Pipe err;
  Console console(out.in(), err.in());
  console.Overprint("50%");
  EXPECT_EQ(err.Take(), "\r50%\x1b[K");
  console.Overprint("60%");
  EXPECT_EQ(err.Take(), "\r60%\x1b[K");
  console.Err("note");
  EXPECT_EQ(err.Take(), "\r\x1b[Knote\n60%");
  console.Out("result");
  EXPECT_EQ(out.Take(), "result\n");
  EXPECT_EQ(err.Take(), "\r\x1b[K60%");
  console.Overprint("");
  EXPECT_EQ(err.Take(), "\r\x1b[K");
  console.Err("note");
  EXPECT_EQ(err.Take(), "note\n");
}

TEST(Console, AReaderThatGoesAwayIsNoError) {
  ::signal(SIGPIPE, SIG_IGN);
  Pipe out;
  Pipe err;
  out.CloseReader();
  Console console(out.in(), err.in());
  console.Out("lost");
  console.Out("lost too");
  EXPECT_EQ(console.out_error(), 0);
}

TEST(Console, AFullDiskIs) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  Pipe err;
  Console console(full, err.in());
  console.Out("lost");
  EXPECT_EQ(console.out_error(), ENOSPC);
  ::close(full);
}

TEST(Console, APipeIsNoTerminal) {
  Pipe err;
  const Console console(err.in(), err.in());
  EXPECT_FALSE(console.IsSmart("xterm"));
  EXPECT_EQ(console.Width(), 80);
}

}  // namespace
}  // namespace pqpack::cli
