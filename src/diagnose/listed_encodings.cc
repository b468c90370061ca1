// SPDX-License-Identifier: Apache-2.0
#include "diagnose/listed_encodings.h"

#include <fmt/format.h>

#include <algorithm>

namespace pqpack {
namespace {

Encoding Same(Encoding encoding) {
  return encoding == Encoding::kPlainDictionary ? Encoding::kRleDictionary : encoding;
}

bool Lists(const ColumnMetaData& meta, Encoding encoding) {
  return std::ranges::any_of(meta.encodings,
                             [&](Encoding listed) { return Same(listed) == Same(encoding); });
}

// Arrow counts its pages of version 2 as those of version 1, and no reader minds.
bool Counts(const ColumnMetaData& meta, Encoding encoding) {
  if (!meta.encoding_stats) return true;
  return std::ranges::any_of(*meta.encoding_stats, [&](const PageEncodingStats& stats) {
    return stats.page_type != PageType::kDictionary && Same(stats.encoding) == Same(encoding);
  });
}

}  // namespace

std::string NotListed(const ColumnMetaData& chunk, Encoding encoding) {
  if (!Lists(chunk, encoding)) return ToString(encoding) + " is not in the footer's list";
  if (!Counts(chunk, encoding)) {
    return fmt::format("a data page in {} is not in encoding_stats", ToString(encoding));
  }
  return "";
}

}  // namespace pqpack
