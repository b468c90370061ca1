// SPDX-License-Identifier: Apache-2.0
#include "cli/check_list.h"

#include <fmt/format.h>

#include <iterator>

#include "cli/json_line.h"
#include "diagnose/check.h"
#include "diagnose/writers.h"

namespace pqpack::cli {
namespace {

template <typename... Args>
void Add(std::string& text, fmt::format_string<Args...> format, Args&&... args) {
  fmt::format_to(std::back_inserter(text), format, std::forward<Args>(args)...);
}

// "error: snowflake, spark; warn: athena"; "error" where all targets agree.
std::string Severities(const Check& check) {
  std::string text;
  for (const Severity severity : {Severity::kFatal, Severity::kError, Severity::kWarn}) {
    std::string names;
    size_t count = 0;
    for (const Target& target : Targets()) {
      if (check.severity(target) != severity) continue;
      names += (count++ > 0 ? ", " : "") + std::string(target.name);
    }
    if (count == Targets().size()) return std::string(ToString(severity));
    if (count > 0) {
      Add(text, "{}{}: {}", text.empty() ? "" : "; ", ToString(severity), names);
    }
  }
  return text;
}

std::string Repair(const Check& check) {
  if (check.mend.empty()) return std::string(ToString(check.repair));
  return fmt::format("{}: {}", ToString(check.repair), check.mend);
}

// "[apache/arrow-go#722](https://...)"
std::string MarkdownLinks(std::string_view evidence) {
  std::string text;
  for (const std::string& link : EvidenceLinks(evidence)) {
    std::string name = link.substr(std::string_view("https://").size());
    const std::string_view github = "github.com/";
    if (name.starts_with(github)) {
      name = name.substr(github.size());
      const size_t issues = name.find("/issues/");
      if (issues != name.npos) name.replace(issues, std::string_view("/issues/").size(), "#");
    } else {
      name = name.substr(0, name.find('/'));
    }
    Add(text, "{}[{}]({})", text.empty() ? "" : ", ", name, link);
  }
  return text;
}

std::string Version(const std::optional<WriterVersion>& version, std::string_view none) {
  if (!version) return std::string(none);
  return fmt::format("{}.{}.{}", version->major, version->minor, version->patch);
}

std::string Range(const WriterFault& fault) {
  if (!fault.from && !fault.until) return "all";
  if (!fault.from) return "before " + Version(fault.until, "");
  if (!fault.until) return "from " + Version(fault.from, "");
  return Version(fault.from, "") + " to before " + Version(fault.until, "");
}

std::string_view Columns(Concerns concerns) {
  switch (concerns) {
    case Concerns::kEverything:
      return "everything";
    case Concerns::kByteArray:
      return "BYTE_ARRAY columns";
    case Concerns::kInt32Delta:
      return "INT32 in DELTA_BINARY_PACKED";
    case Concerns::kPlainDictionary:
      return "columns in PLAIN_DICTIONARY";
    case Concerns::kNested:
      return "nested columns";
    case Concerns::kDataPageV2:
      return "pages of version 2";
    case Concerns::kDeltaByteArray:
      return "columns in DELTA_BYTE_ARRAY";
    case Concerns::kCounts:
      return "counts in statistics";
    case Concerns::kByteArrayBounds:
      return "bounds of byte arrays";
    case Concerns::kUnsignedBounds:
      return "bounds of unsigned columns";
    case Concerns::kRealBounds:
      return "bounds of floating point columns";
    case Concerns::kPageIndex:
      return "page indexes";
    case Concerns::kBloomFilter:
      return "Bloom filters";
  }
  return "";
}

void AddWriters(std::string& text) {
  Add(text,
      "\n## Writers\n\nWho wrote a file is read from `created_by`. Pages of a trusted version may "
      "be "
      "copied after a\nlook at the footer and the first pages; those of any other writer only "
      "after "
      "all of them were\nread; what is known to be wrong never.\n\n"
      "| trusted | from version | because |\n|---|---|---|\n");
  for (const TrustedWriter& writer : TrustedWriters()) {
    Add(text, "| {} | {} | {} |\n", writer.writer, Version(writer.from, "any"), writer.why);
  }
  Add(text,
      "\n| writer | versions | what | where | effect | evidence |\n|---|---|---|---|---|---|\n");
  for (const WriterFault& fault : WriterFaults()) {
    Add(text, "| {} | {} | {} | {} | {} | {} |\n", fault.writer, Range(fault), fault.what,
        Columns(fault.concerns), fault.certain ? "known bad" : "read whole first",
        MarkdownLinks(fault.evidence));
  }
}

}  // namespace

std::string CheckListText() {
  std::string text;
  for (const Check* check : AllChecks()) {
    Add(text, "{:<28} {}\n", check->id, check->title);
    Add(text, "{:<28} {} | looks at {} | repair {}\n", "", Severities(*check),
        ToString(check->looks_at), Repair(*check));
    for (const std::string& link : EvidenceLinks(check->evidence)) {
      Add(text, "{:<28} {}\n", "", link);
    }
  }
  return text;
}

std::string CheckListJson() {
  std::string text;
  for (const Check* check : AllChecks()) {
    Json line = Line("check");
    line["id"] = check->id;
    line["title"] = check->title;
    line["looks_at"] = ToString(check->looks_at);
    line["repair"] = ToString(check->repair);
    line["mend"] = check->mend;
    line["convert_types"] = check->changed_by_convert_types;
    for (const Target& target : Targets()) {
      line["severity"][std::string(target.name)] = ToString(check->severity(target));
    }
    line["evidence"] = EvidenceLinks(check->evidence);
    text += Dump(line) + "\n";
  }
  return text;
}

std::string ChecksMarkdown() {
  std::string text;
  Add(text,
      "<!-- Made by `pqpack --checks-markdown`; edit the sources in src/diagnose/ instead. -->\n"
      "# Checks\n\nWhat `pqpack diagnose` looks for. **fatal**: values or rows are lost, whoever "
      "reads it. **error**: the\ntarget refuses the file, or reads something else than was "
      "written. "
      "**warn**: it reads it, but slower,\nas another type, or only some versions do. Repair **1** "
      "rewrites footer or page headers and copies\nthe pages, **2** frames or compresses pages "
      "anew, "
      "**3** decodes and encodes; **x**: what was written\ncan't be known any more; **-**: nothing "
      "to mend in this file. Nothing of this was tried on a real\nSnowflake, Athena or Redshift "
      "account.\n\n"
      "| check | it is found when | severity | looks at | repair | evidence |\n"
      "|---|---|---|---|---|---|\n");
  for (const Check* check : AllChecks()) {
    Add(text, "| `{}` | {} | {} | {} | {} | {} |\n", check->id, check->title, Severities(*check),
        ToString(check->looks_at), Repair(*check), MarkdownLinks(check->evidence));
  }
  AddWriters(text);
  return text;
}

}  // namespace pqpack::cli
