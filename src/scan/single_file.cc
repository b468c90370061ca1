// SPDX-License-Identifier: Apache-2.0
#include "scan/single_file.h"

#include <string>
#include <utility>

namespace pqpack {

Result<std::optional<ObjectInfo>> LookUp(ObjectStore& store, const Uri& uri) {
  auto found = store.Find(uri);
  if (found.ok()) return std::move(found).ValueUnsafe();
  if (CodeOf(found.status()) == ErrorCode::kNotFound) return std::nullopt;
  return found.status();
}

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

Uri FolderOf(const Uri& object) {
  Uri folder = object;
  folder.key.resize(folder.key.size() - folder.Name().size());
  return folder;
}

}  // namespace pqpack
