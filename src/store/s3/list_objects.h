// SPDX-License-Identifier: Apache-2.0
//
// ListObjectsV2: objects with their ETag, size and time, a thousand a page.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "store/object_store.h"
#include "store/s3/client.h"

namespace pqpack {

// One page of a listing.
struct ObjectPage {
  std::vector<ObjectInfo> objects;
  std::string next;  // the token of the next page; empty: this is the last one
};

// `objects` become Uris of `bucket`.  The error says what is wrong with the document.
Result<ObjectPage> ParseObjectPage(const pugi::xml_node& root, const std::string& bucket);

// ObjectStore::List.  Reads the first page at once, so that a missing bucket is seen here.
Result<std::unique_ptr<Listing>> ListObjects(S3Client* client, const Uri& folder);

// ObjectStore::Find, by a listing of one key: HEAD would have no error body, and a
// key sorts before all longer ones that begin with it.
Result<ObjectInfo> FindObject(S3Client* client, const Uri& uri);

}  // namespace pqpack
