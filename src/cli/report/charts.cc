// SPDX-License-Identifier: Apache-2.0
//
// Horizontal places are percentages and vertical ones pixels, so that a chart takes the width that
// there is and its text keeps its size.  Sizes of files span many powers of two, hence the axis;
// the number of files does too, so each side has a scale of its own, and every bin that is not
// empty is seen.
#include "cli/report/charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "cli/human.h"
#include "cli/report/html.h"
#include "cli/size_histogram.h"

namespace pqpack::cli {
namespace {

constexpr double kBase = 108;    // pixels from the top to the axis
constexpr double kHighest = 88;  // of a bar
constexpr double kLowest = 2;    // of a bar that is not empty
constexpr int kFewestBins = 10;  // fewer would be blocks
constexpr int kMostLabels = 5;

// 2^`exponent` bytes: "512 KiB".
std::string PowerText(int exponent) {
  constexpr std::array kUnits = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  return fmt::format("{} {}", 1 << (exponent % 10), kUnits[static_cast<size_t>(exponent / 10)]);
}

struct Scale {
  int first = 0;
  int bins = 0;

  double Place(double exponent) const { return 100 * (exponent - first) / bins; }
};

Scale ScaleOf(const SizeHistogram& histogram, int64_t aim) {
  int first = histogram.first;
  int last = histogram.first + histogram.bins();
  if (aim > 0) {
    const double at = std::log2(static_cast<double>(aim));
    first = std::min(first, static_cast<int>(std::floor(at)));
    last = std::max(last, static_cast<int>(std::ceil(at + 0.01)));
  }
  while (last - first < kFewestBins) {
    if (first > 0) --first;
    if (last - first < kFewestBins) ++last;
  }
  return {first, last - first};
}

// Beside its middle where it would hang over the edge.
const char* AnchorAt(double place) { return place < 8 ? "start" : place > 92 ? "end" : "middle"; }

std::string Bars(std::span<const int64_t> counts, int first, const Scale& scale,
                 const char* style) {
  std::string svg;
  const int64_t most = *std::ranges::max_element(counts);
  bool told = false;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    const int exponent = first + static_cast<int>(i);
    const double height =
        std::max(kLowest, kHighest * static_cast<double>(counts[i]) / static_cast<double>(most));
    const double width = 100.0 / scale.bins;
    svg += fmt::format(
        "<rect class=\"{}\" x=\"{:.2f}%\" width=\"{:.2f}%\" y=\"{:.1f}\" height=\"{:.1f}\">"
        "<title>{} of {} to {}</title></rect>\n",
        style, scale.Place(exponent) + width * 0.06, width * 0.88, kBase - height, height,
        HumanCount(counts[i], "file"), PowerText(exponent), PowerText(exponent + 1));
    if (told || counts[i] < most) continue;
    told = true;
    const double middle = scale.Place(exponent + 0.5);
    svg += fmt::format("<text x=\"{:.2f}%\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", middle,
                       kBase - height - 5, AnchorAt(middle), HumanCount(counts[i]));
  }
  return svg;
}

std::string AimLine(const Scale& scale, int64_t aim) {
  if (aim <= 0) return {};
  const double place = scale.Place(std::log2(static_cast<double>(aim)));
  return fmt::format("<line class=\"aim\" x1=\"{0:.2f}%\" x2=\"{0:.2f}%\" y1=\"0\" y2=\"{1}\"/>\n",
                     place, kBase);
}

std::string Chart(const char* name, const char* style, std::span<const int64_t> sizes,
                  std::span<const int64_t> counts, int first, const Scale& scale, int64_t aim) {
  const std::string what =
      fmt::format("{}, median {}", HumanCount(static_cast<int64_t>(sizes.size()), "file"),
                  HumanBytes(Median({sizes.begin(), sizes.end()})));
  std::string html = fmt::format(
      "<figure class=\"chart\"><figcaption><span><span class=\"swatch {}\"></span> <b>{}</b></span>"
      "<span class=\"quiet\">{}</span></figcaption>\n"
      "<svg role=\"img\" aria-label=\"{}: {}\">\n",
      style, name, sizes.empty() ? "no files" : what, name, sizes.empty() ? "no files" : what);
  if (!sizes.empty()) html += Bars(counts, first, scale, style);
  html += AimLine(scale, aim);
  html += fmt::format("<line class=\"base\" x1=\"0\" x2=\"100%\" y1=\"{0}\" y2=\"{0}\"/>\n", kBase);
  return html + "</svg></figure>\n";
}

std::string Axis(const Scale& scale) {
  std::string html = "<figure class=\"chart\"><svg class=\"axis\" aria-hidden=\"true\">\n";
  const int step = (scale.bins + kMostLabels - 1) / kMostLabels;
  for (int exponent = scale.first; exponent <= scale.first + scale.bins; exponent += step) {
    const double place = scale.Place(exponent);
    html += fmt::format("<text x=\"{:.2f}%\" y=\"14\" text-anchor=\"{}\">{}</text>\n", place,
                        AnchorAt(place), PowerText(exponent));
  }
  return html + "</svg></figure>\n";
}

}  // namespace

std::string SizeCharts(const ReportSizes& sizes) {
  const SizeHistogram histogram = MakeSizeHistogram(sizes.before, sizes.after);
  if (histogram.bins() == 0) return {};
  const Scale scale = ScaleOf(histogram, sizes.aim);
  return Chart("Before", "before", sizes.before, histogram.before, histogram.first, scale,
               sizes.aim) +
         Chart("After", "after", sizes.after, histogram.after, histogram.first, scale, sizes.aim) +
         Axis(scale);
}

std::string ShareBar(const ReportShare& share) {
  double total = 0;
  for (const auto& part : share.parts) total += part.value;
  if (total <= 0) return {};
  std::string bar;
  std::string list;
  for (const auto& part : share.parts) {
    if (part.value <= 0) continue;
    bar += fmt::format("<span class=\"part{}\" style=\"flex:{:.4f} 0 2px\"></span>", part.shade,
                       part.value / total);
    list += fmt::format(
        "<li><span class=\"swatch part{}\"></span> {} <span class=\"quiet number\">{}</span></li>",
        part.shade, Html(part.label), Html(part.amount));
  }
  return fmt::format(
      "<div class=\"share\"><div>{}</div><div class=\"bar\" aria-hidden=\"true\">{}</div>"
      "<ul>{}</ul></div>\n",
      Html(share.title), bar, list);
}

}  // namespace pqpack::cli
