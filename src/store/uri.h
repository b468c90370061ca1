// SPDX-License-Identifier: Apache-2.0
//
// Locations as users write them: `s3://bucket/key`, `file:///path`, a plain
// path; `memory://bucket/key` in tests.  A Uri is a plain value.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "base/status.h"

namespace pqpack {

enum class Scheme { kLocal, kS3, kMemory };

struct Uri {
  Scheme scheme = Scheme::kLocal;
  // S3 bucket; empty for local paths.
  std::string bucket;
  // Object key, byte for byte as the store has it, never URL-encoded, without a
  // leading '/' that separates it from the bucket.  Local: the absolute path.
  // A folder may end in '/'.
  std::string key;

  // Parses a location.  Local paths are made absolute against the working
  // directory and normalised (`.`, `//`; `..` as the file system takes it, which
  // resolves symbolic links of such a path); a trailing '/' is kept.  Nothing is
  // percent-decoded.
  // S3 keys are never normalised: `a//b` and `a/./b` are names of their own.
  // kInvalid: empty, unknown scheme, `s3://` without a bucket, NUL byte.
  static Result<Uri> Parse(std::string_view text);

  // s3://bucket/key, or the plain path.
  std::string ToString() const;

  // This place as a folder: the key ends in '/' or is empty (a whole bucket).
  Uri AsFolder() const;

  // `folder` + `name`, where `name` is a relative key.
  Uri Child(std::string_view name) const;

  // The last component of the key; empty for a folder that ends in '/'.
  std::string_view Name() const;

  // The folder that this object is in: what stands before its name.
  Uri Folder() const;

  auto operator<=>(const Uri&) const = default;
};

// A key or a path up to and with its last '/', and what follows that.
std::string_view FolderPart(std::string_view key);
std::string_view NamePart(std::string_view key);

// True where one is the other or lies inside it, taken as folders
// (`a` contains `a/b`, not `ab`).
bool Contains(const Uri& outer, const Uri& inner);

}  // namespace pqpack
