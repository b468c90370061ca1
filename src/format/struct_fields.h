// SPDX-License-Identifier: Apache-2.0
//
// The fields of a structure, written down once for its reader and its writer:
//
//   constexpr auto kKeyValue = StructFields<KeyValue>(
//       "KeyValue", Field(1, &KeyValue::key), Field(2, &KeyValue::value));
//
//   void ReadStruct(CompactReader& in, KeyValue* out) { kKeyValue.Read(in, out); }
//   void WriteStruct(CompactWriter& out, const KeyValue& value) { kKeyValue.Write(out, value); }
//
// Ids ascend.  A member that is no std::optional is required.  Fields that are not
// named go to and come from the member `unknown`.
#pragma once

#include <cstdint>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "format/compact_reader.h"
#include "format/compact_types.h"
#include "format/compact_writer.h"

namespace pqpack {

// `member` points to a member, or is a function that gives a view (UnionView) of some.
template <typename Member>
struct Field {
  constexpr Field(int16_t field_id, Member field_member) : id(field_id), member(field_member) {}
  int16_t id;
  Member member;
};

template <typename T, typename... Members>
class FieldTable {
 public:
  explicit constexpr FieldTable(const char* name, Field<Members>... fields)
      : name_(name), fields_(fields...) {}

  void Read(CompactReader& in, T* out) const {
    StructReader field(in, name_, &out->unknown);
    while (field.Next()) {
      const bool named = std::apply(
          [&](const auto&... each) { return (ReadIf(each, field, out) || ...); }, fields_);
      if (!named) field.Keep();
    }
    std::apply([&](const auto&... each) { (Require(each, field, *out), ...); }, fields_);
  }

  void Write(CompactWriter& out, const T& value) const {
    StructWriter field(out, value.unknown);
    std::apply(
        [&](const auto&... each) { (field.Write(each.id, std::invoke(each.member, value)), ...); },
        fields_);
    field.End();
  }

 private:
  template <typename Member>
  static bool ReadIf(const Field<Member>& each, StructReader& field, T* out) {
    if (field.id() != each.id) return false;
    auto&& member = std::invoke(each.member, *out);
    field.Read(&member);
    return true;
  }

  template <typename Member>
  static void Require(const Field<Member>& each, StructReader& field, const T& value) {
    using Value = std::remove_cvref_t<decltype(std::invoke(each.member, value))>;
    if constexpr (!kIsOptional<Value>) field.Require(each.id);
  }

  const char* name_;
  std::tuple<Field<Members>...> fields_;
};

template <typename T, typename... Members>
constexpr FieldTable<T, Members...> StructFields(const char* name, Field<Members>... fields) {
  return FieldTable<T, Members...>(name, fields...);
}

}  // namespace pqpack
