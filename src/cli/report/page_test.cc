// SPDX-License-Identifier: Apache-2.0
#include "cli/report/page.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "cli/report/html.h"
#include "cli/report/skeleton.h"

namespace pqpack::cli {
namespace {

constexpr int64_t kMiB = int64_t{1} << 20;

size_t Times(std::string_view text, std::string_view what) {
  size_t times = 0;
  for (size_t at = 0; (at = text.find(what, at)) != std::string_view::npos; ++at) ++times;
  return times;
}

bool Has(const std::string& html, std::string_view part) {
  return html.find(part) != std::string::npos;
}

ReportPage Small() {
  ReportPage page;
  page.command = "pqpack compact";
  page.title = "lake/flights";
  page.result = "Compacted";
  page.when = "2026-11-21 20:00:00 UTC, 3.00 s";
  page.tiles = {{"Files", "1", "was 3"}};
  page.sizes = {{1024, 1500, 4096}, {8 * kMiB}, 16 * kMiB};
  page.shares = {
      {"Levels", {{"copied", "1 KiB", 1, 1}, {"none", "0 B", 0, 2}, {"decoded", "3 KiB", 3, 3}}}};
  page.table = {"Partitions",
                {{"Partition"}, {"Result"}, {"Files", true}},
                {{ReportRow::kDone, {{"a=1/"}, {"compacted"}, {"1,204", 1204}}},
                 {ReportRow::kFailed, {{"a=2/"}, {"failed"}, {"7", 7}}},
                 {ReportRow::kSkipped, {{"a=3/"}, {"left"}, {"1", 1}}}},
                0};
  page.settings = {{"Target file size", "16.0 MiB"}};
  page.version = "pqpack 1.2.3";
  return page;
}

TEST(RenderPage, HasAllThatItWasGiven) {
  const std::string html = RenderPage(Small());
  EXPECT_TRUE(Has(html, "<title>lake/flights</title>"));
  EXPECT_TRUE(Has(html, "<div class=\"result good\">Compacted</div>"));
  EXPECT_TRUE(Has(html,
                  "<div class=\"tile\"><div class=\"label\">Files</div>"
                  "<div class=\"value\">1</div><div class=\"note\">was 3</div></div>"));
  EXPECT_TRUE(Has(html, "<dt>Target file size</dt><dd>16.0 MiB</dd>"));
  EXPECT_TRUE(Has(html, "<footer>pqpack 1.2.3</footer>"));
  EXPECT_FALSE(Has(html, "{{")) << html.substr(html.find("{{"), 60);
}

TEST(RenderPage, FailedRowsComeFirst) {
  const std::string html = RenderPage(Small());
  const std::string rows =
      "<tbody>\n"
      "<tr class=\"failed\"><td class=\"t\">a=2/<wbr></td><td class=\"s\">failed</td>"
      "<td class=\"n\" data-k=\"7\">7</td></tr>\n"
      "<tr><td class=\"t\">a=1/<wbr></td><td class=\"s\">compacted</td>"
      "<td class=\"n\" data-k=\"1204\">1,204</td></tr>\n"
      "<tr class=\"skipped\"><td class=\"t\">a=3/<wbr></td><td class=\"s\">left</td>"
      "<td class=\"n\" data-k=\"1\">1</td></tr>\n"
      "</tbody>";
  EXPECT_TRUE(Has(html, rows)) << html.substr(html.find("<tbody>"), 600);
}

TEST(RenderPage, FailuresStandAheadOfAllElse) {
  ReportPage page = Small();
  page.good = false;
  page.result = "Not all done";
  page.failures = {{"Failed partitions", true, {{"no space", "a=2/", {"x.parquet"}}}}};
  page.notes = {{"Left as they were", false, {{"one file", "2 partitions", {}}}},
                {"Warnings", false, {}}};
  const std::string html = RenderPage(page);
  EXPECT_TRUE(Has(html, "<div class=\"result bad\">Not all done</div>"));
  const size_t failures = html.find("<section class=\"bad\"><h2>Failed partitions</h2>");
  ASSERT_NE(failures, std::string::npos);
  EXPECT_LT(failures, html.find("<section class=\"tiles\">"));
  EXPECT_TRUE(Has(html,
                  "<li><b class=\"name\">a=2/</b> <span class=\"name\">no space</span>"
                  "<ul><li class=\"name\">x.parquet</li></ul></li>"));
  EXPECT_TRUE(Has(html, "<section><h2>Left as they were</h2>"));
  EXPECT_FALSE(Has(html, "Warnings")) << "there are none";
}

// Every text of a page, in turn, is what would run if it were not escaped.
TEST(RenderPage, NothingOfTheTextsIsMarkup) {
  const std::string evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{version}}";
  ReportPage page;
  page.command = page.title = page.result = page.when = page.version = evil;
  page.failures = page.notes = {{evil, true, {{evil, evil, {evil}}}}};
  page.tiles = {{evil, evil, evil}};
  page.sizes = {{1}, {1}, 1};
  page.shares = {{evil, {{evil, evil, 1, 0}}}};
  page.table = {evil, {{evil}, {evil, true}}, {{ReportRow::kDone, {{evil}, {evil, 1}}}}, 3};
  page.settings = {{evil, evil}};
  const std::string html = RenderPage(page);
  EXPECT_EQ(Times(html, "<script"), 1U) << "the page's own";
  EXPECT_FALSE(Has(html, "<img"));
  EXPECT_FALSE(Has(html, "\"'>"));
  EXPECT_EQ(Times(html, "&lt;img src=x onerror=alert(1)&gt;{{version}}"), 27U);
}

TEST(RenderPage, LoadsNothingAndRunsItsOwnScriptAlone) {
  const std::string html = RenderPage(Small());
  for (const char* word : {"http:", "https:", "src=", "@import", "url(", "<link", "<iframe"}) {
    EXPECT_FALSE(Has(html, word)) << word;
  }
  EXPECT_TRUE(Has(html, "content=\"default-src 'none'; style-src 'unsafe-inline'; script-src '" +
                            ScriptHash(html) + "';"));
  EXPECT_EQ(ScriptHash(html), ScriptHash(kPageSkeleton));
}

TEST(RenderPage, SizesAreOnOneAxis) {
  const std::string html = RenderPage(Small());
  // 2^10 to 2^25 bytes: 15 bins; the largest count is told above its bar.
  EXPECT_TRUE(Has(html,
                  "<rect class=\"before\" x=\"0.40%\" width=\"5.87%\" y=\"20.0\" height=\"88.0\">"
                  "<title>2 files of 1 KiB to 2 KiB</title></rect>\n"
                  "<text x=\"3.33%\" y=\"15.0\" text-anchor=\"start\">2</text>"))
      << html.substr(html.find("<rect"), 300);
  EXPECT_TRUE(Has(html, "<title>1 file of 4 KiB to 8 KiB</title>"));
  EXPECT_TRUE(Has(html, "<rect class=\"after\" x=\"87.07%\""));
  EXPECT_EQ(Times(html, "<line class=\"aim\" x1=\"93.33%\" x2=\"93.33%\""), 2U);
  EXPECT_TRUE(
      Has(html, "<b>Before</b></span><span class=\"quiet\">3 files, median 1.46 KiB</span>"));
  EXPECT_TRUE(Has(html, ">1 KiB</text>"));
  EXPECT_TRUE(Has(html, ">32 MiB</text>"));
}

TEST(RenderPage, AFewLargeFilesAreSeenBesideAMillion) {
  ReportPage page = Small();
  page.sizes.before.assign(1'000'000, 1024);
  page.sizes.before.push_back(kMiB);
  EXPECT_TRUE(Has(RenderPage(page), "height=\"2.0\"><title>1 file of 1 MiB to 2 MiB</title>"));
}

TEST(RenderPage, PartsOfNothingAreLeftOut) {
  const std::string html = RenderPage(Small());
  EXPECT_TRUE(Has(html,
                  "<span class=\"part1\" style=\"flex:0.2500 0 2px\"></span>"
                  "<span class=\"part3\" style=\"flex:0.7500 0 2px\"></span>"));
  EXPECT_FALSE(Has(html, "part2\""));
}

TEST(RenderPage, OfNothingIsStillAPage) {
  const std::string html = RenderPage(ReportPage());
  EXPECT_FALSE(Has(html, "<section"));
  EXPECT_FALSE(Has(html, "<table"));
  EXPECT_TRUE(html.ends_with("</html>\n"));
}

TEST(RenderPage, RowsThatAreNotThereAreSaid) {
  ReportPage page = Small();
  page.table.untold = 12345;
  EXPECT_TRUE(Has(RenderPage(page), "12,345 more are not in this page"));
}

}  // namespace
}  // namespace pqpack::cli
