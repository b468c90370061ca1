// SPDX-License-Identifier: Apache-2.0
#include "scan/single_file.h"

#include <string>
#include <utility>

namespace pqpack {

Result<std::optional<SingleFile>> FindSingleFile(ObjectStore& store, const Uri& source,
                                                 ObjectStore& destination_store,
                                                 const Uri& destination) {
  if (!HasParquetName(source.key)) return std::nullopt;
  PQ_ASSIGN(auto found, LookUp(store, source));
  if (!found) return std::nullopt;
  SingleFile single;
  single.output = HasParquetName(destination.key) ? destination : destination.Child(source.Name());
  PQ_ASSIGN(auto there, LookUp(destination_store, single.output));
  single.pair = {std::string(source.Name()), *std::move(found), std::move(there)};
  return single;
}

}  // namespace pqpack
