// SPDX-License-Identifier: Apache-2.0
#include "format/union_view.h"

#include "format/struct_fields.h"

namespace pqpack {
namespace {

constexpr auto kUnnamedFields = StructFields<UnnamedFields>("empty structure");

}  // namespace

void ReadStruct(CompactReader& in, UnnamedFields* out) { kUnnamedFields.Read(in, out); }
void WriteStruct(CompactWriter& out, const UnnamedFields& value) {
  kUnnamedFields.Write(out, value);
}

}  // namespace pqpack
