// SPDX-License-Identifier: Apache-2.0
//
// CLI11 is not underneath: what this command line promises (`_` for `-`, a
// detachable true/false, suggestions, one line per error) would have to be put
// around it, and what is left of the parsing is the loop below.
#include "cli/flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "cli/human.h"

namespace pqpack::cli {
namespace {

Status Wrong(std::string message, std::string action = {}) {
  return Error(ErrorCode::kInvalid, std::move(message), std::move(action));
}

// An argument taken apart: "--batch_size=5" is {"batch-size", "5"}.
struct Argument {
  std::string shown;  // as the user wrote it, without the value
  std::string name;
  char letter = 0;
  std::optional<std::string> value;
};

std::optional<Argument> TakeApart(const std::string& text) {
  Argument argument;
  if (text.starts_with("--") && text.size() > 2) {
    const size_t equals = text.find('=');
    argument.shown = text.substr(0, equals);
    argument.name = argument.shown.substr(2);
    std::ranges::replace(argument.name, '_', '-');
    if (equals != std::string::npos) argument.value = text.substr(equals + 1);
    return argument;
  }
  if (text.size() >= 2 && text[0] == '-' && text[1] != '-') {
    argument.shown = text;
    argument.name = text.substr(1);
    if (text.size() == 2) argument.letter = text[1];
    return argument;
  }
  return std::nullopt;
}

const Flag* FindFlag(const Argument& argument, std::span<const Flag> flags) {
  const auto found = std::ranges::find_if(flags, [&](const Flag& flag) {
    if (flag.positional) return false;
    if (argument.letter != 0) return flag.letter == argument.letter;
    return argument.shown.starts_with("--") && flag.name == argument.name;
  });
  return found == flags.end() ? nullptr : &*found;
}

Status Unknown(const Argument& argument, std::span<const Flag> flags) {
  std::vector<std::string> names;
  for (const auto& flag : flags) {
    if (!flag.positional) names.push_back(flag.name);
  }
  const std::string nearest = Nearest(argument.name, names);
  return Wrong("unknown flag " + OneLine(argument.shown),
               nearest.empty() ? "" : "Did you mean --" + nearest + "?");
}

// Where a word stands that belongs to no flag; `before` is the flag without a value that it
// follows.
Status Unexpected(const std::string& word, std::span<const Flag> flags, const Flag* before) {
  if (before != nullptr) {
    return Wrong(fmt::format("--{}: '{}' is neither true nor false", before->name, OneLine(word)));
  }
  const auto with_value = std::ranges::find_if(
      flags, [](const Flag& flag) { return !flag.positional && !flag.value.empty(); });
  const bool any = std::ranges::any_of(flags, [](const Flag& flag) { return flag.positional; });
  std::string action = "Every value needs its flag.";
  if (any) {
    action = "Every value but those at the start of --help needs its flag.";
  } else if (with_value != flags.end()) {
    action = fmt::format("Every value needs its flag, as in --{} {}.", with_value->name,
                         with_value->value);
  }
  return Wrong("unexpected argument '" + OneLine(word) + "'", std::move(action));
}

// Gives `word` to the first positional flag that has none yet.
Status SetPositional(const std::string& word, std::span<const Flag> flags, const Flag* before,
                     std::set<std::string>* seen) {
  for (const Flag& flag : flags) {
    if (flag.positional && seen->insert(flag.name).second) {
      return Within(flag.value, flag.set(word));
    }
  }
  return Unexpected(word, flags, before);
}

bool IsTruth(std::string_view text) { return text == "true" || text == "false"; }

}  // namespace

Status ParseFlags(std::span<const std::string> args, std::span<const Flag> flags) {
  std::set<std::string> seen;
  const bool takes_words =
      std::ranges::any_of(flags, [](const Flag& flag) { return flag.positional; });
  bool words_only = false;
  const Flag* before = nullptr;  // set while the last argument was a flag alone
  for (size_t at = 0; at < args.size(); ++at) {
    if (!words_only && takes_words && args[at] == "--") {
      words_only = true;
      continue;
    }
    const auto argument = words_only ? std::nullopt : TakeApart(args[at]);
    if (!argument) {
      PQ_RETURN_NOT_OK(SetPositional(args[at], flags, before, &seen));
      before = nullptr;
      continue;
    }
    const Flag* flag = FindFlag(*argument, flags);
    if (flag == nullptr) return Unknown(*argument, flags);
    if (!seen.insert(flag->name).second && flag->once) {
      return Wrong("--" + flag->name + " is given twice", "One run takes one of them.");
    }
    std::string value;
    const bool more = at + 1 < args.size();
    before = nullptr;
    if (argument->value) {
      value = *argument->value;
    } else if (flag->value.empty()) {
      const bool said = more && IsTruth(args[at + 1]);
      value = said ? args[++at] : "true";
      if (!said) before = flag;
    } else if (more && !args[at + 1].starts_with("--")) {
      value = args[++at];
    } else {
      return Wrong(fmt::format("--{} needs a value: --{} {}", flag->name, flag->name, flag->value));
    }
    if (auto status = flag->set(value); !status.ok()) return Within("--" + flag->name, status);
  }
  return Status::OK();
}

std::string Nearest(std::string_view word, std::span<const std::string> names) {
  // Damerau-Levenshtein in its "optimal string alignment" form: a swap of
  // neighbours is the commonest slip.
  const auto distance = [&](std::string_view name) {
    std::vector<std::vector<size_t>> cost(word.size() + 1, std::vector<size_t>(name.size() + 1));
    for (size_t i = 0; i <= word.size(); ++i) cost[i][0] = i;
    for (size_t j = 0; j <= name.size(); ++j) cost[0][j] = j;
    for (size_t i = 1; i <= word.size(); ++i) {
      for (size_t j = 1; j <= name.size(); ++j) {
        const size_t change = word[i - 1] == name[j - 1] ? 0 : 1;
        cost[i][j] =
            std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + change});
        if (i > 1 && j > 1 && word[i - 1] == name[j - 2] && word[i - 2] == name[j - 1]) {
          cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[word.size()][name.size()];
  };
  if (word.size() < 2 || word.size() > 64) return {};
  std::string best;
  size_t best_distance = std::max<size_t>(1, word.size() / 3) + 1;
  for (const auto& name : names) {
    if (const size_t d = distance(name); d < best_distance) {
      best_distance = d;
      best = name;
    }
  }
  if (!best.empty()) return best;
  // --skip-existing for --no-skip-existing, --mem for --memory-limit.
  for (const auto& name : names) {
    if (word.size() >= 3 && name.find(word) != std::string::npos) return name;
  }
  return {};
}

std::function<Status(std::string_view)> SetText(std::string* target) {
  return [target](std::string_view value) {
    if (value.empty()) return Wrong("the value is empty");
    *target = value;
    return Status::OK();
  };
}

std::function<Status(std::string_view)> SetBoolean(bool* target) {
  return [target](std::string_view value) {
    if (!IsTruth(value)) return Wrong("'" + OneLine(value) + "' is neither true nor false");
    *target = value == "true";
    return Status::OK();
  };
}

std::function<Status(std::string_view)> SetInteger(int64_t* target, int64_t lowest,
                                                   int64_t highest) {
  return [target, lowest, highest](std::string_view value) {
    PQ_ASSIGN(*target, ParseInteger(value, lowest, highest));
    return Status::OK();
  };
}

std::function<Status(std::string_view)> SetChoice(std::string* target,
                                                  std::vector<std::string> choices) {
  return [target, choices = std::move(choices)](std::string_view value) {
    if (std::ranges::find(choices, value) == choices.end()) {
      const std::string nearest = Nearest(value, choices);
      return Wrong("'" + OneLine(value) + "' is not " + OneOf(choices),
                   nearest.empty() ? "" : "Did you mean " + nearest + "?");
    }
    *target = value;
    return Status::OK();
  };
}

Result<int64_t> ParseInteger(std::string_view text, int64_t lowest, int64_t highest) {
  int64_t value = 0;
  const char* begin = text.data();
  const char* end = begin + text.size();
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (text.empty() || error != std::errc() || stop != end || value < lowest || value > highest) {
    return Wrong(
        fmt::format("'{}' is not a whole number from {} to {}", OneLine(text), lowest, highest));
  }
  return value;
}

std::string OneOf(std::span<const std::string> names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text;
}

}  // namespace pqpack::cli
