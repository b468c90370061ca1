// SPDX-License-Identifier: Apache-2.0
#include "commit/record.h"

#include <fmt/format.h>

#include <utility>

#include "store/s3/uri_encode.h"

namespace pqpack {
namespace {

constexpr int64_t kVersion = 1;

Status OutOf(const std::string& where, const char* name) {
  return Damaged(where, fmt::format("no valid '{}'", name));
}

}  // namespace

Status Damaged(const std::string& where, std::string_view what) {
  return Error(ErrorCode::kCorrupt, fmt::format("{}: damaged: {}", where, what),
               "Nothing was changed. If no pqpack is at work there, look at what is in its folder, "
               "then remove that.");
}

Record NewRecord(std::string_view kind) { return {{"kind", kind}, {"v", kVersion}}; }

std::string ToLine(const Record& record) {
  return record.dump(-1, ' ', false, Record::error_handler_t::replace) + "\n";
}

Result<Record> ParseRecord(std::string_view json, std::string_view kind, const std::string& where) {
  Record record = Record::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!record.is_object()) return Damaged(where, "no JSON object");
  PQ_ASSIGN(const std::string found, TextOf(record, "kind", where));
  PQ_ASSIGN(const int64_t version, NumberOf(record, "v", where));
  if (version > kVersion) {
    return Error(
        ErrorCode::kUnsupported,
        fmt::format("{}: of version {}, and this pqpack knows {}", where, version, kVersion),
        "Use the newer pqpack that wrote it. Nothing was changed.");
  }
  if (found != kind) return Damaged(where, fmt::format("not a {}", kind));
  return record;
}

Result<std::string> TextOf(const Record& record, const char* name, const std::string& where) {
  const auto found = record.find(name);
  if (found == record.end() || !found->is_string()) return OutOf(where, name);
  return found->get<std::string>();
}

Result<std::string> TextOrNone(const Record& record, const char* name, const std::string& where) {
  return record.contains(name) ? TextOf(record, name, where) : std::string();
}

Result<int64_t> NumberOf(const Record& record, const char* name, const std::string& where) {
  const auto found = record.find(name);
  if (found == record.end() || !found->is_number_integer()) return OutOf(where, name);
  const auto number = found->get<int64_t>();  // what is above comes out negative
  if (number < 0) return OutOf(where, name);
  return number;
}

std::string ToAscii(const Uri& uri) {
  Uri ascii = uri;
  ascii.key = UriEncode(uri.key, "/=");
  return ascii.ToString();
}

namespace {

std::optional<Uri> FromAscii(const std::string& text) {
  auto uri = Uri::Parse(text);
  if (!uri.ok() || uri->ToString() != text) return std::nullopt;
  auto key = UriDecode(uri->key);
  if (!key || key->find('\0') != std::string::npos) return std::nullopt;
  uri->key = *std::move(key);
  return *std::move(uri);
}

}  // namespace

Result<Uri> UriOf(const Record& record, const char* name, const std::string& where) {
  PQ_ASSIGN(const std::string text, TextOf(record, name, where));
  auto uri = FromAscii(text);
  if (!uri) return OutOf(where, name);
  return *std::move(uri);
}

Result<std::vector<Uri>> UrisOf(const Record& record, const char* name, const std::string& where) {
  std::vector<Uri> uris;
  const auto found = record.find(name);
  if (found == record.end()) return uris;
  if (!found->is_array()) return OutOf(where, name);
  for (const Record& text : *found) {
    auto uri = text.is_string() ? FromAscii(text.get<std::string>()) : std::nullopt;
    if (!uri) return OutOf(where, name);
    uris.push_back(*std::move(uri));
  }
  return uris;
}

Record ToRecord(const LocationChange& change) {
  Record record = {{"values", Record::array()}};
  for (const auto& value : change.values) {
    record["values"].push_back(value ? Record(*value) : Record());
  }
  record["from"] = ToAscii(change.from);
  record["to"] = ToAscii(change.to);
  return record;
}

Result<LocationChange> LocationChangeOf(const Record& record, const std::string& where) {
  if (!record.is_object()) return Damaged(where, "a change is no object");
  LocationChange change;
  const auto values = record.find("values");
  if (values == record.end() || !values->is_array()) return OutOf(where, "values");
  for (const Record& value : *values) {
    if (!value.is_string() && !value.is_null()) return OutOf(where, "values");
    auto& added = change.values.emplace_back();
    if (value.is_string()) added = value.get<std::string>();
  }
  PQ_ASSIGN(change.from, UriOf(record, "from", where));
  PQ_ASSIGN(change.to, UriOf(record, "to", where));
  return change;
}

Result<std::optional<StoredText>> ReadText(ObjectStore& store, const Uri& uri, int64_t max_size) {
  // Between looking and reading it may be replaced, though not for ever.
  for (int left = 10;; --left) {
    PQ_ASSIGN(const auto info, LookUp(store, uri));
    if (!info) return std::nullopt;
    if (info->size > max_size) {
      return Error(
          ErrorCode::kTooLarge,
          fmt::format("{}: {} bytes, and {} are the most", uri.ToString(), info->size, max_size),
          "pqpack has not written this. Look at it, then remove it.");
    }
    const auto bytes = store.Read(info->id(), {0, info->size});
    const ErrorCode code = bytes.ok() ? ErrorCode::kInternal : CodeOf(bytes.status());
    const bool again = code == ErrorCode::kNotFound || code == ErrorCode::kSourceChanged;
    if (again && left > 0) continue;
    PQ_RETURN_NOT_OK(bytes.status());
    return StoredText{*info, (*bytes)->ToString()};
  }
}

Result<ObjectInfo> WriteText(ObjectStore& store, const Uri& uri, std::string_view text,
                             const WriteCondition& condition) {
  PQ_ASSIGN(const auto writer, store.Create(uri, {condition, static_cast<int64_t>(text.size())}));
  PQ_RETURN_NOT_OK(writer->Append(AsBytes(text)));
  return writer->Finish();
}

}  // namespace pqpack
