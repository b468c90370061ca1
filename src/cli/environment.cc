// SPDX-License-Identifier: Apache-2.0
#include "cli/environment.h"

#include <array>
#include <cstdlib>
#include <utility>

namespace pqpack::cli {
namespace {

constexpr std::array kVariables = {
    Variable{"AWS_ENDPOINT_URL_S3", "an S3-compatible store, as --endpoint-url"},
    Variable{"AWS_ENDPOINT_URL", "the same, where AWS_ENDPOINT_URL_S3 is not set"},
    Variable{"AWS_ENDPOINT_URL_GLUE",
             "another Glue Data Catalog than AWS's; else AWS_ENDPOINT_URL is taken"},
    Variable{"AWS_REGION", "as --region"},
    Variable{"AWS_DEFAULT_REGION", "the same, where AWS_REGION is not set"},
    Variable{"AWS_ACCESS_KEY_ID",
             "with AWS_SECRET_ACCESS_KEY: the credentials, unless --profile is given"},
    Variable{"AWS_SECRET_ACCESS_KEY", "see AWS_ACCESS_KEY_ID"},
    Variable{"AWS_SESSION_TOKEN", "the token that belongs to temporary ones"},
    Variable{"AWS_PROFILE", "as --profile"},
    Variable{"AWS_CA_BUNDLE", "PEM file of the certificate authorities to trust"},
    Variable{"SSL_CERT_FILE", "the same, where AWS_CA_BUNDLE is not set"},
    Variable{"AWS_MAX_ATTEMPTS", "tries of a request to S3, the first one included; default: 10"},
    Variable{"TERM", "no progress bar where it is dumb or not set"},
    Variable{"SRC_BUCKET", "bucket of the source, where there is no --src"},
    Variable{"SRC_PREFIX", "prefix of the source; required with SRC_BUCKET"},
    Variable{"DEST_BUCKET", "bucket of the destination; default: SRC_BUCKET"},
    Variable{"DEST_PREFIX", "prefix of the destination; default: SRC_PREFIX with `_repack`"},
    Variable{"WORKERS", "as --workers, where there is no --src; default: 32"},
    Variable{"BATCH_SIZE", "as --batch-size, where there is no --src; default: 65536"},
    Variable{"PQPACK_SHARDS", "N of --shard I/N; I is one of the next two"},
    Variable{"JOB_COMPLETION_INDEX", "I of --shard I/N in a Kubernetes Indexed Job"},
    Variable{"AWS_BATCH_JOB_ARRAY_INDEX", "I of --shard I/N in an AWS Batch array job"},
};

}  // namespace

Environment Environment::FromProcess() {
  std::map<std::string, std::string, std::less<>> values;
  for (const auto& variable : kVariables) {
    const std::string name(variable.name);
    if (const char* value = std::getenv(name.c_str()); value != nullptr) values[name] = value;
  }
  return Environment(std::move(values));
}

Environment::Environment(std::map<std::string, std::string, std::less<>> values)
    : values_(std::move(values)) {}

std::string Environment::Get(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string() : found->second;
}

std::string Environment::First(std::initializer_list<std::string_view> names) const {
  for (const auto name : names) {
    if (auto value = Get(name); !value.empty()) return value;
  }
  return {};
}

std::span<const Variable> KnownVariables() { return kVariables; }

void ChooseProfile(const std::string& profile) {
  ::setenv("AWS_PROFILE", profile.c_str(), 1);
  // The SDK would take these before any profile.
  for (const char* key : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}) {
    ::unsetenv(key);
  }
}

}  // namespace pqpack::cli
