// SPDX-License-Identifier: Apache-2.0
//
// Reading JSON that may be anything: what is missing or of another type is empty.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pqpack {

using GlueJson = nlohmann::json;

// null where the text is no JSON.
GlueJson ParseJson(std::string_view text);

// A member of an object; null where there is none.
const GlueJson& FieldOf(const GlueJson& object, const char* name);

// A text; empty where there is none.
std::string TextOf(const GlueJson& object, const char* name);

// A list; an empty one where there is none.
const GlueJson& ListOf(const GlueJson& object, const char* name);

// The elements of a list of texts; empty texts where they are none.
std::vector<std::string> TextsOf(const GlueJson& object, const char* name);

// The members of these names that the object has.
GlueJson MembersOf(const GlueJson& object, std::span<const char* const> names);

// A true boolean.
bool IsTrue(const GlueJson& object, const char* name);

}  // namespace pqpack
