// SPDX-License-Identifier: Apache-2.0
#include "cli/report/html.h"

#include "base/bytes.h"
#include "cli/human.h"
#include "store/sha256.h"

namespace pqpack::cli {
namespace {

std::string_view Between(std::string_view text, std::string_view begin, std::string_view end) {
  const size_t from = text.find(begin);
  if (from == std::string_view::npos) return {};
  text.remove_prefix(from + begin.size());
  return text.substr(0, text.find(end));
}

}  // namespace

std::string Html(std::string_view text) {
  std::string html;
  for (const char c : OneLine(text)) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

std::string FillIn(std::string_view page, const std::map<std::string, std::string>& values) {
  std::string filled;
  while (true) {
    const size_t begin = page.find("{{");
    const size_t end = page.find("}}", begin == std::string_view::npos ? page.size() : begin);
    if (end == std::string_view::npos) return filled.append(page);
    filled += page.substr(0, begin);
    const auto value = values.find(std::string(page.substr(begin + 2, end - begin - 2)));
    filled += value != values.end() ? value->second : page.substr(begin, end + 2 - begin);
    page.remove_prefix(end + 2);
  }
}

std::string ScriptHash(std::string_view page) {
  return "sha256-" + Sha256Base64(AsBytes(Between(page, "<script>", "</script>")));
}

}  // namespace pqpack::cli
