// SPDX-License-Identifier: Apache-2.0
//
// What Glue answers when something is wrong, and what that means: one row of one table for
// every code that matters (glue_errors.cc); the rest means what it means for S3.
#pragma once

#include "store/s3/errors.h"

namespace pqpack {

// From the JSON of an answer or, if it has none, from an XML one or the status alone.
S3Error ParseGlueError(const HttpResponse& response);

const ErrorRule& GlueRuleOf(const S3Error& error);

}  // namespace pqpack
