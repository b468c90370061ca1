// SPDX-License-Identifier: Apache-2.0
#include "cli/render_verify.h"

#include <fmt/format.h>

#include "cli/human.h"
#include "cli/json_line.h"
#include "cli/proof_text.h"
#include "cli/render_text.h"

namespace pqpack::cli {
namespace {

std::string PlaceText(const DifferencePlace& place, const std::string& location) {
  std::string text = place.uri.empty() ? location : place.uri;
  if (place.row_group >= 0) text += fmt::format(", row group {}", place.row_group);
  if (place.row >= 0) text += fmt::format(", row {}", place.row);
  return OneLine(text + ": " + place.value);
}

Json PlaceJson(const DifferencePlace& place, const std::string& location) {
  Json object;
  object["uri"] = place.uri.empty() ? location : place.uri;
  if (place.row_group >= 0) object["row_group"] = place.row_group;
  if (place.row >= 0) object["row"] = place.row;
  object["value"] = place.value;
  return object;
}

std::string_view ResultText(const VerifySummary& summary, int exit_code) {
  if (summary.different > 0) return "Different";
  return exit_code == 0 ? "The same rows" : "Not proven";
}

}  // namespace

std::string PairText(const PairVerified& pair) {
  if (!pair.result.ok()) {
    std::string text = ErrorText(pair.result.status());
    return OneLine(pair.a) + " against " + OneLine(pair.b) + ": " + text;
  }
  if (!pair.result->difference) return {};
  const Difference& difference = *pair.result->difference;
  std::string text =
      fmt::format("{} against {}: {}", OneLine(pair.a), OneLine(pair.b), OneLine(difference.what));
  if (!difference.column.empty()) text += ", column " + OneLine(difference.column);
  if (difference.row >= 0) text += fmt::format(", row {}", difference.row);
  text += "\n  " + PlaceText(difference.a, pair.a);
  text += "\n  " + PlaceText(difference.b, pair.b);
  return text;
}

std::string PairJson(const PairVerified& pair) {
  const bool failed = !pair.result.ok();
  const bool same = !failed && !pair.result->difference;
  Json line = Line(failed ? "file_failed" : same ? "file_same" : "file_differs");
  if (failed) line["uri"] = pair.a;
  line["a"] = pair.a;
  line["b"] = pair.b;
  if (failed) {
    const Status& error = pair.result.status();
    line["error"] = error.message();
    line["action"] = ActionOf(error);
    line["code"] = ToString(CodeOf(error));
    return Dump(line);
  }
  line["rows_a"] = pair.result->rows_a;
  line["rows_b"] = pair.result->rows_b;
  line["bytes_a"] = pair.bytes_a;
  line["bytes_b"] = pair.bytes_b;
  line["seconds"] = Seconds(pair.seconds);
  if (same) return Dump(line);
  const Difference& difference = *pair.result->difference;
  line["what"] = difference.what;
  if (!difference.column.empty()) line["column"] = difference.column;
  if (difference.row >= 0) line["row"] = difference.row;
  line["at_a"] = PlaceJson(difference.a, pair.a);
  line["at_b"] = PlaceJson(difference.b, pair.b);
  return Dump(line);
}

std::string VerifySummaryText(const VerifyOutcome& outcome, bool brief) {
  const VerifySummary& summary = outcome.summary;
  std::string text;
  for (const std::string& told : outcome.told) text += told + "\n";
  if (outcome.untold > 0) {
    text += fmt::format("and {} more; --output json names them all\n",
                        HumanCount(outcome.untold, "pair"));
  }
  if (!brief) text += RequestsText(outcome);
  text +=
      fmt::format("{} against {}: {}\n", OneLine(outcome.options->a.ToString()),
                  OneLine(outcome.options->b.ToString()), ResultText(summary, outcome.exit_code));
  text += fmt::format("Same {}, different {}, failed {}\n", HumanCount(summary.same, "pair"),
                      HumanCount(summary.different), HumanCount(summary.failed));
  text += fmt::format("Compared {} with {}, {} with {}, {}\n", HumanCount(summary.rows_a, "row"),
                      HumanCount(summary.rows_b), HumanBytes(summary.bytes_a),
                      HumanBytes(summary.bytes_b), HumanSeconds(outcome.seconds));
  const std::string proof = ProofText(summary.proof);
  if (!brief && !proof.empty()) text += "Proven equal: " + proof + "\n";
  return text;
}

std::string VerifySummaryJson(const VerifyOutcome& outcome) {
  const VerifySummary& summary = outcome.summary;
  Json line = SummaryLine({.completed = summary.same + summary.different,
                           .failed = summary.failed,
                           .bytes_in = summary.bytes_a + summary.bytes_b},
                          outcome.seconds, outcome.exit_code);
  line["same"] = summary.same;
  line["different"] = summary.different;
  line["rows_a"] = summary.rows_a;
  line["rows_b"] = summary.rows_b;
  line["bytes_a"] = summary.bytes_a;
  line["bytes_b"] = summary.bytes_b;
  line["chunks_by_structure"] = summary.proof.by_structure;
  line["chunks_by_content"] = summary.proof.by_content;
  line["bytes_by_same_pages"] = summary.proof.bytes(PageProof::kSameBytes);
  line["bytes_by_recompressed_pages"] = summary.proof.bytes(PageProof::kRecompressed);
  line["bytes_by_rearranged_pages"] = summary.proof.bytes(PageProof::kRearranged);
  line["bytes_by_content"] = summary.proof.content_bytes;
  line["a"] = outcome.options != nullptr ? outcome.options->a.ToString() : "";
  line["b"] = outcome.options != nullptr ? outcome.options->b.ToString() : "";
  line["failed_by_code"] = FailedByCodeJson(summary.failed_by_code);
  if (outcome.stat) line["requests"] = RequestsJson(outcome.requests);
  return Dump(line);
}

}  // namespace pqpack::cli
