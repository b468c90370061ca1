// SPDX-License-Identifier: Apache-2.0
//
// The little XML that S3 speaks.  The bytes come from a server and are hostile:
// they were capped when received, pugixml neither expands entities nor fetches
// anything, and depth costs it no stack.
#pragma once

#include <cstdint>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "store/object_store.h"

namespace pqpack {

// False if `text` is not one well-formed document.
bool ParseXml(std::string_view text, pugi::xml_document* out);

// The text of the child element `name`; empty if there is none.
std::string ChildText(const pugi::xml_node& node, const char* name);

// A non-negative decimal number; absent if it is anything else.
std::optional<int64_t> ParseSize(std::string_view text);

// 2009-10-12T17:50:30.000Z, with or without the fraction; absent if it is anything else.
std::optional<TimePoint> ParseIsoTime(std::string_view text);

// An ETag as ObjectInfo has it: without quotes.
std::string BareEtag(std::string_view etag);

// `text` for the inside of an element.
std::string XmlEscape(std::string_view text);

}  // namespace pqpack
