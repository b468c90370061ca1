// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/file_sizes.h"

#include <algorithm>
#include <cmath>

namespace pqpack {
namespace {

// Of a target: files are planned to be no larger, so that what is judged wrongly still stays
// below kMost.
constexpr double kPlanned = 1.05;
// Of what a file should have: less is not worth a row group.
constexpr double kWorthwhile = 0.25;

}  // namespace

double FileSizes::Files(double bytes) const {
  return std::max(1.0, std::ceil(bytes / (kPlanned * target())));
}

double FileSizes::Ratio() const { return in_ > 0 ? std::max(out_, 1.0) / in_ : 1.0; }

double FileSizes::Expected(Left left) const {
  return static_cast<double>(left.encoded) * Ratio() + static_cast<double>(left.copied);
}

double FileSizes::RowGroup() const {
  return std::min(static_cast<double>(row_group_), static_cast<double>(most_inputs_) * Ratio());
}

FileSizes::Step FileSizes::Encode(Left left, int64_t next) const {
  const double expected = Expected(left), first = static_cast<double>(next) * Ratio();
  const double files = Files(file_ + expected);
  Step step;
  double want = (file_ + expected) / files - file_;
  if (file_ > 0) {
    const bool fits = file_ + first <= kPlanned * target();
    const bool saves_a_file = Files(expected) + 1 > files;
    const bool worthwhile = want >= std::max(kWorthwhile * (want + file_), first / 2);
    step.new_file = !fits || (!worthwhile && !saves_a_file);
  }
  if (step.new_file) want = expected / Files(expected);
  const double groups = std::max(1.0, std::ceil(want / (kPlanned * RowGroup())));
  constexpr double kEnough = 1e18;  // of any inputs
  step.input_bytes =
      static_cast<int64_t>(std::min(std::max(want / groups, first) / Ratio(), kEnough));
  return step;
}

bool FileSizes::NewFileFor(int64_t bytes, Left left) const {
  if (file_ == 0) return false;
  const auto size = static_cast<double>(bytes);
  if (file_ + size > kMost * target()) return true;
  const double expected = Expected(left);  // with these bytes
  const double files = Files(file_ + expected);
  const double even = (file_ + expected) / files;
  const bool saves_a_file = Files(expected) + 1 > files;
  return !saves_a_file && file_ + size / 2 > even;
}

void FileSizes::Encoded(int64_t input_bytes, int64_t output_bytes) {
  in_ += static_cast<double>(input_bytes);
  out_ += static_cast<double>(output_bytes);
  file_ += static_cast<double>(output_bytes);
}

}  // namespace pqpack
