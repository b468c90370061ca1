// SPDX-License-Identifier: Apache-2.0
//
// What tables and partitions keep among their parameters about their files, and what becomes of it
// when the same rows are in other files.  Pure.
//
//   set where it is there, and dropped where the files are not known:
//     numFiles, totalSize (Hive), objectCount, sizeKey (Glue's crawlers),
//     spark.sql.statistics.totalSize
//   dropped: rawDataSize, averageRecordSize, COLUMN_STATS_ACCURATE, which vouches for them
//   kept, since rows do not change: numRows, recordCount, Spark's numRows and column statistics
//
// Spark reads statistics that have no totalSize as an error (HiveExternalCatalog,
// statsFromProperties), so without one all of spark.sql.statistics.* go.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "catalog/glue/json_fields.h"

namespace pqpack {

// `parameters`: an object, or null.
GlueJson CorrectCounters(GlueJson parameters,
                         const std::optional<LocationChange::Contents>& contents);

// The names of those that CorrectCounters() may set or drop.
std::vector<std::string> CountersIn(const GlueJson& parameters);

}  // namespace pqpack
