// SPDX-License-Identifier: Apache-2.0
//
// What a footer tells about the file as a whole, whatever its columns: the root of
// the schema, empty row groups, what a rewrite makes anew or leaves out (statistics, indexes,
// filters), and what any new footer has right (offsets, sizes, counts).  Evidence for each:
// docs/targets.md and docs/checks.md.
#pragma once

#include <string>
#include <string_view>

#include "diagnose/findings.h"
#include "format/footer.h"
#include "format/schema_tree.h"
#include "target/target.h"

namespace pqpack {

// `tree` is of footer.schema; `encoding` gets what holds only where values are encoded anew.
void CheckFooter(const FileMetaData& footer, const SchemaTree& tree, const Target& target,
                 Diagnosis* diagnosis, Diagnosis* encoding);

// How a repair is called that takes away what a check finds: "id: what it does".
std::string RepairText(std::string_view check);

}  // namespace pqpack
