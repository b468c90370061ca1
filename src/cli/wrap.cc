// SPDX-License-Identifier: Apache-2.0
#include "cli/wrap.h"

#include "cli/human.h"

namespace pqpack::cli {
namespace {

// Bytes of the first `columns` code points.
size_t BytesOf(std::string_view text, int columns) {
  size_t at = 0;
  while (at < text.size()) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    if (begins && columns-- == 0) break;
    ++at;
  }
  return at;
}

}  // namespace

std::string Wrap(std::string_view indent, size_t hanging, const std::vector<std::string>& pieces) {
  std::string text(indent);
  int used = Columns(indent);
  bool fresh = true;  // nothing but the indent is on this line
  const auto new_line = [&] {
    text += "\n" + std::string(hanging, ' ');
    used = static_cast<int>(hanging);
    fresh = true;
  };
  for (const std::string& piece : pieces) {
    const std::string safe = OneLine(piece);
    std::string_view rest = safe;
    if (!fresh && used + 1 + Columns(rest) > kTextColumns) new_line();
    if (!fresh) {
      text += ' ';
      ++used;
    }
    while (used + Columns(rest) > kTextColumns) {
      const size_t bytes = BytesOf(rest, kTextColumns - used);
      text += rest.substr(0, bytes);
      rest.remove_prefix(bytes);
      new_line();
    }
    text += rest;
    used += Columns(rest);
    fresh = false;
  }
  return text;
}

std::string Cut(std::string_view text, int columns) {
  // A code point has 4 bytes at the most, an escaped byte 4 columns.
  const bool more = text.size() > static_cast<size_t>(columns) * 4;
  std::string safe = OneLine(more ? text.substr(0, static_cast<size_t>(columns) * 4) : text);
  if (!more && Columns(safe) <= columns) return safe;
  return safe.substr(0, BytesOf(safe, columns - 3)) + "...";
}

}  // namespace pqpack::cli
