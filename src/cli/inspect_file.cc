// SPDX-License-Identifier: Apache-2.0
#include "cli/inspect_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "cli/flags.h"
#include "cli/human.h"
#include "inspect/chunk_places.h"

namespace pqpack::cli {
namespace {

Status Wrong(std::string message, std::string action) {
  return Error(ErrorCode::kInvalid, std::move(message), std::move(action));
}

Status NotAFile(const Uri& uri, const std::vector<ObjectInfo>& inside) {
  const auto is_parquet = [](const ObjectInfo& info) {
    return info.uri.key.ends_with(".parquet") || info.uri.key.ends_with(".parq");
  };
  const auto first = std::ranges::find_if(inside, is_parquet);
  return Wrong(OneLine(uri.ToString()) + " is a folder, and inspect looks at one file",
               first == inside.end()
                   ? "Name a file."
                   : "Name a file in it, such as " + OneLine(first->uri.ToString()) + ".");
}

// The path itself, or what lies below it.
bool Covers(std::string_view asked, std::string_view path) {
  return path.starts_with(asked) && (path.size() == asked.size() || path[asked.size()] == '.');
}

class Inspection {
 public:
  Inspection(arrow::io::RandomAccessFile& file, const InspectOptions& options,
             InspectPrinter& printer, InspectOutcome* outcome)
      : options_(options),
        printer_(printer),
        outcome_(*outcome),
        file_(file),
        walker_(file, {.read_bodies = options.depth == InspectDepth::kBodies}) {}

  Status Run(const ObjectInfo& object) {
    PQ_ASSIGN(footer_, ReportFooter(file_));
    auto tree = SchemaTree::Make(footer_.meta.schema);
    if (tree.ok()) tree_ = std::make_unique<SchemaTree>(std::move(tree).ValueUnsafe());
    PQ_RETURN_NOT_OK(CheckOptions());
    printer_.File(object, footer_);
    if (!footer_.problem.ok()) Broke({.part = "footer"}, footer_.problem);
    printer_.Schema(footer_.meta, tree_.get(), ShownElements());
    if (footer_.meta.row_groups.empty() && !footer_.whole) return LostPages();
    return Groups();
  }

 private:
  void Broke(BreakPlace place, const Status& problem) {
    const Break broken{std::move(place), problem};
    if (outcome_.breaks++ == 0) outcome_.first = broken;
    printer_.Broke(broken);
  }

  void BrokeIn(const ChunkView& view, const char* part, const Status& problem) {
    if (problem.ok()) return;
    Broke({view.row_group, view.column, view.path, part}, problem);
  }

  Status CheckOptions() const {
    const auto groups = static_cast<int64_t>(footer_.meta.row_groups.size());
    if (options_.row_group && *options_.row_group >= groups) {
      return Wrong(
          fmt::format("--row-group {}: the file has {}", *options_.row_group,
                      HumanCount(groups, "row group")),
          groups > 0 ? fmt::format("Give one from 0 to {}.", groups - 1) : "Leave it out.");
    }
    if (options_.column.empty()) return Status::OK();
    const std::vector<std::string> paths = Paths();
    const auto covered = [&](const std::string& path) { return Covers(options_.column, path); };
    if (std::ranges::any_of(paths, covered)) return Status::OK();
    std::string nearest = Nearest(options_.column, paths);
    if (nearest.empty() && paths.size() == 1) nearest = paths[0];
    return Wrong(fmt::format("--column {}: the file has no such column", OneLine(options_.column)),
                 nearest.empty() ? "Without --column all are listed."
                                 : "Did you mean " + OneLine(nearest) + "?");
  }

  // Of the leaves; without a schema what the first row group's chunks call themselves.
  std::vector<std::string> Paths() const {
    std::vector<std::string> paths;
    if (tree_ != nullptr) {
      for (const int leaf : tree_->leaves()) paths.push_back(tree_->DottedPath(leaf));
    } else if (!footer_.meta.row_groups.empty()) {
      const auto& columns = footer_.meta.row_groups[0].columns;
      for (size_t c = 0; c < columns.size(); ++c) paths.push_back(PathOf(columns[c], c));
    }
    return paths;
  }

  bool HasLeaf(size_t column) const { return tree_ != nullptr && column < tree_->leaves().size(); }

  std::string PathOf(const ColumnChunk& chunk, size_t column) const {
    if (HasLeaf(column)) return tree_->DottedPath(tree_->leaves()[column]);
    return chunk.meta_data ? chunk.meta_data->Path() : "?";
  }

  // All, or the column's own ones with what is above and below them.
  std::vector<bool> ShownElements() const {
    std::vector<bool> shown(footer_.meta.schema.size(), options_.column.empty());
    if (options_.column.empty() || tree_ == nullptr) return shown;
    for (const int leaf : tree_->leaves()) {
      if (!Covers(options_.column, tree_->DottedPath(leaf))) continue;
      for (int i = leaf; i >= 0; i = tree_->node(i).parent) shown[static_cast<size_t>(i)] = true;
    }
    return shown;
  }

