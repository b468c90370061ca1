// SPDX-License-Identifier: Apache-2.0
//
// Where Glue has a table's partitions, and changing that: see Catalog::ChangeLocations().
#pragma once

#include <span>
#include <vector>

#include "base/executor.h"
#include "catalog/catalog.h"
#include "catalog/glue/glue_tables.h"

namespace pqpack {

Result<Uri> FindGlueLocation(GlueClient& client, const GlueTableName& name,
                             const PartitionValues& values);

// Partitions are read by threads of `io`, and written a hundred at a time.
Result<std::vector<Status>> ChangeGlueLocations(GlueClient& client, const GlueTableName& name,
                                                std::span<const LocationChange> changes,
                                                Executor& io);

// `json`, a table or a partition, as it is to be: every member is kept but the location, in the
// spelling that it has there, Spark's copy of it (`path` of the SerDe), and counters.
GlueJson ChangedLocation(GlueJson json, const LocationChange& change);

}  // namespace pqpack
