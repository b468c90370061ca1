// SPDX-License-Identifier: Apache-2.0
//
// Which Bloom filters a copy carries over.  A filter speaks of the values of its chunk, so it
// holds where these stay, whatever becomes of their pages.  A filter that lies loses rows: of
// writers that are not trusted only what was held against every value is kept.
//
// They go to targets that want page indexes, whose readers skip row groups by such hints: DuckDB,
// Trino, Spark and others of parquet-java.  Snowflake and Redshift are not known to use them,
// and what a loader does not need is left out of its files.
//
// Pure.
#pragma once

#include "diagnose/findings.h"
#include "diagnose/writers.h"
#include "execute/copy/copy_file.h"
#include "execute/rewrite.h"
#include "format/footer.h"

namespace pqpack {

// What all filters of a file may take: they pass through memory when the output is checked.
constexpr int64_t kMaxFilters = 64 * kMiB;

// Fills what `copy` says of filters.  Its columns are planned.
void PlanFilters(const FileMetaData& footer, const RewritePlan& plan, const Writer& writer,
                 const Target& target, CopyPlan* copy, Findings* warnings);

}  // namespace pqpack
