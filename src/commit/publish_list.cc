// SPDX-License-Identifier: Apache-2.0
//
// A line for each group, so that no more than one of them is held as JSON at a time: a table
// has millions of files.  The header counts the groups: a text that is cut is seen.
#include "commit/publish_list.h"

#include <algorithm>
#include <utility>

#include "commit/record.h"

namespace pqpack {
namespace {

constexpr std::string_view kKind = "pqpack publish list";

Record ToRecord(const PublishGroup& group) {
  Record record = {
      {"files", Record::array()}, {"carried", Record::array()}, {"remove", Record::array()}};
  for (const auto& file : group.files) {
    record["files"].push_back({{"uri", ToAscii(file.staged.uri)},
                               {"etag", file.staged.etag},
                               {"size", file.staged.size},
                               {"output", ToAscii(file.output)}});
  }
  for (const auto& file : group.carried) {
    record["carried"].push_back({{"uri", ToAscii(file.source.uri)},
                                 {"etag", file.source.etag},
                                 {"size", file.size},
                                 {"output", ToAscii(file.output)}});
  }
  for (const auto& id : group.remove) {
    record["remove"].push_back({{"uri", ToAscii(id.uri)}, {"etag", id.etag}});
  }
  for (const auto& id : group.keep) {
    record["keep"].push_back({{"uri", ToAscii(id.uri)}, {"etag", id.etag}});
  }
  if (group.change) record["change"] = ToRecord(*group.change);
  if (group.counters) record["counters"] = ToRecord(*group.counters);
  return record;
}

Result<ObjectId> IdOf(const Record& record, const std::string& where) {
  ObjectId id;
  PQ_ASSIGN(id.uri, UriOf(record, "uri", where));
  PQ_ASSIGN(id.etag, TextOf(record, "etag", where));
  return id;
}

// Calls take(member) for each one of the array `name`.
template <typename Take>
Status EachOf(const Record& group, const char* name, const std::string& where, Take take) {
  const auto found = group.find(name);
  if (found == group.end() || !found->is_array()) return Damaged(where, "a group is incomplete");
  for (const auto& member : *found) {
    if (!member.is_object()) return Damaged(where, "an entry is no object");
    PQ_RETURN_NOT_OK(take(member));
  }
  return Status::OK();
}

Result<PublishGroup> ParseGroup(std::string_view line, const std::string& where) {
  const Record record = Record::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!record.is_object()) return Damaged(where, "a group is no JSON object");
  PublishGroup group;
  PQ_RETURN_NOT_OK(EachOf(record, "files", where, [&](const Record& member) -> Status {
    StagedFile file;
    PQ_ASSIGN(auto id, IdOf(member, where));
    file.staged.uri = std::move(id.uri);
    file.staged.etag = std::move(id.etag);
    PQ_ASSIGN(file.staged.size, NumberOf(member, "size", where));
    PQ_ASSIGN(file.output, UriOf(member, "output", where));
    group.files.push_back(std::move(file));
    return Status::OK();
  }));
  PQ_RETURN_NOT_OK(EachOf(record, "carried", where, [&](const Record& member) -> Status {
    CarriedFile file;
    PQ_ASSIGN(file.source, IdOf(member, where));
    PQ_ASSIGN(file.size, NumberOf(member, "size", where));
    PQ_ASSIGN(file.output, UriOf(member, "output", where));
    group.carried.push_back(std::move(file));
    return Status::OK();
  }));
  PQ_RETURN_NOT_OK(EachOf(record, "remove", where, [&](const Record& member) -> Status {
    PQ_ASSIGN(auto id, IdOf(member, where));
    group.remove.push_back(std::move(id));
    return Status::OK();
  }));
  if (record.contains("keep")) {
    PQ_RETURN_NOT_OK(EachOf(record, "keep", where, [&](const Record& member) -> Status {
      PQ_ASSIGN(auto id, IdOf(member, where));
      group.keep.push_back(std::move(id));
      return Status::OK();
    }));
  }
  if (record.contains("change")) {
    PQ_ASSIGN(group.change, LocationChangeOf(record["change"], where));
  }
  if (record.contains("counters")) {
    PQ_ASSIGN(group.counters, LocationChangeOf(record["counters"], where));
  }
  return group;
}

// Up to the next end of line, which is taken away, too; what has none is not a line.
std::string_view NextLine(std::string_view* text) {
  const size_t end = text->find('\n');
  if (end == std::string_view::npos) return {};
  const auto line = text->substr(0, end);
  text->remove_prefix(end + 1);
  return line;
}

}  // namespace

std::vector<const Uri*> PublishList::outputs() const {
  std::vector<const Uri*> outputs;
  for (const auto& group : groups) {
    for (const auto& file : group.files) outputs.push_back(&file.output);
    for (const auto& file : group.carried) outputs.push_back(&file.output);
  }
  return outputs;
}

std::string ToJson(const PublishList& list) {
  Record header = NewRecord(kKind);
  header["groups"] = list.groups.size();
  if (!list.table.empty()) header["table"] = list.table;
  if (!list.catalog_id.empty()) header["catalog_id"] = list.catalog_id;
  std::string text = ToLine(header);
  for (const auto& group : list.groups) text += ToLine(ToRecord(group));
  return text;
}

Result<PublishList> ParsePublishList(std::string_view json, const std::string& where) {
  PQ_ASSIGN(const Record header, ParseRecord(NextLine(&json), kKind, where));
  PQ_ASSIGN(const int64_t groups, NumberOf(header, "groups", where));
  PublishList list;
  PQ_ASSIGN(list.table, TextOrNone(header, "table", where));
  PQ_ASSIGN(list.catalog_id, TextOrNone(header, "catalog_id", where));
  while (!json.empty() && static_cast<int64_t>(list.groups.size()) < groups) {
    PQ_ASSIGN(auto group, ParseGroup(NextLine(&json), where));
    list.groups.push_back(std::move(group));
  }
  if (static_cast<int64_t>(list.groups.size()) != groups || !json.empty()) {
    return Damaged(where, "not as many groups as it says");
  }
  return list;
}

}  // namespace pqpack
