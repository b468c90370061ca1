// SPDX-License-Identifier: Apache-2.0
#include "catalog/glue/json_fields.h"

namespace pqpack {

GlueJson ParseJson(std::string_view text) {
  GlueJson json = GlueJson::parse(text, nullptr, /*allow_exceptions=*/false);
  return json.is_discarded() ? GlueJson() : json;
}

const GlueJson& FieldOf(const GlueJson& object, const char* name) {
  static const GlueJson null;
  if (!object.is_object()) return null;
  const auto found = object.find(name);
  return found == object.end() ? null : *found;
}

std::string TextOf(const GlueJson& object, const char* name) {
  const GlueJson& field = FieldOf(object, name);
  return field.is_string() ? field.get<std::string>() : std::string();
}

const GlueJson& ListOf(const GlueJson& object, const char* name) {
  static const GlueJson empty = GlueJson::array();
  const GlueJson& field = FieldOf(object, name);
  return field.is_array() ? field : empty;
}

std::vector<std::string> TextsOf(const GlueJson& object, const char* name) {
  std::vector<std::string> texts;
  for (const GlueJson& text : ListOf(object, name)) {
    texts.push_back(text.is_string() ? text.get<std::string>() : std::string());
  }
  return texts;
}

GlueJson MembersOf(const GlueJson& object, std::span<const char* const> names) {
  GlueJson members = GlueJson::object();
  for (const char* name : names) {
    const GlueJson& member = FieldOf(object, name);
    if (!member.is_null()) members[name] = member;
  }
  return members;
}

bool IsTrue(const GlueJson& object, const char* name) {
  const GlueJson& field = FieldOf(object, name);
  return field.is_boolean() && field.get<bool>();
}

}  // namespace pqpack
