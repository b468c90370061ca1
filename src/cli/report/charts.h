// SPDX-License-Identifier: Apache-2.0
//
// The charts of a report, as elements of its page.  Pure.
#pragma once

#include <string>

#include "cli/report/page.h"

namespace pqpack::cli {

// How many files there are of each size, before and after, one above the other on one axis; empty
// where there are none.
std::string SizeCharts(const ReportSizes& sizes);

// A bar of the parts, and what they are; empty where all are 0.
std::string ShareBar(const ReportShare& share);

}  // namespace pqpack::cli
