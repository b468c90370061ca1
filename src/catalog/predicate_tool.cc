// SPDX-License-Identifier: Apache-2.0
//
// For the property test against DuckDB: reads predicates as JSON lines on stdin and prints
// what each says of its rows.  Never installed.
//
//   {"types": "year int, month string", "predicate": "year=2023", "rows": [["2023", null]]}
//   -> {"truth": [true]}, null for unknown, or {"error": "..."}
#include <iostream>
#include <nlohmann/json.hpp>

#include "catalog/partition_types.h"
#include "catalog/predicate.h"

namespace {

using nlohmann::json;
using pqpack::Truth;

json AsJson(Truth truth) {
  return truth == Truth::kUnknown ? json(nullptr) : json(truth == Truth::kTrue);
}

pqpack::PartitionValues ValuesOf(const json& row) {
  pqpack::PartitionValues values;
  for (const json& value : row) {
    values.emplace_back();
    if (!value.is_null()) values.back() = value.get<std::string>();
  }
  return values;
}

pqpack::Result<json> Answer(const json& line) {
  PQ_ASSIGN(const auto keys, pqpack::ParsePartitionTypes(line.at("types").get<std::string>()));
  PQ_ASSIGN(const auto predicate,
            pqpack::Predicate::Parse(line.at("predicate").get<std::string>(), keys));
  json truth = json::array();
  for (const json& row : line.at("rows")) {
    PQ_ASSIGN(const Truth one, predicate.Evaluate(ValuesOf(row)));
    truth.push_back(AsJson(one));
  }
  return json{{"truth", std::move(truth)}};
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    const auto answer = Answer(json::parse(line));
    std::cout << (answer.ok() ? *answer : json{{"error", answer.status().message()}}).dump()
              << '\n';
  }
}
