// SPDX-License-Identifier: Apache-2.0
//
// What the fuzz targets share.  A target feeds bytes that nobody vouches for to one part
// of format/.  It fails when a sanitizer does, or when one of these does not hold:
//   - what parses is written again as the same bytes;
//   - written in the common form it parses to an equal structure;
//   - where Arrow accepts the bytes too, it sees the same values.
// That one of us refuses what the other takes is no failure: both have limits of their own.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "format/compact_writer.h"

namespace pqpack::fuzz {

// Ends the run; `what` is the sentence that does not hold.
inline void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

// Arrow has a value of its own for those of an enumeration that it does not know.
template <typename Ours, typename Theirs>
void RequireSame(Ours ours, Theirs theirs, Theirs last, const char* what) {
  const auto number = static_cast<int64_t>(ours);
  if (number < 0 || number > static_cast<int64_t>(last)) return;
  Require(number == static_cast<int64_t>(theirs), what);
}

// What `call` returns, or nothing where Arrow threw.
template <typename Call>
auto Attempt(const Call& call) -> std::optional<decltype(call())> {
  try {
    return call();
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

// `value` was read from the front of `bytes`, of which it took `length`.
template <typename T>
void RequireRoundTrip(const T& value, Bytes bytes, int64_t length) {
  Require(Serialize(value) == AsText(bytes.first(static_cast<size_t>(length))),
          "what parses is written again as the same bytes");
  T common = value;
  common.as_written.clear();
  const std::string written = Serialize(common);
  CompactReader in(AsBytes(written), "structure");
  T again;
  ReadStruct(in, &again);
  in.KeepForm(&again.as_written);
  Require(in.ok(), "the common form parses");
  Require(again.as_written.empty(), "the common form is the common form");
  if constexpr (requires { common.serialized_size; }) common.serialized_size = in.position();
  Require(Serialize(again) == written, "the common form is written as it was read");
  // In an odd form unknown fields may stand in another order than that of their ids.
  Require(!value.as_written.empty() || again == common, "the common form says the same");
}

// Small numbers off the front of the input, the rest as bytes.
class Input {
 public:
  Input(const uint8_t* data, size_t size) : rest_(data, size) {}
  uint8_t Byte() {
    if (rest_.empty()) return 0;
    const uint8_t byte = rest_.front();
    rest_ = rest_.subspan(1);
    return byte;
  }
  int Short() {
    const int low = Byte();
    return Byte() << 8 | low;
  }
  Bytes rest() const { return rest_; }

 private:
  Bytes rest_;
};

}  // namespace pqpack::fuzz