  Status Groups() {
    places_ = PlaceChunks(footer_.meta, footer_.data_end());
    IndexReader indexes(file_, footer_.file_size);
    for (size_t g = 0; g < footer_.meta.row_groups.size(); ++g) {
      const auto number = static_cast<int64_t>(g);
      if (options_.row_group && *options_.row_group != number) continue;
      const RowGroup& group = footer_.meta.row_groups[g];
      printer_.Group(number, group);
      for (size_t c = 0; c < group.columns.size(); ++c) {
        ChunkView view{number, static_cast<int64_t>(c), PathOf(group.columns[c], c),
                       &group.columns[c], nullptr};
        if (HasLeaf(c)) view.element = &tree_->element(tree_->leaves()[c]);
        if (!options_.column.empty() && !Covers(options_.column, view.path)) continue;
        PQ_RETURN_NOT_OK(options_.may_go_on());
        PQ_RETURN_NOT_OK(Chunk(view, places_[g][c], &indexes));
      }
    }
    return Status::OK();
  }

  Status Chunk(const ChunkView& view, const ChunkPlace& place, IndexReader* indexes) {
    printer_.Chunk(view);
    BrokeIn(view, "place", place.problem);
    if (options_.depth == InspectDepth::kFooter) return Status::OK();
    if (place.pages.length > 0) PQ_RETURN_NOT_OK(Walk(&view, place.pages));
    if (view.chunk->encrypted()) return Status::OK();  // so are its indexes
    PQ_ASSIGN(const auto column_index, indexes->ReadColumnIndex(*view.chunk));
    PQ_ASSIGN(const auto offset_index, indexes->ReadOffsetIndex(*view.chunk));
    PQ_ASSIGN(const auto bloom_filter, indexes->ReadBloomFilter(*view.chunk));
    printer_.Indexes(view, column_index, offset_index, bloom_filter);
    BrokeIn(view, "column index", column_index.problem);
    BrokeIn(view, "offset index", offset_index.problem);
    BrokeIn(view, "bloom filter", bloom_filter.problem);
    return Status::OK();
  }

  // Null `view`: lost pages.
  Status Walk(const ChunkView* view, ByteRange range) {
    int64_t index = 0;
    std::vector<int64_t> wrong;
    PQ_ASSIGN(const WalkEnd end, walker_.Walk(range, view == nullptr ? std::nullopt : Layout(*view),
                                              [&](const WalkedPage& page) {
                                                printer_.Page(view, index++, page);
                                                if (page.crc == CrcState::kWrong) {
                                                  wrong.push_back(page.offset);
                                                }
                                                ++outcome_.pages;
                                                ++outcome_.crcs[page.crc];
                                                return Status::OK();
                                              }));
    printer_.EndPages(view, end);
    const BreakPlace place = view == nullptr
                                 ? BreakPlace{.part = "pages"}
                                 : BreakPlace{view->row_group, view->column, view->path, "pages"};
    for (const int64_t offset : wrong) {
      Broke(place, Error(ErrorCode::kCorrupt,
                         fmt::format("the body of the page at offset {} is not what its CRC was "
                                     "made from",
                                     offset)));
    }
    if (!end.problem.ok()) Broke(place, end.problem);
    return Status::OK();
  }

  std::optional<LevelLayout> Layout(const ChunkView& view) const {
    const auto column = static_cast<size_t>(view.column);
    if (!HasLeaf(column) || !view.chunk->meta_data) return std::nullopt;
    const SchemaTree::Node& node = tree_->node(tree_->leaves()[column]);
    return LevelLayout{{node.max_repetition_level, node.max_definition_level},
                       view.chunk->meta_data->codec};
  }

  // Without a footer there are still pages, one behind the other from the magic on.
  Status LostPages() {
    const bool encrypted = CodeOf(footer_.problem) == ErrorCode::kUnsupported;
    if (options_.depth == InspectDepth::kFooter || encrypted) return Status::OK();
    if (footer_.data_end() <= kMagicSize) return Status::OK();
    printer_.LostPages(kMagicSize);
    return Walk(nullptr, {kMagicSize, footer_.data_end() - kMagicSize});
  }

  const InspectOptions& options_;
  InspectPrinter& printer_;
  InspectOutcome& outcome_;
  arrow::io::RandomAccessFile& file_;
  PageWalker walker_;
  FooterReport footer_;
  std::unique_ptr<SchemaTree> tree_;  // of footer_.meta.schema; null where that makes none
  std::vector<std::vector<ChunkPlace>> places_;
};

}  // namespace

Result<ObjectInfo> FindInspected(ObjectStore& store, const Uri& uri) {
  if (!uri.key.empty() && !uri.key.ends_with('/')) {
    PQ_ASSIGN(auto found, LookUp(store, uri));
    if (found) return *std::move(found);
  }
  auto listing = store.List(uri.AsFolder());
  const bool missing = !listing.ok() && CodeOf(listing.status()) == ErrorCode::kNotFound;
  if (!listing.ok() && !missing) return listing.status();
  std::vector<ObjectInfo> inside;
  if (!missing) {
    PQ_ASSIGN(inside, (*listing)->Next());
  }
  // A folder on S3 is the names in it.
  if (!missing && (uri.scheme == Scheme::kLocal || !inside.empty())) return NotAFile(uri, inside);
  return Error(ErrorCode::kNotFound, uri.ToString() + ": no such file", "Check the name.");
}

Status InspectFile(arrow::io::RandomAccessFile& file, const ObjectInfo& object,
                   const InspectOptions& options, InspectPrinter& printer,
                   InspectOutcome* outcome) {
  return Inspection(file, options, printer, outcome).Run(object);
}

}  // namespace pqpack::cli
