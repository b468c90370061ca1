// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/page_trust.h"

#include <algorithm>
#include <utility>

#include "execute/copy/copy_file.h"

namespace pqpack {
namespace {

// What its pages are in by another name.
Encoding Renamed(Encoding encoding) {
  return encoding == Encoding::kPlainDictionary ? Encoding::kRleDictionary : encoding;
}

}  // namespace

PageTrust::PageTrust(const FileMetaData& footer, SchemaTree tree)
    : tree_(std::move(tree)),
      writer_(ParseCreatedBy(footer.created_by.value_or(""))),
      faults_(FaultsOf(writer_)),
      judge_(writer_),
      ordered_(HasColumnOrders(footer)) {}

Result<PageTrust> PageTrust::Make(const FileMetaData& footer) {
  PQ_ASSIGN(SchemaTree tree, SchemaTree::Make(footer.schema));
  return PageTrust(footer, std::move(tree));
}

std::string PageTrust::ObstacleIn(const ColumnMetaData& chunk, size_t column,
                                  const RewriteOptions& options) const {
  const WriterVerdict& verdict = judge_.Judge(chunk, leaf(column));
  if (verdict.trust != Trust::kTrusted) return verdict.reason;
  if (!chunk.encoding_stats) return {};
  for (const PageEncodingStats& pages : *chunk.encoding_stats) {
    if (options.target->encodings.Has(Renamed(pages.encoding))) continue;
    return "encoded in " + ToString(pages.encoding);
  }
  return {};
}

bool PageTrust::KeepsBounds(size_t column) const {
  return ordered_ && std::ranges::none_of(faults_, [&](const WriterFault* fault) {
           return DoubtsBounds(*fault, element(column));
         });
}

ChunkRules PageTrust::RulesFor(size_t column, int64_t rows, Codec codec,
                               const RewriteOptions& options) const {
  ChunkRules rules{*options.target, leaf(column), rows};
  // The output says by which order bounds are bounds.
  rules.keep_statistics = ordered_ && std::ranges::none_of(faults_, [](const WriterFault* fault) {
                            return ConcernsStatistics(*fault);
                          });
  rules.codec = codec;
  rules.pool = options.pool;
  rules.only_listed = std::ranges::any_of(
      faults_, [](const WriterFault* fault) { return ConcernsEncodings(*fault); });
  return rules;
}

}  // namespace pqpack
