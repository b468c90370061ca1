// SPDX-License-Identifier: Apache-2.0
//
// The part of a predicate that Glue can be asked to apply, so that fewer partitions travel.
// What it selects holds everything that the predicate selects, and may hold more.
#pragma once

#include <string>

#include "catalog/predicate.h"

namespace pqpack {

// For GetPartitions' Expression; empty where nothing can be asked.
std::string GlueExpression(const Predicate& predicate);

}  // namespace pqpack
