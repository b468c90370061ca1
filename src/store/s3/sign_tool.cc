// SPDX-License-Identifier: Apache-2.0
//
// For the property test against botocore: reads requests as JSON lines on stdin and
// prints what Sign() makes of each.  Never installed.
//
//   {"method": "GET", "host": "h", "path": "/a b", "query": [["k", "v"]],
//    "headers": [["Range", "bytes=0-9"]], "payload_sha256": "...", "access_key": "...",
//    "secret_key": "...", "session_token": "", "region": "us-east-1", "service": "s3",
//    "amz_date": "20130524T000000Z"}
//   -> {"authorization": "...", "url_path": "/a%20b", "url_query": "k=v"}
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "store/s3/sign.h"

namespace {

std::chrono::sys_seconds ParseTime(const std::string& text) {
  std::tm parts{};
  std::istringstream(text) >> std::get_time(&parts, "%Y%m%dT%H%M%SZ");
  return std::chrono::sys_seconds(std::chrono::seconds(timegm(&parts)));
}

nlohmann::json SignLine(const nlohmann::json& line) {
  pqpack::SigningRequest request;
  line.at("method").get_to(request.method);
  line.at("host").get_to(request.host);
  line.at("path").get_to(request.path);
  line.at("query").get_to(request.query);
  line.at("headers").get_to(request.headers);
  line.at("payload_sha256").get_to(request.payload_sha256);
  line.at("region").get_to(request.region);
  line.at("service").get_to(request.service);
  request.time = ParseTime(line.at("amz_date"));
  const auto out = pqpack::Sign(
      request, {line.at("access_key"), line.at("secret_key"), line.at("session_token")});
  return {{"authorization", *pqpack::FindHeader(out.headers, "authorization")},
          {"url_path", out.path},
          {"url_query", out.query}};
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << SignLine(nlohmann::json::parse(line)).dump() << '\n';
  }
}
