// SPDX-License-Identifier: Apache-2.0
//
// Greedy with one way back: when a piece does not match, the last '%' takes one
// character more.  An earlier '%' never has to, so no pattern takes exponential time.
#include "catalog/like.h"

namespace pqpack {
namespace {

// Where the character that begins at `at` ends.
size_t NextCharacter(std::string_view text, size_t at) {
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  return at;
}

}  // namespace

std::optional<LikePattern> LikePattern::Parse(std::string_view pattern,
                                              std::optional<char> escape) {
  LikePattern like;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (escape && c == *escape) {
      ++i;
      if (i == pattern.size()) return std::nullopt;
      if (pattern[i] != '%' && pattern[i] != '_' && pattern[i] != *escape) return std::nullopt;
      like.pieces_.push_back({Piece::kByte, pattern[i]});
    } else if (c == '%') {
      like.pieces_.push_back({Piece::kAny, 0});
    } else if (c == '_') {
      like.pieces_.push_back({Piece::kOne, 0});
    } else {
      like.pieces_.push_back({Piece::kByte, c});
    }
  }
  return like;
}

bool LikePattern::Matches(std::string_view text) const {
  size_t at = 0;
  size_t piece = 0;
  std::optional<size_t> any;  // the piece behind the last '%'
  size_t any_end = 0;         // where that '%' ends for now
  while (at < text.size()) {
    if (piece < pieces_.size() && pieces_[piece].kind == Piece::kAny) {
      any = ++piece;
      any_end = at;
    } else if (piece < pieces_.size() && pieces_[piece].kind == Piece::kOne) {
      ++piece;
      at = NextCharacter(text, at);
    } else if (piece < pieces_.size() && pieces_[piece].byte == text[at]) {
      ++piece;
      ++at;
    } else if (any) {
      piece = *any;
      any_end = NextCharacter(text, any_end);
      at = any_end;
    } else {
      return false;
    }
  }
  while (piece < pieces_.size() && pieces_[piece].kind == Piece::kAny) ++piece;
  return piece == pieces_.size();
}

}  // namespace pqpack
