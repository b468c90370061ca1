// SPDX-License-Identifier: Apache-2.0
//
// Answers of Glue that come in pages.
#pragma once

#include <functional>
#include <string>

#include "catalog/glue/glue_client.h"

namespace pqpack {

// Asks until no NextToken is left; an empty page does not end it.  `visit` gets each element
// of the answers' array `member`.  kCorrupt where that is missing or the server turns in circles.
Status ForEachPage(GlueClient& client, const Operation& operation, const std::string& subject,
                   GlueJson input, const char* member,
                   const std::function<Status(const GlueJson& element)>& visit);

}  // namespace pqpack
