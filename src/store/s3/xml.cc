// SPDX-License-Identifier: Apache-2.0
#include "store/s3/xml.h"

#include <charconv>
#include <chrono>

namespace pqpack {
namespace {

// Digits only, all of them.
template <typename T>
bool ParseDigits(std::string_view text, T* out) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

bool ParseXml(std::string_view text, pugi::xml_document* out) {
  // A key may consist of spaces, so text that is only white space counts, but not
  // the line breaks between elements.
  constexpr unsigned kOptions = pugi::parse_default | pugi::parse_ws_pcdata_single;
  return static_cast<bool>(
      out->load_buffer(text.data(), text.size(), kOptions, pugi::encoding_utf8));
}

std::string ChildText(const pugi::xml_node& node, const char* name) {
  return node.child(name).text().get();
}

std::optional<int64_t> ParseSize(std::string_view text) {
  int64_t value = 0;
  if (!ParseDigits(text, &value)) return std::nullopt;
  return value;
}

std::optional<TimePoint> ParseIsoTime(std::string_view text) {
  using namespace std::chrono;
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd";
  if (text.size() < kShape.size() + 1 || text.back() != 'Z') return std::nullopt;
  for (size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] != 'd' && text[i] != kShape[i]) return std::nullopt;
  }
  int y = 0, fields[5] = {};
  if (!ParseDigits(text.substr(0, 4), &y)) return std::nullopt;
  for (size_t i = 0; i < 5; ++i) {
    if (!ParseDigits(text.substr(5 + 3 * i, 2), &fields[i])) return std::nullopt;
  }
  const year_month_day date(year(y), month(static_cast<unsigned>(fields[0])),
                            day(static_cast<unsigned>(fields[1])));
  if (!date.ok() || fields[2] > 23 || fields[3] > 59 || fields[4] > 60) return std::nullopt;
  TimePoint time = sys_days(date) + hours(fields[2]) + minutes(fields[3]) + seconds(fields[4]);

  std::string_view fraction = text.substr(kShape.size(), text.size() - kShape.size() - 1);
  if (fraction.empty()) return time;
  fraction.remove_prefix(1);
  std::string digits(fraction.substr(0, 9));
  digits.resize(9, '0');
  int64_t nanos = 0;
  if (text[kShape.size()] != '.' || fraction.empty() || !ParseDigits(digits, &nanos)) {
    return std::nullopt;
  }
  return time + nanoseconds(nanos);
}

std::string BareEtag(std::string_view etag) {
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') {
    etag = etag.substr(1, etag.size() - 2);
  }
  return std::string(etag);
}

std::string XmlEscape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace pqpack
