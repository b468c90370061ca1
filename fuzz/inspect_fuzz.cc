// SPDX-License-Identifier: Apache-2.0
//
// Input: a whole file, as inspect and diagnose --deep read it.  Whatever is wrong with the bytes
// is part of what they say, never an error of theirs; what is walked lies inside of the file, and
// nothing twice.
#include <arrow/buffer.h>
#include <arrow/io/memory.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/memory_budget.h"
#include "diagnose/diagnose_file.h"
#include "format/schema_tree.h"
#include "fuzzing.h"
#include "inspect/chunk_places.h"
#include "inspect/read_footer.h"
#include "inspect/read_indexes.h"
#include "inspect/value_text.h"
#include "inspect/walk_pages.h"
#include "target/target.h"
#include "whole_file.h"

namespace pqpack::fuzz {
namespace {

class Inspection {
 public:
  explicit Inspection(Bytes bytes)
      : size_(static_cast<int64_t>(bytes.size())),
        file_(std::make_shared<arrow::Buffer>(bytes.data(), size_)),
        walker_(file_, {.max_decoded = kMiB}),
        indexes_(file_, size_) {}

  // Gives the footer, as far as it can be read.
  FileMetaData Run() {
    const auto report = ReportFooter(file_);
    Require(report.ok(), "a footer is reported, whatever it is");
    const auto tree = SchemaTree::Make(report->meta.schema);
    const auto places = PlaceChunks(report->meta, report->data_end());
    for (size_t group = 0; group < places.size(); ++group) {
      for (size_t column = 0; column < places[group].size(); ++column) {
        const bool known = tree.ok() && column < tree->leaves().size();
        const int leaf = known ? tree->leaves()[column] : -1;
        Chunk(report->meta.row_groups[group].columns[column], places[group][column].pages,
              known ? &tree->node(leaf) : nullptr, known ? &tree->element(leaf) : nullptr);
      }
    }
    Require(walked_ <= size_, "no byte is walked twice");
    return report->meta;
  }

 private:
  void Chunk(const ColumnChunk& chunk, ByteRange pages, const SchemaTree::Node* leaf,
             const SchemaElement* element) {
    Require(pages.offset >= 0 && pages.length >= 0 && pages.end() <= size_,
            "a chunk lies inside of the file");
    std::optional<LevelLayout> layout;
    if (leaf != nullptr && chunk.meta_data) {
      layout = {{leaf->max_repetition_level, leaf->max_definition_level}, chunk.meta_data->codec};
    }
    const auto end = walker_.Walk(pages, layout, [&](const WalkedPage& page) {
      walked_ += std::min(page.end(), pages.end()) - page.offset;  // the last one may be cut
      Say(page.statistics(), element);
      return Status::OK();
    });
    Require(end.ok(), "a walk ends with what is wrong");
    Require(end->offset >= pages.offset && end->offset <= pages.end(), "a walk ends in its chunk");
    if (chunk.meta_data && chunk.meta_data->statistics) {
      Say(&*chunk.meta_data->statistics, element);
    }
    Require(indexes_.ReadOffsetIndex(chunk).ok(), "an offset index is reported");
    Require(indexes_.ReadColumnIndex(chunk).ok(), "a column index is reported");
    Require(indexes_.ReadBloomFilter(chunk).ok(), "a Bloom filter is reported");
  }

  static void Say(const Statistics* statistics, const SchemaElement* element) {
    if (statistics == nullptr || element == nullptr) return;
    for (const auto& bound : {statistics->min_value, statistics->max_value, statistics->min}) {
      if (bound) Require(!ValueText(*bound, *element).empty(), "a bound has a text");
    }
  }

  const int64_t size_;
  arrow::io::BufferReader file_;
  PageWalker walker_;
  IndexReader indexes_;
  int64_t walked_ = 0;
};

void Diagnose(Bytes bytes, const char* target, bool deep) {
  MemoryStore store({"b"});
  const ObjectInfo object = Put(store, "f.parquet", bytes);
  MemoryBudget memory(64 * kMiB);
  const DiagnoseOptions options{*FindTarget(target), deep};
  const auto diagnosis = DiagnoseFile(object, options, {store, nullptr, memory, {}});
  if (diagnosis.ok() || CodeOf(diagnosis.status()) == ErrorCode::kTooLarge) return;
  std::fprintf(stderr, "%s\n", diagnosis.status().ToString().c_str());
  Require(false, "a diagnosis is made of any bytes");
}

}  // namespace
}  // namespace pqpack::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pqpack;
  const Bytes bytes(data, size);
  const FileMetaData footer = fuzz::Inspection(bytes).Run();
  fuzz::Diagnose(bytes, size % 2 == 0 ? "generic" : "snowflake", !fuzz::ClaimsMuch(footer));
  return 0;
}
