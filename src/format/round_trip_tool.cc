// SPDX-License-Identifier: Apache-2.0
//
// round_trip_tool FILE...: for test_round_trip.py, a line of JSON per file: how many
// structures it has, which of them are not written again as they were read, and which
// page bodies do not hold what their headers say.
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "format/round_trip_testing.h"

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::ifstream in(argv[i], std::ios::binary);
    const std::string file{std::istreambuf_iterator<char>(in), {}};
    const auto seen = pqpack::testing::RoundTripOf(pqpack::AsBytes(file));
    const nlohmann::ordered_json json = {{"file", argv[i]},
                                         {"footers", seen.footers},
                                         {"page_headers", seen.page_headers},
                                         {"offset_indexes", seen.offset_indexes},
                                         {"column_indexes", seen.column_indexes},
                                         {"bloom_filters", seen.bloom_filters},
                                         {"page_bodies", seen.page_bodies},
                                         {"as_written", seen.as_written},
                                         {"different", seen.different},
                                         {"unread", seen.unread},
                                         {"bodies", seen.bodies}};
    std::cout << json.dump() << "\n";
  }
  return 0;
}
