// SPDX-License-Identifier: Apache-2.0
//
// The process's two output streams.  Results go to stdout, all else to stderr.
// A status line at the bottom of a terminal (the progress bar) is overprinted in
// place and gets out of the way of every other line.  Thread-safe.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

namespace pqpack::cli {

class Console {
 public:
  // `out` and `err` are borrowed file descriptors.
  Console(int out, int err) : out_(out), err_(err) {}

  // Whole lines; the line break is added.  A reader of stdout that goes away
  // (EPIPE) does not stop the work: what follows is dropped.
  void Out(std::string_view lines);
  void Err(std::string_view lines);

  // Replaces the status line; empty removes it.  Only for a smart terminal.
  void Overprint(std::string_view line);

  // Whether lines of stderr can be overprinted: a terminal that is not dumb.
  // `term` is the variable TERM.
  bool IsSmart(std::string_view term) const;

  // Columns of stderr's terminal, 80 where it does not say.
  int Width() const;

  // errno of the first failed write to stdout other than EPIPE, or 0.
  int out_error() const;

 private:
  void Erase();

  mutable std::mutex mutex_;
  const int out_;
  const int err_;
  bool out_gone_ = false;
  int out_error_ = 0;
  std::string status_;
};

// Opens /dev/null in place of standard descriptors that the caller closed, so
// that no data file gets their number and our lines.  First thing in main().
void OpenStandardDescriptors();

}  // namespace pqpack::cli
