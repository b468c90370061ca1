// SPDX-License-Identifier: Apache-2.0
//
// Partitions in the Glue Data Catalog: all that an expression may select, one, changing some.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/executor.h"
#include "catalog/glue/glue_tables.h"

namespace pqpack {

// Each partition once, in no order, without the schemas of its columns.  `expression` is Glue's
// (glue_expression.h), empty for all; where Glue does not take it, all are given.  More than
// a page is asked for in segments, on threads of `io`; `visit` is called by one thread at a time.
Status ForEachGluePartition(GlueClient& client, const GlueTableName& name,
                            const std::string& expression, Executor& io,
                            const std::function<Status(const GlueJson& partition)>& visit);

// One, whole.  kNotFound.
Result<GlueJson> GetGluePartition(GlueClient& client, const GlueTableName& name,
                                  const std::vector<std::string>& values);

// What updates take of what GetPartition gave.
GlueJson PartitionInputOf(const GlueJson& partition);

struct GluePartitionUpdate {
  std::vector<std::string> values;  // as the catalog has them now
  GlueJson input;
};

struct GluePartitionFailure {
  std::vector<std::string> values;
  std::string code;
  std::string message;
};

// Replaces partitions, whatever they are by then: Glue has no versions of them.  The ones that were
// not replaced; the others were.  An error leaves open which were.
Result<std::vector<GluePartitionFailure>> UpdateGluePartitions(
    GlueClient& client, const GlueTableName& name, const std::vector<GluePartitionUpdate>& updates);

}  // namespace pqpack
