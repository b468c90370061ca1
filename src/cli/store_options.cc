// SPDX-License-Identifier: Apache-2.0
#include "cli/store_options.h"

#include <utility>

#include "cli/memory_limit.h"

namespace pqpack::cli {
namespace {

constexpr int64_t kMostAttempts = 100;
constexpr const char* kGroup = "S3 and memory";

Status SetMemoryLimit(std::string_view value, int64_t* target) {
  PQ_ASSIGN(const int64_t bytes, ParseSize(value));
  if (bytes < kLowestMemoryLimit) {
    return Error(ErrorCode::kInvalid, "'" + std::string(value) + "' is less than 16MiB",
                 "Give at least 16MiB; 512MiB and more is faster.");
  }
  *target = bytes;
  return Status::OK();
}

Flag MemoryFlag(StoreOptions* options) {
  return {.name = "memory-limit",
          .value = "SIZE",
          .group = kGroup,
          .help = "of all buffers together, such as 512MB (1GiB)",
          .notes = "Never more than half of what the container (cgroup) allows.",
          .set = [options](std::string_view value) {
            return SetMemoryLimit(value, &options->memory_limit);
          }};
}

}  // namespace

std::vector<Flag> SourceFlags(StoreOptions* options, const std::string& group) {
  return {
      {.name = "endpoint-url",
       .value = "URL",
       .group = group,
       .help = "an S3-compatible store instead of AWS",
       .notes = "Also from AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL.",
       .set = SetText(&options->endpoint_url)},
      {.name = "region",
       .value = "NAME",
       .group = group,
       .help = "region of the buckets; on AWS it is found out",
       .notes = "Also from AWS_REGION or AWS_DEFAULT_REGION.",
       .set = SetText(&options->region)},
      {.name = "profile",
       .value = "NAME",
       .group = group,
       .help = "profile of ~/.aws/config and ~/.aws/credentials",
       .notes = "Also from AWS_PROFILE. Without it credentials come from the environment, web "
                "identity, the container or the instance role.",
       .set = SetText(&options->profile)},
  };
}

std::vector<Flag> StoreFlags(StoreOptions* options) {
  std::vector<Flag> flags = WritingFlags(options);
  flags.push_back(MemoryFlag(options));
  return flags;
}

std::vector<Flag> WritingFlags(StoreOptions* options) {
  std::vector<Flag> flags = SourceFlags(options, kGroup);
  flags.push_back({.name = "sse",
                   .value = "KIND",
                   .group = kGroup,
                   .help = "encrypt outputs: AES256, aws:kms or aws:kms:dsse",
                   .notes = "Without it the bucket's default applies.",
                   .set = SetChoice(&options->sse, {"AES256", "aws:kms", "aws:kms:dsse"})});
  flags.push_back({.name = "sse-kms-key-id",
                   .value = "KEY",
                   .group = kGroup,
                   .help = "the KMS key; by itself it stands for --sse aws:kms",
                   .notes = "",
                   .set = SetText(&options->sse_kms_key_id)});
  return flags;
}

std::vector<Flag> ReadingFlags(StoreOptions* options) {
  std::vector<Flag> flags = SourceFlags(options, kGroup);
  flags.push_back(MemoryFlag(options));
  return flags;
}

Result<S3Config> MakeS3Config(const StoreOptions& options, const Environment& environment) {
  const auto or_variable = [&](const std::string& flag,
                               std::initializer_list<std::string_view> names) {
    return flag.empty() ? environment.First(names) : flag;
  };
  S3Config config;
  config.endpoint_url =
      or_variable(options.endpoint_url, {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"});
  config.region = or_variable(options.region, {"AWS_REGION", "AWS_DEFAULT_REGION"});
  config.profile = or_variable(options.profile, {"AWS_PROFILE"});
  Credentials keys{environment.Get("AWS_ACCESS_KEY_ID"), environment.Get("AWS_SECRET_ACCESS_KEY"),
                   environment.Get("AWS_SESSION_TOKEN")};
  // A flag comes before variables: who names a profile means its keys.
  const bool has_keys = !keys.access_key.empty() && !keys.secret_key.empty();
  if (options.profile.empty() && has_keys) config.keys = std::move(keys);
  config.ca_bundle = environment.First({"AWS_CA_BUNDLE", "SSL_CERT_FILE"});
  if (const auto text = environment.Get("AWS_MAX_ATTEMPTS"); !text.empty()) {
    auto value = ParseInteger(text, 1, kMostAttempts);
    if (!value.ok()) return Within("AWS_MAX_ATTEMPTS", value.status());
    config.max_attempts = static_cast<int>(*value);
  }
  config.sse = options.sse;
  config.sse_kms_key_id = options.sse_kms_key_id;
  if (!config.sse_kms_key_id.empty() && config.sse.empty()) config.sse = "aws:kms";
  if (!config.sse_kms_key_id.empty() && config.sse == "AES256") {
    return Error(ErrorCode::kInvalid, "--sse AES256 takes no --sse-kms-key-id",
                 "Use --sse aws:kms with a key, or leave the key out.");
  }
  return config;
}

}  // namespace pqpack::cli
