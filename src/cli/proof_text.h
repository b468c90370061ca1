// SPDX-License-Identifier: Apache-2.0
//
// How rows were proven equal, in words.  Pure.
#pragma once

#include <string>

#include "cli/human.h"
#include "verify/compare_rows.h"

namespace pqpack::cli {

// "118 KiB in the same pages, 3 KiB by decoding", of the first side; empty where nothing was.
inline std::string ProofText(const ProofCounts& proof) {
  std::string text;
  const auto add = [&](const char* between, int64_t bytes, const char* how) {
    if (bytes > 0) text += (text.empty() ? "" : between) + HumanBytes(bytes) + " " + how;
  };
  add("", proof.bytes(PageProof::kSameBytes), "in the same pages");
  add(", ", proof.bytes(PageProof::kRecompressed), "in pages compressed anew");
  add(", ", proof.bytes(PageProof::kRearranged), "in pages arranged anew");
  add(", ", proof.content_bytes, "by decoding");
  return text;
}

}  // namespace pqpack::cli
