// SPDX-License-Identifier: Apache-2.0
#include "catalog/glue/pages.h"

#include <utility>

namespace pqpack {

Status ForEachPage(GlueClient& client, const Operation& operation, const std::string& subject,
                   GlueJson input, const char* member,
                   const std::function<Status(const GlueJson& element)>& visit) {
  const auto corrupt = [&](const char* what) {
    return Error(ErrorCode::kCorrupt,
                 subject + ": Glue's answers to " + operation.name + " " + what);
  };
  std::string token;
  while (true) {
    PQ_ASSIGN(const GlueJson page, client.Call(operation, subject, input));
    const GlueJson& elements = FieldOf(page, member);
    std::string next = TextOf(page, "NextToken");
    if (!elements.is_array() && !(elements.is_null() && !next.empty())) {
      return corrupt("have no list");
    }
    for (const GlueJson& element : elements) PQ_RETURN_NOT_OK(visit(element));
    if (next.empty()) return Status::OK();
    if (next == token) return corrupt("go round in circles");
    token = std::move(next);
    input["NextToken"] = token;
  }
}

}  // namespace pqpack
