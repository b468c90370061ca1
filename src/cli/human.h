// SPDX-License-Identifier: Apache-2.0
//
// Numbers for people, and lines that are one line.  Pure and independent of the
// locale.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pqpack::cli {

// "1,204"
std::string HumanCount(int64_t value);

// "1,204 files", "1 file": `noun` takes an s unless there is one of it.
std::string HumanCount(int64_t value, std::string_view noun);

// "0 B", "999 B", "1.50 KiB", "128 MiB": three digits, powers of 1024.
std::string HumanBytes(int64_t bytes);

// "0.42 s", "12.3 s", "2m 05s", "1h 02m", "3d 04h".
std::string HumanSeconds(double seconds);

// What is left, without false precision: "4 s", "2m 05s".
std::string HumanLeft(double seconds);

// Text from files, stores and names, made safe for a terminal and a log: line
// breaks become "; ", other control characters and broken UTF-8 \xNN.
std::string OneLine(std::string_view text);

// Whether all of it is well-formed UTF-8.
bool IsUtf8(std::string_view text);

// How many columns a terminal uses for UTF-8 text, one for each code point.
int Columns(std::string_view text);

}  // namespace pqpack::cli
