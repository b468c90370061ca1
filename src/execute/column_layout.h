// SPDX-License-Identifier: Apache-2.0
//
// How each column is encoded: as in the source where the target reads that.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "diagnose/findings.h"
#include "execute/schema_node.h"
#include "format/footer.h"
#include "format/types.h"
#include "target/target.h"

namespace pqpack {

// The same in every row group.  Where those of the source differ, the codec of
// most bytes counts, and a dictionary or encoding that one of them has.
struct ColumnLayout {
  Codec codec = Codec::kUncompressed;
  bool dictionary = false;
  Encoding encoding = Encoding::kPlain;  // of values outside of a dictionary
};

// The codec of pages that are in `source`, by the target and what was asked for.
Codec OutputCodec(Codec source, const Target& target, std::optional<Codec> compression);

// What is said of pages that get another frame or codec.
inline constexpr const char* kV2Repair = "data page V2 -> V1";
std::string CodecRepair(Codec from, Codec to);

// One per leaf.  kUnsupported: a codec or encoding that can't be read.
Result<std::vector<ColumnLayout>> LayOutColumns(const FileMetaData& footer,
                                                const std::vector<SchemaNode*>& leaves,
                                                const Target& target,
                                                std::optional<Codec> compression,
                                                Diagnosis* diagnosis);

// That of leaf `i` alone.
Result<ColumnLayout> LayOutColumn(const FileMetaData& footer, size_t i, const SchemaNode& leaf,
                                  const Target& target, std::optional<Codec> compression,
                                  Diagnosis* diagnosis);

}  // namespace pqpack
