// SPDX-License-Identifier: Apache-2.0
//
// Which tables of a catalog must not be compacted, by what the catalog says of them: those
// whose format keeps a record of its files, those whose layout means something (buckets), those
// that are no tables of their own, and all that are not Parquet.
#pragma once

#include <map>
#include <string>

#include "catalog/catalog.h"
#include "catalog/glue/json_fields.h"

namespace pqpack {

// `name` is what messages call it.  kConfig with the reason.
Status CheckGlueTable(const GlueJson& table, const std::string& name);

// The same of a partition's own storage descriptor.
Status CheckGluePartition(const GlueJson& partition, const std::string& name);

// Athena finds the partitions of such a table by their folders, and asks no catalog.
bool IsProjected(const std::map<std::string, std::string>& parameters);

// kConfig where projection looks for partitions elsewhere than in folders key=value.
Status CheckProjection(const CatalogTable& table);

// The texts among the parameters of a table or partition.
std::map<std::string, std::string> ParametersOf(const GlueJson& object);

// The Location of a storage descriptor as a folder; s3a:// and s3n:// name the same places.
// kConfig where it is none on S3.
Result<Uri> LocationOf(const GlueJson& descriptor, const std::string& name);

}  // namespace pqpack
