// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/key_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace pqpack {
namespace {

constexpr std::string_view kSparkVersion = "org.apache.spark.version";
constexpr std::string_view kSparkLegacyDates = "org.apache.spark.legacyDateTime";
constexpr std::string_view kSparkLegacyInt96 = "org.apache.spark.legacyINT96";
constexpr std::string_view kSparkTimeZone = "org.apache.spark.timeZone";
constexpr std::array<std::string_view, 3> kHive{"writer.time.zone", "writer.date.proleptic",
                                                "writer.zone.conversion.legacy"};

constexpr std::array<std::string_view, 8> kOfSchema{kArrowSchemaKey,
                                                    "pandas",
                                                    "org.apache.spark.sql.parquet.row.metadata",
                                                    "parquet.avro.schema",
                                                    "avro.schema",
                                                    "iceberg.schema",
                                                    "geo",
                                                    "thrift.descriptor"};

const KeyValue* Find(const FileMetaData& footer, std::string_view key) {
  if (!footer.key_value_metadata) return nullptr;
  const auto& pairs = *footer.key_value_metadata;
  const auto found = std::ranges::find(pairs, key, &KeyValue::key);
  return found == pairs.end() ? nullptr : &*found;
}

std::string ValueOf(const FileMetaData& footer, std::string_view key) {
  const KeyValue* pair = Find(footer, key);
  return pair == nullptr ? std::string() : pair->value.value_or("");
}

// "3.5.1" -> 305; a version that makes no sense is the first one.
int MinorVersion(const std::string& text) {
  int major = 0, minor = 0;
  const char* end = text.data() + text.size();
  const auto after = std::from_chars(text.data(), end, major).ptr;
  if (after != end && *after == '.') std::from_chars(after + 1, end, minor);
  return std::clamp(major, 0, 1000) * 100 + std::clamp(minor, 0, 99);
}

bool IsInterpretive(std::string_view key) {
  return key == kSparkVersion || key == kSparkLegacyDates || key == kSparkLegacyInt96 ||
         key == kSparkTimeZone || std::ranges::find(kHive, key) != kHive.end();
}

bool IsOfSchema(std::string_view key) {
  return std::ranges::find(kOfSchema, key) != kOfSchema.end();
}

struct MergedKey {
  std::string value;
  size_t files = 0;
  bool differs = false;
};

}  // namespace

std::string InterpretationOf(const FileMetaData& footer) {
  std::string text;
  if (Find(footer, kSparkVersion) != nullptr) {
    const int version = MinorVersion(ValueOf(footer, kSparkVersion));
    const bool dates = version < 300 || Find(footer, kSparkLegacyDates) != nullptr;
    const bool int96 = version < 301 || Find(footer, kSparkLegacyInt96) != nullptr;
    text = fmt::format("Spark, dates {}, INT96 {}", dates ? "legacy" : "proleptic",
                       int96 ? "legacy" : "proleptic");
    if (dates || int96) text += ", time zone " + ValueOf(footer, kSparkTimeZone);
  }
  for (const std::string_view key : kHive) {
    if (const KeyValue* pair = Find(footer, key)) {
      text += fmt::format("{}{}={}", text.empty() ? "" : ", ", key, pair->value.value_or(""));
    }
  }
  return text;
}

std::optional<KeyValuePairs> MergeKeyValues(std::span<const FileMetaData* const> footers,
                                            Findings* warnings) {
  std::vector<std::string> order;
  std::unordered_map<std::string, MergedKey> keys;
  bool any = false;
  for (const FileMetaData* footer : footers) {
    if (!footer->key_value_metadata) continue;
    any = true;
    for (const KeyValue& pair : *footer->key_value_metadata) {
      const auto [merged, is_new] = keys.try_emplace(pair.key);
      if (is_new) {
        order.push_back(pair.key);
        merged->second.value = pair.value.value_or("");
      }
      merged->second.differs |= merged->second.value != pair.value.value_or("");
      ++merged->second.files;
    }
  }
  if (!any) return std::nullopt;
  KeyValuePairs pairs;
  for (const std::string& key : order) {
    const MergedKey& merged = keys[key];
    const bool everywhere = merged.files == footers.size();
    const bool kept = IsInterpretive(key) || (!merged.differs && (everywhere || !IsOfSchema(key)));
    if (kept) {
      pairs.emplace_back(key, merged.value);
    } else {
      warnings->Add("metadata that is not the same in all files: dropped", key);
    }
  }
  return pairs;
}

}  // namespace pqpack
