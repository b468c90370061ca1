// SPDX-License-Identifier: Apache-2.0
#include "scan/single_file.h"

#include <string>
#include <utility>

namespace pqpack {
namespace {

// On S3 a prefix may have an object of its own name, and asking would cost a request.
Status CheckNoOtherFile(ObjectStore& store, const Uri& source) {
  if (source.scheme != Scheme::kLocal || !store.Find(source).ok()) return Status::OK();
  return Error(ErrorCode::kInvalid,
               source.ToString() + ": its name does not end in .parquet or .parq",
               "Rename the file, or name a folder.");
}

}  // namespace

Result<std::optional<SingleFile>> FindSingleFile(ObjectStore& store, const Uri& source,
                                                 ObjectStore& destination_store,
                                                 const Uri& destination) {
  if (!HasParquetName(source.key)) {
    PQ_RETURN_NOT_OK(CheckNoOtherFile(store, source));
    return std::nullopt;
  }
  PQ_ASSIGN(auto found, LookUp(store, source));
  if (!found) return std::nullopt;
  SingleFile single;
  single.output = HasParquetName(destination.key) ? destination : destination.Child(source.Name());
  PQ_ASSIGN(auto there, LookUp(destination_store, single.output));
  single.pair = {std::string(source.Name()), *std::move(found), std::move(there)};
  return single;
}

}  // namespace pqpack
