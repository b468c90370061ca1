// SPDX-License-Identifier: Apache-2.0
//
// Types of partition keys of which only the folders' names are known.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"

namespace pqpack {

// "year int, month string": what `--partition_types` says.  kInvalid names what is wrong.
Result<std::vector<Column>> ParsePartitionTypes(std::string_view text);

// The type of a key by all its values: bigint where all are integers of 64 bits, date
// where all are dates (2023-01-31), else string.  NULL fits all; nothing but NULL is string.
class InferredType {
 public:
  void See(const std::optional<std::string>& value);
  std::string Name() const;

 private:
  bool seen_ = false;
  bool integers_ = true;
  bool dates_ = true;
};

}  // namespace pqpack
