// SPDX-License-Identifier: Apache-2.0
//
// How many bytes of the inputs the next row group takes, and in which file it goes, so that
// files are as few as their target allows, and evenly filled.
//
// How large the rows of an input are when they are encoded together with those of others
// shows only when they are: so it is judged by what was written so far, and by the inputs'
// size at first.  A file whose first row group came out too small gets another one.
//
// Pure; one thread.
#pragma once

#include <cstdint>

namespace pqpack {

class FileSizes {
 public:
  // A file is never larger than this part of its target, where that can be helped.
  static constexpr double kMost = 1.1;

  // A row group gets about `row_group` bytes at the most, of at most `most_inputs` of the inputs'.
  FileSizes(int64_t target, int64_t row_group, int64_t most_inputs)
      : target_(target), row_group_(row_group), most_inputs_(most_inputs) {}

  // What is still to be written: bytes of inputs that are encoded anew, and of those that are
  // copied.
  struct Left {
    int64_t encoded = 0;
    int64_t copied = 0;
  };

  struct Step {
    bool new_file = false;
    int64_t input_bytes = 0;  // to take: as near to it as whole inputs come
  };
  // For a row group that is encoded, the first input of which has `next` bytes.
  Step Encode(Left left, int64_t next) const;
  // Whether a row group of `bytes` goes in a file of its own, or begins one.
  bool NewFileFor(int64_t bytes, Left left) const;
  // Whether `bytes` are too many for one file.
  bool TooLarge(int64_t bytes) const { return static_cast<double>(bytes) > kMost * target(); }

  void Encoded(int64_t input_bytes, int64_t output_bytes);
  void Copied(int64_t bytes) { file_ += static_cast<double>(bytes); }
  void FileBegan() { file_ = 0; }

 private:
  double target() const { return static_cast<double>(target_); }
  double Files(double bytes) const;
  double Ratio() const;
  double Expected(Left left) const;
  double RowGroup() const;

  const int64_t target_, row_group_, most_inputs_;
  double file_ = 0;  // bytes in the file that is being written
  double in_ = 0, out_ = 0;
};

}  // namespace pqpack
