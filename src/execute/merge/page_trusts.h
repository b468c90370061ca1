// SPDX-License-Identifier: Apache-2.0
//
// The PageTrust of each input of a set.  Few differ: those of one schema and writer share one.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "base/status.h"
#include "execute/merge/merge_setup.h"
#include "execute/merge/page_trust.h"

namespace pqpack {

// Borrows the setup.  Immutable once made.
class PageTrusts {
 public:
  static Result<PageTrusts> Make(const MergeSetup& setup);

  // By the input's place in the set.
  const PageTrust& Of(size_t place) const { return *of_[place]; }

 private:
  PageTrusts() = default;

  std::vector<std::unique_ptr<PageTrust>> distinct_;
  std::vector<const PageTrust*> of_;
};

}  // namespace pqpack
