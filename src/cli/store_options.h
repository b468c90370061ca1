// SPDX-License-Identifier: Apache-2.0
//
// The flags about S3 and memory that every command with a location has.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/environment.h"
#include "cli/flags.h"
#include "store/open_store.h"

namespace pqpack::cli {

struct StoreOptions {
  std::string endpoint_url;
  std::string region;
  std::string profile;
  std::string sse;
  std::string sse_kms_key_id;
  int64_t memory_limit = 0;  // bytes; 0: the default
};

// For commands that read and write.
std::vector<Flag> StoreFlags(StoreOptions* options);

// For commands that write and hold next to nothing.
std::vector<Flag> WritingFlags(StoreOptions* options);

// For commands that only read; nothing is encrypted.
std::vector<Flag> ReadingFlags(StoreOptions* options);

// Where the store is and who asks, alone.
std::vector<Flag> SourceFlags(StoreOptions* options, const std::string& group = "S3");

// Flags before variables.  kInvalid for flags that contradict each other.
Result<S3Config> MakeS3Config(const StoreOptions& options, const Environment& environment);

}  // namespace pqpack::cli
