// SPDX-License-Identifier: Apache-2.0
//
// Recursive descent: a function per rule.
//
//   condition  = and-part { OR and-part }
//   and-part   = factor { AND factor }
//   factor     = NOT factor | '(' condition ')' | value operator column | column test
//   test       = operator value | [NOT] IN '(' value { ',' value } ')'
//              | [NOT] BETWEEN value AND value | [NOT] LIKE text [ESCAPE text] | IS [NOT] NULL
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "catalog/names.h"
#include "catalog/predicate.h"
#include "catalog/predicate_error.h"
#include "catalog/predicate_lexer.h"
#include "catalog/predicate_tree.h"

namespace pqpack {
namespace {

using Node = PredicateNode;

constexpr std::array<std::string_view, 11> kReserved = {
    "AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "ESCAPE", "IS", "NULL", "TRUE", "FALSE"};

constexpr std::pair<std::string_view, Node::Operator> kOperators[] = {
    {"=", Node::kEqual},     {"==", Node::kEqual},       {"<>", Node::kNotEqual},
    {"!=", Node::kNotEqual}, {"<", Node::kLess},         {"<=", Node::kLessEqual},
    {">", Node::kGreater},   {">=", Node::kGreaterEqual}};

// a < b is b > a.
Node::Operator Flipped(Node::Operator op) {
  switch (op) {
    case Node::kLess:
      return Node::kGreater;
    case Node::kLessEqual:
      return Node::kGreaterEqual;
    case Node::kGreater:
      return Node::kLess;
    case Node::kGreaterEqual:
      return Node::kLessEqual;
    default:
      return op;
  }
}

Node Join(Node::Kind kind, std::vector<Node> children) {
  if (children.size() == 1) return std::move(children.front());
  Node node;
  node.kind = kind;
  node.children = std::move(children);
  return node;
}

Node NotIf(bool negative, Node inner) {
  if (!negative) return inner;
  Node node;
  node.kind = Node::kNot;
  node.children.push_back(std::move(inner));
  return node;
}

struct Literal {
  std::optional<std::string> text;  // nullopt: NULL
  std::optional<ValueKind> kind;    // nullopt: it was in quotes, so the column decides
  size_t at = 0;
};

class Parser {
 public:
  Parser(std::string_view text, const std::vector<Column>& keys, std::vector<Token> tokens)
      : text_(text), keys_(keys), tokens_(std::move(tokens)) {}

  Result<Node> All() {
    PQ_ASSIGN(Node node, Condition());
    if (Now().kind != Token::kEnd) return Wrong("AND or OR is expected here");
    return node;
  }

 private:
  const Token& Now() const { return tokens_[next_]; }
  const Token& After() const { return tokens_[std::min(next_ + 1, tokens_.size() - 1)]; }

  bool Take(std::string_view word) {
    if (!Is(Now(), word)) return false;
    ++next_;
    return true;
  }

  Status Wrong(std::string_view what) const { return PredicateError(text_, Now().at, what); }

  Status Need(std::string_view word) {
    if (Take(word)) return Status::OK();
    return Wrong(fmt::format("{} is expected here", word));
  }

  Result<Node> Condition() {
    std::vector<Node> parts;
    do {
      PQ_ASSIGN(Node part, AndPart());
      parts.push_back(std::move(part));
    } while (Take("OR"));
    return Join(Node::kOr, std::move(parts));
  }

  Result<Node> AndPart() {
    std::vector<Node> parts;
    do {
      PQ_ASSIGN(Node part, Factor());
      parts.push_back(std::move(part));
    } while (Take("AND"));
    return Join(Node::kAnd, std::move(parts));
  }

  Result<Node> Factor() {
    if (depth_ == Predicate::kMaxDepth) {
      return Wrong(fmt::format("it is nested deeper than {} levels", Predicate::kMaxDepth));
    }
    ++depth_;
    auto factor = FactorInside();
    --depth_;
    return factor;
  }

  Result<Node> FactorInside() {
    if (Take("NOT")) {
      PQ_ASSIGN(Node inner, Factor());
      return NotIf(true, std::move(inner));
    }
    if (Take("(")) {
      PQ_ASSIGN(Node inner, Condition());
      PQ_RETURN_NOT_OK(Need(")"));
      return inner;
    }
    if (AtLiteral()) return ValueFirst();
    PQ_ASSIGN(Node of_column, ColumnHere());
    return Test(of_column);
  }

  Result<Node> ValueFirst() {
    PQ_ASSIGN(const Literal value, LiteralHere());
    PQ_ASSIGN(const Node::Operator op, OperatorHere());
    PQ_ASSIGN(const Node of_column, ColumnHere());
    return Compare(of_column, Flipped(op), value);
  }

  Result<Node> Test(const Node& of_column) {
    if (Take("IS")) {
      const bool negative = Take("NOT");
      PQ_RETURN_NOT_OK(Need("NULL"));
      Node node = of_column;
      node.kind = Node::kIsNull;
      return NotIf(negative, std::move(node));
    }
    const bool negative = Take("NOT");
    if (Is(Now(), "IN") || Is(Now(), "BETWEEN") || Is(Now(), "LIKE")) {
      PQ_ASSIGN(Node node, Take("IN")        ? In(of_column)
                           : Take("BETWEEN") ? Between(of_column)
                                             : Like(of_column));
      return NotIf(negative, std::move(node));
    }
    if (negative) return Wrong("IN, BETWEEN or LIKE is expected here");
    PQ_ASSIGN(const Node::Operator op, OperatorHere());
    PQ_ASSIGN(const Literal value, LiteralHere());
    return Compare(of_column, op, value);
  }

  Result<Node> In(const Node& of_column) {
    PQ_RETURN_NOT_OK(Need("("));
    std::vector<Node> parts;
    do {
      PQ_ASSIGN(const Literal value, LiteralHere());
      PQ_ASSIGN(Node part, Compare(of_column, Node::kEqual, value));
      parts.push_back(std::move(part));
    } while (Take(","));
    PQ_RETURN_NOT_OK(Need(")"));
    return Join(Node::kOr, std::move(parts));
  }

  Result<Node> Between(const Node& of_column) {
    PQ_ASSIGN(const Literal least, LiteralHere());
    PQ_RETURN_NOT_OK(Need("AND"));
    PQ_ASSIGN(const Literal most, LiteralHere());
    std::vector<Node> parts(2);
    PQ_ASSIGN(parts[0], Compare(of_column, Node::kGreaterEqual, least));
    PQ_ASSIGN(parts[1], Compare(of_column, Node::kLessEqual, most));
    return Join(Node::kAnd, std::move(parts));
  }

  Result<Node> Like(const Node& of_column) {
    PQ_RETURN_NOT_OK(Need("LIKE"));
    const Token pattern = Now();
    if (pattern.kind != Token::kText) return Wrong("a text in single quotes is expected here");
    ++next_;
    std::optional<char> escape;
    if (Take("ESCAPE")) {
      if (Now().kind != Token::kText || Now().text.size() != 1) {
        return Wrong("one ASCII character in single quotes is expected here");
      }
      escape = Now().text.front();
      ++next_;
    }
    Node node = of_column;
    node.kind = Node::kLike;
    node.pattern = LikePattern::Parse(pattern.text, escape);
    if (!node.pattern) {
      return PredicateError(text_, pattern.at,
                            "the escape character stands before %, _ or itself only");
    }
    return node;
  }

  Result<Node::Operator> OperatorHere() {
    for (const auto& [symbol, op] : kOperators) {
      if (Take(symbol)) return op;
    }
    return Wrong("a comparison is expected here: =, <>, <, <=, >, >=, IN, BETWEEN, LIKE, IS NULL");
  }

  // Whether a value begins here; a column may be named `date`.
  bool AtLiteral() const {
    const Token& token = Now();
    if (token.kind == Token::kText || token.kind == Token::kNumber) return true;
    if (Is(token, "NULL") || Is(token, "TRUE") || Is(token, "FALSE")) return true;
    return (Is(token, "DATE") || Is(token, "TIMESTAMP")) && After().kind == Token::kText;
  }

  Result<Literal> LiteralHere() {
    if (Now().kind == Token::kQuotedName) return Wrong("text takes single quotes");
    if (!AtLiteral()) return Wrong("a value is expected here: a number, or text in single quotes");
    Literal literal{Now().text, std::nullopt, Now().at};
    if (Take("NULL")) return Literal{std::nullopt, std::nullopt, literal.at};
    if (Now().kind == Token::kNumber) literal.kind = ValueKind::kNumber;
    if (Is(Now(), "TRUE") || Is(Now(), "FALSE")) literal.kind = ValueKind::kBoolean;
    if (Is(Now(), "DATE") || Is(Now(), "TIMESTAMP")) {
      literal.kind = Is(Now(), "DATE") ? ValueKind::kDate : ValueKind::kTimestamp;
      literal.text = After().text;
      ++next_;
    }
    ++next_;
    return literal;
  }

  // A node of that column; what is done with it is not said yet.
  Result<Node> ColumnHere() {
    const Token& token = Now();
    const bool reserved =
        std::ranges::any_of(kReserved, [&](std::string_view word) { return Is(token, word); });
    const bool name = token.kind == Token::kWord || token.kind == Token::kQuotedName;
    if (!name || reserved) return Wrong("a partition column is expected here");
    for (size_t i = 0; i < keys_.size(); ++i) {
      if (!SameName(keys_[i].name, token.text)) continue;
      ++next_;
      Node node;
      node.column = i;
      node.key = keys_[i];
      return node;
    }
    return Wrong(UnknownColumn(token.text));
  }

  std::string UnknownColumn(std::string_view name) const {
    if (keys_.empty()) return "the table has no partition columns";
    return fmt::format("'{}' is no partition column; these are: {}", name,
                       fmt::join(NamesOf(keys_), ", "));
  }

  Result<Node> Compare(const Node& of_column, Node::Operator op, const Literal& literal) const {
    Node node = of_column;
    node.kind = Node::kCompare;
    node.op = op;
    const auto kind = KindOfType(node.key.type);
    if (!kind) {
      return PredicateError(text_, literal.at,
                            fmt::format("column '{}' is of type {}, which has no comparisons",
                                        node.key.name, node.key.type));
    }
    node.lenient = *kind == ValueKind::kText && literal.kind.has_value();
    node.value_kind = node.lenient ? *literal.kind : *kind;
    if (!literal.text) return node;
    node.value = ParseValue(node.value_kind, *literal.text);
    if (node.value) return node;
    return PredicateError(text_, literal.at,
                          fmt::format("'{}' can't be compared with column '{}' of type {}",
                                      *literal.text, node.key.name, node.key.type));
  }

  const std::string_view text_;
  const std::vector<Column>& keys_;
  const std::vector<Token> tokens_;
  size_t next_ = 0;
  int depth_ = 0;
};

}  // namespace

Result<PredicateNode> ParsePredicate(std::string_view text, const std::vector<Column>& keys) {
  if (text.size() > Predicate::kMaxLength) {
    return PredicateError(text, Predicate::kMaxLength,
                          fmt::format("it is longer than {} bytes", Predicate::kMaxLength));
  }
  PQ_ASSIGN(auto tokens, SplitPredicate(text));
  return Parser(text, keys, std::move(tokens)).All();
}

}  // namespace pqpack
