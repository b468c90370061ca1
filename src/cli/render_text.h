// SPDX-License-Identifier: Apache-2.0
//
// Events and the summary as text for people.  Pure: values in, lines out.
#pragma once

#include <string>

#include "base/events.h"
#include "cli/outcome.h"

namespace pqpack::cli {

// "error: what, where. What to do."  One line without its break; of kInvalid more, where the
// message shows the user's own words.
std::string ErrorText(const Status& status);

// "message. Action." with exactly one full stop between them, as one line.
std::string Sentence(std::string message, const std::string& action);
std::string ErrorSentence(const Status& status);

// One line for the log on stderr, empty for events that have none.
std::string LogText(const Event& event);

// What a dry run says about one file, on stdout; empty for other events.
std::string PlanText(const Event& event);

// The target's rules, ahead of a dry run's files.
std::string TargetText(const Target& target);

// "Nothing to do: ..." with the reason, empty where there was something.
std::string NothingToDoText(const Outcome& outcome);

// What ends every run, on stdout.  `brief`: the counts only.
std::string SummaryText(const Outcome& outcome, bool brief);

}  // namespace pqpack::cli
