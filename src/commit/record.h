// SPDX-License-Identifier: Apache-2.0
//
// Small JSON objects that a store keeps for us: lock and journal.  Whoever may write to the
// place may have written anything: sizes are capped and nothing is taken for granted.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "store/object_store.h"

namespace pqpack {

using Record = nlohmann::ordered_json;

// {"kind": `kind`, "v": 1}
Record NewRecord(std::string_view kind);

// On one line.  Bytes that are no UTF-8 come out as U+FFFD.
std::string ToLine(const Record& record);

// An object of this kind.  kCorrupt; kUnsupported: of a newer version.  `where` is for messages.
Result<Record> ParseRecord(std::string_view json, std::string_view kind, const std::string& where);

// A member; kCorrupt where it is absent or of another type.  Numbers are not negative.
Result<std::string> TextOf(const Record& record, const char* name, const std::string& where);
// Empty where it is absent.
Result<std::string> TextOrNone(const Record& record, const char* name, const std::string& where);
Result<int64_t> NumberOf(const Record& record, const char* name, const std::string& where);

// A location as ASCII: a record holds UTF-8 only, a key has any bytes.
std::string ToAscii(const Uri& uri);
Result<Uri> UriOf(const Record& record, const char* name, const std::string& where);

// A member that is an array of locations; none where it is absent.
Result<std::vector<Uri>> UrisOf(const Record& record, const char* name, const std::string& where);

// Which partition's location is changed, from where to where; without the contents.
Record ToRecord(const LocationChange& change);
Result<LocationChange> LocationChangeOf(const Record& record, const std::string& where);

Status Damaged(const std::string& where, std::string_view what);

struct StoredText {
  ObjectInfo info;
  std::string text;
};

// The object as it is now, of `max_size` bytes at the most (kTooLarge); nullopt: there is none.
Result<std::optional<StoredText>> ReadText(ObjectStore& store, const Uri& uri, int64_t max_size);

Result<ObjectInfo> WriteText(ObjectStore& store, const Uri& uri, std::string_view text,
                             const WriteCondition& condition);

constexpr int64_t kMostRecordBytes = 64 * kKiB;

}  // namespace pqpack
