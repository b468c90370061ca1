// SPDX-License-Identifier: Apache-2.0
//
// A union whose members are structures without fields, of which Parquet has many:
// which member it is, and what that has nevertheless.  A view of two variables; as
// a temporary it can be read into and written from.
//
//   kind none, nothing unknown   an empty union
//   kind none, one field         a member that is no structure, or has id 0, which stands
//                                for none here: as good as none
//   a kind                       that member; `unknown` are the fields inside of it
#pragma once

#include <cstdint>

#include "format/compact_reader.h"
#include "format/compact_types.h"
#include "format/compact_writer.h"

namespace pqpack {

// `Kind` is an enumeration of field ids whose 0 means none; both may be const.
template <typename Kind, typename Unknown>
struct UnionView {
  Kind& kind;
  Unknown& unknown;
};
template <typename Kind, typename Unknown>
UnionView(Kind&, Unknown&) -> UnionView<Kind, Unknown>;

// The member of a union: a structure of fields without names.
struct UnnamedFields {
  UnknownFields unknown;
};
void ReadStruct(CompactReader& in, UnnamedFields* out);
void WriteStruct(CompactWriter& out, const UnnamedFields& value);

// The one member of a union, or kNone; `read` reads it when it is there.
template <typename Kind, typename Unknown>
void ReadStruct(CompactReader& in, UnionView<Kind, Unknown>* out) {
  UnnamedFields fields;
  StructReader member(in, "union", &out->unknown);
  for (bool first = true; member.Next(); first = false) {
    if (!first) in.Fail(ErrorCode::kCorrupt, "a union with two members");
    if (member.id() == 0 || !member.Is<UnnamedFields>()) {
      member.Keep();
      continue;
    }
    out->kind = static_cast<Kind>(member.id());
    member.Read(&fields);
  }
  if (out->kind != Kind{}) out->unknown = std::move(fields.unknown);
}

template <typename Kind, typename Unknown>
void WriteStruct(CompactWriter& out, const UnionView<Kind, Unknown>& value) {
  const bool has_member = value.kind != Kind{};
  const UnknownFields none;
  StructWriter member(out, has_member ? none : value.unknown);
  if (has_member) member.Write(static_cast<int16_t>(value.kind), UnnamedFields{value.unknown});
  member.End();
}

}  // namespace pqpack
