// SPDX-License-Identifier: Apache-2.0
#include "cli/human.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace pqpack::cli {
namespace {

// Bytes of the well-formed UTF-8 sequence at the start of `text`, 0 if there is
// none (Unicode 15, table 3-7: no overlong forms, no surrogates).
size_t Utf8Length(std::string_view text) {
  const auto at = [&](size_t i) {
    return static_cast<unsigned char>(i < text.size() ? text[i] : 0);
  };
  const auto tail = [&](size_t i) { return at(i) >= 0x80 && at(i) <= 0xBF; };
  const unsigned char first = at(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (!tail(1) || !tail(2)) return 0;
    if (first == 0xE0 && at(1) < 0xA0) return 0;
    return first == 0xED && at(1) > 0x9F ? 0 : 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (!tail(1) || !tail(2) || !tail(3)) return 0;
    if (first == 0xF0 && at(1) < 0x90) return 0;
    return first == 0xF4 && at(1) > 0x8F ? 0 : 4;
  }
  return 0;
}

}  // namespace

std::string HumanCount(int64_t value) {
  std::string digits = fmt::format("{}", value);
  const size_t sign = value < 0 ? 1 : 0;
  for (size_t at = digits.size(); at > sign + 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string HumanCount(int64_t value, std::string_view noun) {
  return fmt::format("{} {}{}", HumanCount(value), noun, value == 1 ? "" : "s");
}

std::string HumanBytes(int64_t bytes) {
  constexpr std::array kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1000) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes) / 1024;
  size_t unit = 0;
  // 999.5 would be printed as 1000.
  while (value >= 999.5 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}", value, decimals, kUnits[unit]);
}

std::string HumanSeconds(double seconds) {
  if (!(seconds > 0)) seconds = 0;
  if (seconds < 9.995) return fmt::format("{:.2f} s", seconds);
  if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
  constexpr int64_t kMinutesPerDay = 1440;
  const auto whole = static_cast<int64_t>(std::llround(std::min(seconds, 1e12)));
  if (whole < 3600) return fmt::format("{}m {:02}s", whole / 60, whole % 60);
  const int64_t minutes = whole / 60;
  if (minutes < kMinutesPerDay) return fmt::format("{}h {:02}m", minutes / 60, minutes % 60);
  return fmt::format("{}d {:02}h", minutes / kMinutesPerDay, minutes / 60 % 24);
}

std::string HumanLeft(double seconds) {
  if (!(seconds < 59.95)) return HumanSeconds(seconds);
  return fmt::format("{:.0f} s", std::max(1.0, seconds));
}

std::string OneLine(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  std::string line;
  line.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const size_t length = Utf8Length(text.substr(at));
    // U+0080 to U+009F are control characters of two bytes.
    const bool c1 = length == 2 && byte == 0xC2 && static_cast<unsigned char>(text[at + 1]) < 0xA0;
    if (text[at] == '\n') {
      line += "; ";
    } else if (length == 0 || byte < 0x20 || byte == 0x7F) {
      if (text[at] != '\r') line += fmt::format("\\x{:02x}", byte);
    } else if (c1) {
      line += fmt::format("\\x{:02x}\\x{:02x}", byte, static_cast<unsigned char>(text[at + 1]));
    } else {
      line += text.substr(at, length);
    }
    at += length == 0 ? 1 : length;
  }
  return line;
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

int Columns(std::string_view text) {
  int columns = 0;
  for (const char byte : text) columns += (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
  return columns;
}

}  // namespace pqpack::cli
