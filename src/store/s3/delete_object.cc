// SPDX-License-Identifier: Apache-2.0
#include "store/s3/delete_object.h"

#include <utility>

namespace pqpack {

Status DeleteObject(S3Client* client, const ObjectId& id) {
  S3Request request(kDeleteObject, "DELETE", id.uri);
  request.headers = {{"if-match", '"' + id.etag + '"'}};
  Status status = client->Send(std::move(request)).status();
  const bool is_gone = CodeOf(status) == ErrorCode::kNotFound && S3CodeOf(status) != "NoSuchBucket";
  if (is_gone) return Status::OK();
  if (CodeOf(status) == ErrorCode::kSourceChanged) {
    return Error(ErrorCode::kSourceChanged,
                 id.uri.ToString() + ": not deleted, because it was replaced in the meantime",
                 "Run again: it will be listed anew.");
  }
  return status;
}

}  // namespace pqpack
