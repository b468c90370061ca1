// SPDX-License-Identifier: Apache-2.0
#include "catalog/predicate_lexer.h"

#include <algorithm>

#include "catalog/names.h"
#include "catalog/predicate_error.h"

namespace pqpack {
namespace {

// The longer ones first.
constexpr std::string_view kSymbols[] = {"==", "<>", "!=", "<=", ">=", "=",
                                         "<",  ">",  "(",  ")",  ","};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool BeginsWord(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return (lower >= 'a' && lower <= 'z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsOfWord(char c) { return BeginsWord(c) || IsDigit(c); }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<Token> Next() {
    Skip(IsSpace);
    if (at_ == text_.size()) return Token{Token::kEnd, "", at_};
    const char c = text_[at_];
    if (c == '\'') return Quoted(Token::kText);
    if (c == '"' || c == '`') return Quoted(Token::kQuotedName);
    if (BeginsWord(c)) return Word();
    if (BeginsNumber()) return Number();
    return Symbol();
  }

 private:
  template <typename Condition>
  void Skip(Condition condition) {
    while (at_ < text_.size() && condition(text_[at_])) ++at_;
  }

  char Ahead(size_t bytes) const { return at_ + bytes < text_.size() ? text_[at_ + bytes] : '\0'; }

  Token Since(Token::Kind kind, size_t begin) const {
    return {kind, std::string(text_.substr(begin, at_ - begin)), begin};
  }

  // A quote inside stands there twice.
  Result<Token> Quoted(Token::Kind kind) {
    Token token{kind, "", at_};
    const char quote = text_[at_++];
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == quote && Ahead(1) != quote) {
        ++at_;
        return token;
      }
      if (text_[at_] == quote) ++at_;
      token.text += text_[at_];
    }
    return PredicateError(text_, token.at, "this quote does not end");
  }

  Token Word() {
    const size_t begin = at_;
    Skip(IsOfWord);
    return Since(Token::kWord, begin);
  }

  bool BeginsNumber() const {
    const size_t sign = Ahead(0) == '-' || Ahead(0) == '+' ? 1 : 0;
    return IsDigit(Ahead(sign)) || (Ahead(sign) == '.' && IsDigit(Ahead(sign + 1)));
  }

  Result<Token> Number() {
    const size_t begin = at_++;
    Skip([](char c) { return IsDigit(c) || c == '.'; });
    if ((Ahead(0) | 0x20) == 'e') {
      at_ += Ahead(1) == '-' || Ahead(1) == '+' ? 2 : 1;
      Skip(IsDigit);
    }
    Token token = Since(Token::kNumber, begin);
    if (IsOfWord(Ahead(0)) || std::ranges::count(token.text, '.') > 1) {
      return PredicateError(text_, begin, "this is no number; text takes single quotes");
    }
    return token;
  }

  Result<Token> Symbol() {
    for (const std::string_view symbol : kSymbols) {
      if (!text_.substr(at_).starts_with(symbol)) continue;
      const size_t begin = at_;
      at_ += symbol.size();
      return Since(Token::kSymbol, begin);
    }
    return PredicateError(text_, at_, "this character has no meaning here");
  }

  const std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

Result<std::vector<Token>> SplitPredicate(std::string_view text) {
  Lexer lexer(text);
  std::vector<Token> tokens;
  do {
    PQ_ASSIGN(Token token, lexer.Next());
    tokens.push_back(std::move(token));
  } while (tokens.back().kind != Token::kEnd);
  return tokens;
}

bool Is(const Token& token, std::string_view word) {
  if (token.kind != Token::kWord && token.kind != Token::kSymbol) return false;
  return SameName(token.text, word);
}

}  // namespace pqpack
