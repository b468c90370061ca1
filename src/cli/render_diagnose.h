// SPDX-License-Identifier: Apache-2.0
//
// Diagnoses and their summary, as text for people and as JSON lines.  Pure.
#pragma once

#include <string>

#include "cli/diagnose_digest.h"
#include "cli/run_end.h"
#include "run/diagnose.h"

namespace pqpack::cli {

// All that the end of the run has to say.
struct DiagnoseOutcome : RunEnd {
  const DiagnoseRunOptions* options = nullptr;  // null: it failed before there were any
  DiagnoseSummary summary;
  DiagnoseDigest digest;
};

// A file: who wrote it, what its pages are, what was found, the least repair.
std::string DiagnosisText(const FileDiagnosis& diagnosis, const Target& target);
std::string DiagnosisJson(const FileDiagnosis& diagnosis);

// `single`: the location is a file, whose text was printed; its summary is short.
std::string DiagnoseSummaryText(const DiagnoseOutcome& outcome, bool single);
std::string DiagnoseSummaryJson(const DiagnoseOutcome& outcome);

}  // namespace pqpack::cli
