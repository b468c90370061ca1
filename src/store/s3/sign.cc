// SPDX-License-Identifier: Apache-2.0
#include "store/s3/sign.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/hex.h"
#include "store/s3/digest.h"
#include "store/s3/uri_encode.h"
#include "store/sha256.h"

namespace pqpack {
namespace {

std::string CanonicalQuery(const SigningRequest& request) {
  std::vector<std::pair<std::string, std::string>> encoded;
  encoded.reserve(request.query.size());
  for (const auto& [name, value] : request.query) {
    encoded.emplace_back(UriEncode(name), UriEncode(value));
  }
  std::sort(encoded.begin(), encoded.end());
  std::string out;
  for (const auto& [name, value] : encoded) {
    if (!out.empty()) out += '&';
    out += name;
    out += '=';
    out += value;
  }
  return out;
}

std::string LowerCase(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// Without space around it, and runs of spaces as one.
std::string CanonicalValue(std::string_view value) {
  std::string out;
  bool space = false;
  for (const char c : value) {
    if (c == ' ' || c == '\t') {
      space = !out.empty();
      continue;
    }
    if (space) out += ' ';
    space = false;
    out += c;
  }
  return out;
}

struct CanonicalHeaders {
  std::string lines;
  std::string names;
};

CanonicalHeaders Canonicalise(const HttpHeaders& headers) {
  std::map<std::string, std::string> by_name;
  for (const auto& [name, value] : headers) {
    auto [entry, is_new] = by_name.try_emplace(LowerCase(name), CanonicalValue(value));
    if (!is_new) entry->second += ',' + CanonicalValue(value);
  }
  CanonicalHeaders out;
  for (const auto& [name, value] : by_name) {
    out.lines += fmt::format("{}:{}\n", name, value);
    if (!out.names.empty()) out.names += ';';
    out.names += name;
  }
  return out;
}

}  // namespace

SignedRequest Sign(const SigningRequest& request, const Credentials& credentials) {
  const std::string time = fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(request.time));
  const std::string date = time.substr(0, 8);

  SignedRequest out;
  out.path = UriEncode(request.path, "/");
  out.query = CanonicalQuery(request);
  out.headers = request.headers;
  out.headers.emplace_back("host", request.host);
  out.headers.emplace_back("x-amz-date", time);
  if (request.service == "s3") {
    out.headers.emplace_back("x-amz-content-sha256", request.payload_sha256);
  }
  if (!credentials.session_token.empty()) {
    out.headers.emplace_back("x-amz-security-token", credentials.session_token);
  }

  const CanonicalHeaders headers = Canonicalise(out.headers);
  const std::string canonical = request.method + '\n' + out.path + '\n' + out.query + '\n' +
                                headers.lines + '\n' + headers.names + '\n' +
                                request.payload_sha256;
  const std::string scope = date + '/' + request.region + '/' + request.service + "/aws4_request";
  const std::string to_sign =
      "AWS4-HMAC-SHA256\n" + time + '\n' + scope + '\n' + Sha256Hex(AsBytes(canonical));

  std::string key = HmacSha256("AWS4" + credentials.secret_key, date);
  for (const auto& part : {request.region, request.service, std::string("aws4_request")}) {
    key = HmacSha256(key, part);
  }
  out.headers.emplace_back(
      "authorization",
      fmt::format("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}",
                  credentials.access_key, scope, headers.names, ToHex(HmacSha256(key, to_sign))));
  return out;
}

}  // namespace pqpack
