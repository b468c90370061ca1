// SPDX-License-Identifier: Apache-2.0
//
// The only place that reads the process's environment.  Everything else gets
// this value.  A variable that is set to nothing counts as not set.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace pqpack::cli {

struct Variable {
  std::string_view name;
  std::string_view meaning;  // for docs/cli.md
};

class Environment {
 public:
  // The variables of KnownVariables() that the process has.
  static Environment FromProcess();

  explicit Environment(std::map<std::string, std::string, std::less<>> values);

  // Empty where it is not set.
  std::string Get(std::string_view name) const;
  // The first of `names` that is set.
  std::string First(std::initializer_list<std::string_view> names) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

std::span<const Variable> KnownVariables();

// Tells the S3 credential chain, which reads the environment itself, which
// profile to take.  Before any other thread reads the environment.
void ChooseProfile(const std::string& profile);

}  // namespace pqpack::cli
