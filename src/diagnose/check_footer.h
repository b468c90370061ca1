// SPDX-License-Identifier: Apache-2.0
//
// What a footer tells about the file as a whole, whatever its columns: the root of
// the schema, empty row groups, and what a rewrite makes anew or leaves out
// (statistics, indexes, filters).  Evidence for each: docs/targets.md.
#pragma once

#include "diagnose/findings.h"
#include "format/footer.h"
#include "target/target.h"

namespace pqpack {

// `encoding` gets what holds only where values are encoded anew.
void CheckFooter(const FileMetaData& footer, const Target& target, Diagnosis* diagnosis,
                 Diagnosis* encoding);

}  // namespace pqpack
