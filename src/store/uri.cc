// SPDX-License-Identifier: Apache-2.0
#include "store/uri.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <system_error>

namespace pqpack {
namespace {

constexpr std::string_view kS3 = "s3://";
constexpr std::string_view kFile = "file://";
constexpr std::string_view kMemory = "memory://";

Status Bad(std::string_view text, std::string_view why) {
  return Error(ErrorCode::kInvalid, "'" + std::string(text) + "': " + std::string(why),
               "Give s3://bucket/prefix, file:///path or a path.");
}

Result<Uri> ParseBucket(std::string_view text, Scheme scheme, std::string_view rest) {
  const size_t slash = rest.find('/');
  Uri uri{scheme, std::string(rest.substr(0, slash)), {}};
  if (uri.bucket.empty()) return Bad(text, "no bucket is named");
  if (slash != std::string_view::npos) uri.key = rest.substr(slash + 1);
  return uri;
}

// `..` behind a symbolic link is the parent of what the link names, so it is left
// to the file system; all else is a matter of spelling.
Result<Uri> ParsePath(std::string_view text, std::string_view path) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::path absolute = fs::absolute(fs::path(path), error);
  if (error) return Bad(text, "the working directory is gone: " + error.message());
  if (std::find(absolute.begin(), absolute.end(), "..") != absolute.end()) {
    const bool folder = path.ends_with('/');
    absolute = fs::weakly_canonical(absolute, error);
    if (error) return Bad(text, "it can't be followed: " + error.message());
    if (folder) absolute /= "";
  }
  return Uri{Scheme::kLocal, {}, absolute.lexically_normal().string()};
}

// What stands before "://", if that is how a scheme looks.
std::string_view SchemeOf(std::string_view text) {
  const size_t colon = text.find("://");
  if (colon == std::string_view::npos) return {};
  const std::string_view scheme = text.substr(0, colon);
  const bool word = std::all_of(scheme.begin(), scheme.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.';
  });
  return word ? scheme : std::string_view();
}

// "s3:/bucket" and "file:x" would be local folders of a strange name.
bool LacksASlash(std::string_view text) {
  return text.starts_with("s3:") || text.starts_with("s3a:") || text.starts_with("file:");
}

}  // namespace

Result<Uri> Uri::Parse(std::string_view text) {
  if (text.empty()) return Bad(text, "the location is empty");
  if (text.find('\0') != std::string_view::npos) return Bad(text, "it contains a NUL byte");
  if (text.starts_with(kS3)) return ParseBucket(text, Scheme::kS3, text.substr(kS3.size()));
  if (text.starts_with(kMemory)) {
    return ParseBucket(text, Scheme::kMemory, text.substr(kMemory.size()));
  }
  if (text.starts_with(kFile)) {
    const auto path = text.substr(kFile.size());
    if (!path.starts_with('/')) return Bad(text, "file:// takes an absolute path: file:///path");
    return ParsePath(text, path);
  }
  if (const auto scheme = SchemeOf(text); !scheme.empty()) {
    return Bad(text, "the scheme '" + std::string(scheme) + "' is not known");
  }
  if (LacksASlash(text)) return Bad(text, "a scheme is followed by '://'");
  return ParsePath(text, text);
}

std::string Uri::ToString() const {
  switch (scheme) {
    case Scheme::kS3:
      return std::string(kS3) + bucket + "/" + key;
    case Scheme::kMemory:
      return std::string(kMemory) + bucket + "/" + key;
    case Scheme::kLocal:
      break;
  }
  return key;
}

Uri Uri::AsFolder() const {
  Uri folder = *this;
  if (!folder.key.empty() && !folder.key.ends_with('/')) folder.key += '/';
  return folder;
}

Uri Uri::Child(std::string_view name) const {
  Uri child = AsFolder();
  child.key += name;
  return child;
}

std::string_view Uri::Name() const { return NamePart(key); }

Uri Uri::Folder() const { return {scheme, bucket, std::string(FolderPart(key))}; }

std::string_view FolderPart(std::string_view key) {
  return key.substr(0, key.size() - NamePart(key).size());
}

std::string_view NamePart(std::string_view key) {
  return key.substr(key.rfind('/') + 1);  // npos + 1 is 0
}

bool Contains(const Uri& outer, const Uri& inner) {
  if (outer.scheme != inner.scheme || outer.bucket != inner.bucket) return false;
  return inner.AsFolder().key.starts_with(outer.AsFolder().key);
}

}  // namespace pqpack
