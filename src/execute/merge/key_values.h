// SPDX-License-Identifier: Apache-2.0
//
// Key-value metadata of files that become one.  Pure.
//
// Source: Apache Spark, DataSourceUtils.scala (datetimeRebaseSpec, int96RebaseSpec); Apache
// Hive, DataWritableWriteSupport.java.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "diagnose/findings.h"
#include "execute/output_layout.h"
#include "format/footer.h"

namespace pqpack {

// How readers take dates and times of the file for what they mean, as far as keys tell: the
// calendar and time zone of Spark's and Hive's writers.  Files may share an output only if
// this text is the same.
std::string InterpretationOf(const FileMetaData& footer);

// In the order of first appearance:
//   - keys that describe the schema (Arrow's, pandas', Spark's, Avro's) only if all files have the
//     same value: for other columns they would be untrue;
//   - others with the value that all files give that have one; where values differ, none, but
//     for those behind InterpretationOf(), whose first value stands for all.
// Absent if no file has any.  Dropped ones are told.
std::optional<KeyValuePairs> MergeKeyValues(std::span<const FileMetaData* const> footers,
                                            Findings* warnings);

}  // namespace pqpack
