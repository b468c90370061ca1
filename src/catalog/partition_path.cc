// SPDX-License-Identifier: Apache-2.0
//
// The characters are those of Hive's FileUtils.escapePathName, which Spark shares.
#include "catalog/partition_path.h"

#include <algorithm>

namespace pqpack {
namespace {

constexpr std::string_view kSpecial = "\"#%'*/:=?\\{[]^";

// -1 for what is no hex digit.
int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The folder at the front of `path`, without its '/'; nullopt where only a name is left.
std::optional<std::string_view> FirstFolder(std::string_view path) {
  const size_t slash = path.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  return path.substr(0, slash);
}

}  // namespace

std::string UnescapePathName(std::string_view name) {
  std::string out;
  out.reserve(name.size());
  for (size_t i = 0; i < name.size(); ++i) {
    const bool escape = name[i] == '%' && i + 2 < name.size();
    const int high = escape ? HexDigit(name[i + 1]) : -1;
    const int low = escape ? HexDigit(name[i + 2]) : -1;
    if (high < 0 || low < 0) {
      out += name[i];
      continue;
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string EscapePathName(std::string_view name) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x20 && byte != 0x7F && kSpecial.find(c) == std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out += {'%', kHex[byte / 16], kHex[byte % 16]};
    }
  }
  return out;
}

std::optional<PartitionFolder> ParsePartitionFolder(std::string_view name) {
  const size_t equals = name.find('=');
  if (equals == 0 || equals == std::string_view::npos) return std::nullopt;
  PartitionFolder folder{UnescapePathName(name.substr(0, equals)), std::nullopt};
  const std::string_view value = name.substr(equals + 1);
  if (value != kNullPartition) folder.value = UnescapePathName(value);
  return folder;
}

Uri AboveKeys(Uri location) {
  while (!location.key.empty()) {
    Uri above = location;
    above.key.pop_back();
    if (!ParsePartitionFolder(above.Name())) break;
    location = above.Folder();
  }
  return location;
}

PartitionedPath SplitPartitionedPath(std::string_view path) {
  PartitionedPath split{{}, {}, path};
  while (const auto name = FirstFolder(split.rest)) {
    auto folder = ParsePartitionFolder(*name);
    if (!folder) break;
    split.keys.push_back(*std::move(folder));
    split.rest.remove_prefix(name->size() + 1);
  }
  split.folder = path.substr(0, path.size() - split.rest.size());
  return split;
}

bool IsHidden(std::string_view path) {
  const auto hides = [](char c) { return c == '_' || c == '.'; };
  if (path.empty()) return false;
  if (hides(path.front())) return true;
  return std::ranges::adjacent_find(path, [&](char a, char b) { return a == '/' && hides(b); }) !=
         path.end();
}

}  // namespace pqpack
