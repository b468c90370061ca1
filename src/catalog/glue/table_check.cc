// SPDX-License-Identifier: Apache-2.0
//
// Sources: Table, StorageDescriptor and PartitionInput, AWS Glue web API reference; "Partition
// projection" and "Supported types for partition projection", Amazon Athena user guide; what
// Iceberg, Delta, Hudi and Paimon write into a catalog, by their own sources.
#include "catalog/glue/table_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "catalog/names.h"
#include "catalog/table_format.h"

namespace pqpack {
namespace {

constexpr std::string_view kSerDes[] = {
    "org.apache.hadoop.hive.ql.io.parquet.serde.parquethiveserde",
    "parquet.hive.serde.parquethiveserde",
};
constexpr std::string_view kInputFormats[] = {
    "org.apache.hadoop.hive.ql.io.parquet.mapredparquetinputformat",
    "parquet.hive.mapredparquetinputformat",
    "parquet.hive.deprecatedparquetinputformat",
};

Status Refuse(const std::string& name, std::string_view why, std::string action) {
  return Error(ErrorCode::kConfig, fmt::format("{}: {}", name, why), std::move(action));
}

bool Has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Names and values in lower case: engines do not agree on theirs.
using Lowered = std::map<std::string, std::string>;

Lowered Lower(const GlueJson& object) {
  Lowered lowered;
  for (const auto& [name, value] : ParametersOf(object))
    lowered[LowerCase(name)] = LowerCase(value);
  return lowered;
}

std::string Get(const Lowered& parameters, const std::string& name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string() : found->second;
}

// What tells of a format that keeps a record of its files.
Status CheckFormats(const GlueJson& table, const Lowered& parameters, const std::string& name) {
  struct Word {
    std::string_view word;
    const TableFormat& format;
  };
  static constexpr Word kWords[] = {
      {"iceberg", kIceberg}, {"delta", kDelta}, {"hudi", kHudi}, {"paimon", kPaimon}};
  const std::string input = LowerCase(TextOf(FieldOf(table, "StorageDescriptor"), "InputFormat"));
  for (const auto& [word, format] : kWords) {
    for (const char* key : {"table_type", "spark.sql.sources.provider"}) {
      if (Get(parameters, key) == word) {
        return RefuseFormat(format, name + " is", fmt::format("{} = {}", key, word));
      }
    }
    const std::string handler = Get(parameters, "storage_handler");
    if (Has(handler, word)) return RefuseFormat(format, name + " is", handler);
    if (Has(input, word)) return RefuseFormat(format, name + " is", input);
  }
  if (parameters.contains("metadata_location")) {
    return RefuseFormat(kIceberg, name + " is", "metadata_location");
  }
  if (Has(input, "hoodie")) return RefuseFormat(kHudi, name + " is", input);
  if (Has(input, "symlinktextinputformat")) {
    return RefuseFormat(kDelta, name + " is read by the manifests of", input);
  }
  const auto delta = parameters.lower_bound("delta.");
  if (delta != parameters.end() && delta->first.starts_with("delta.")) {
    return RefuseFormat(kDelta, name + " is", delta->first);
  }
  if (Get(parameters, "transactional") == "true") {
    return RefuseFormat(kAcid, name + " is", "transactional = true");
  }
  return Status::OK();
}

Status CheckKind(const GlueJson& table, const std::string& name) {
  const GlueJson& link = FieldOf(table, "TargetTable");
  if (link.is_object()) {
    return Refuse(name,
                  fmt::format("it is a resource link to {}.{}", TextOf(link, "DatabaseName"),
                              TextOf(link, "Name")),
                  fmt::format("Name that table, with --catalog-id {}.", TextOf(link, "CatalogId")));
  }
  if (FieldOf(table, "FederatedTable").is_object()) {
    return Refuse(name, "it is a federated table: another catalog has it",
                  "Compact it where it is.");
  }
  const std::string kind = TextOf(table, "TableType");
  if (kind == "GOVERNED") {
    return Refuse(name, "it is a governed table: Lake Formation names each of its files",
                  "Let Lake Formation compact it.");
  }
  if (kind.ends_with("VIEW") || !TextOf(table, "ViewOriginalText").empty()) {
    return Refuse(name, "it is a view: there are no files", "Name the table that it reads.");
  }
  if (!FieldOf(table, "StorageDescriptor").is_object()) {
    return Refuse(name, "the catalog has no storage descriptor of it", "Check the table.");
  }
  return Status::OK();
}

// `buckets`: what Spark keeps among the parameters.
Status CheckLayout(const GlueJson& descriptor, const std::string& buckets,
                   const std::string& name) {
  const GlueJson& number = FieldOf(descriptor, "NumberOfBuckets");
  const bool has_number = number.is_number_integer() && number.get<int64_t>() > 0;
  if (has_number || !ListOf(descriptor, "BucketColumns").empty() || !buckets.empty()) {
    return Refuse(name, "it is bucketed: readers find rows by the numbers of its files",
                  "Compact it with the engine that writes it.");
  }
  if (IsTrue(descriptor, "StoredAsSubDirectories")) {
    return Refuse(name, "skewed values have folders of their own (StoredAsSubDirectories)",
                  "Compact it with Hive.");
  }
  if (!ListOf(descriptor, "AdditionalLocations").empty()) {
    return Refuse(name, "it lies in more than one place (AdditionalLocations)",
                  "Give it one location.");
  }
  return Status::OK();
}

bool IsOneOf(std::span<const std::string_view> names, const std::string& name) {
  return std::ranges::find(names, LowerCase(name)) != names.end();
}

Status CheckParquet(const GlueJson& descriptor, const std::string& name) {
  const std::string input = TextOf(descriptor, "InputFormat");
  const std::string serde = TextOf(FieldOf(descriptor, "SerdeInfo"), "SerializationLibrary");
  const bool known = !input.empty() || !serde.empty();
  if (known && (input.empty() || IsOneOf(kInputFormats, input)) &&
      (serde.empty() || IsOneOf(kSerDes, serde))) {
    return Status::OK();
  }
  return Refuse(name,
                known
                    ? fmt::format("it is not Parquet (input format '{}', SerDe '{}')", input, serde)
                    : "the catalog does not say that it is Parquet: input format and SerDe are "
                      "missing",
                "Only tables of Parquet files are compacted.");
}

Status CheckDescriptor(const GlueJson& descriptor, const std::string& buckets,
                       const std::string& name) {
  PQ_RETURN_NOT_OK(CheckLayout(descriptor, buckets, name));
  return CheckParquet(descriptor, name);
}

}  // namespace

Status CheckGlueTable(const GlueJson& table, const std::string& name) {
  PQ_RETURN_NOT_OK(CheckKind(table, name));
  const Lowered parameters = Lower(table);
  PQ_RETURN_NOT_OK(CheckFormats(table, parameters, name));
  PQ_RETURN_NOT_OK(CheckDescriptor(FieldOf(table, "StorageDescriptor"),
                                   Get(parameters, "spark.sql.sources.schema.numbuckets"), name));
  const std::string provider = Get(parameters, "spark.sql.sources.provider");
  if (provider.empty() || provider == "parquet" || provider == "hive") return Status::OK();
  return Refuse(name, fmt::format("it is not Parquet (spark.sql.sources.provider = {})", provider),
                "Only tables of Parquet files are compacted.");
}

Status CheckGluePartition(const GlueJson& partition, const std::string& name) {
  return CheckDescriptor(FieldOf(partition, "StorageDescriptor"), {}, name);
}

std::map<std::string, std::string> ParametersOf(const GlueJson& object) {
  std::map<std::string, std::string> parameters;
  const GlueJson& field = FieldOf(object, "Parameters");
  if (!field.is_object()) return parameters;
  for (const auto& [name, value] : field.items()) {
    if (value.is_string()) parameters[name] = value.get<std::string>();
  }
  return parameters;
}

bool IsProjected(const std::map<std::string, std::string>& parameters) {
  const auto found = parameters.find("projection.enabled");
  return found != parameters.end() && LowerCase(found->second) == "true";
}

Status CheckProjection(const CatalogTable& table) {
  const auto get = [&](const std::string& name) {
    const auto found = table.parameters.find(name);
    return found == table.parameters.end() ? std::string() : found->second;
  };
  std::string folders;
  for (const Column& key : table.partition_keys) {
    folders += fmt::format("{0}=${{{0}}}/", LowerCase(key.name));
    const std::string format = get("projection." + key.name + ".format");
    if (Has(format, "/")) {
      return Refuse(table.name,
                    fmt::format("projection.{}.format = {} puts a value into several folders",
                                key.name, format),
                    "Only folders key=value can be found.");
    }
  }
  const std::string layout = get("storage.location.template");
  if (layout.empty()) return Status::OK();
  const std::string expected = table.location.ToString();
  const std::string folder = layout.ends_with('/') ? layout : layout + '/';
  if (folder.starts_with(expected) && LowerCase(folder.substr(expected.size())) == folders) {
    return Status::OK();
  }
  return Refuse(
      table.name,
      fmt::format("storage.location.template = {} is not {}{}", layout, expected, folders),
      "Only folders key=value below the table's location can be found.");
}

Result<Uri> LocationOf(const GlueJson& descriptor, const std::string& name) {
  std::string text = TextOf(descriptor, "Location");
  for (const std::string_view scheme : {"s3a://", "s3n://"}) {
    if (text.starts_with(scheme)) text.replace(0, scheme.size(), "s3://");
  }
  const auto uri = Uri::Parse(text);
  if (text.starts_with("s3://") && uri.ok()) return uri->AsFolder();
  return Refuse(name,
                text.empty() ? "it has no location" : "its location '" + text + "' is not on S3",
                "Only what lies in S3 buckets is compacted.");
}

}  // namespace pqpack
