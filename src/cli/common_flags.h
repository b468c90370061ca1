// SPDX-License-Identifier: Apache-2.0
//
// Flags that several commands have, with the same words.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/flags.h"
#include "format/types.h"

namespace pqpack::cli {

inline constexpr int64_t kMostWorkers = 1024;
inline constexpr int64_t kMostRows = 2147483647;  // of a batch

// `what`: "parallel work", "files in parallel".
Flag WorkersFlag(int64_t* workers, const std::string& group,
                 const std::string& what = "parallel work");
Flag BatchSizeFlag(int64_t* rows, const std::string& group);
Flag CompressionFlag(std::string* name, const std::string& group);

// Of --compression; absent: keep.
std::optional<Codec> CodecOf(std::string_view name);

// "One of snowflake, generic or ..."
std::string TargetNames();

}  // namespace pqpack::cli
