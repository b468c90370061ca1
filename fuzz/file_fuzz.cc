// SPDX-License-Identifier: Apache-2.0
//
// Input: a whole file, as inspect and diagnose read it.  Whatever is wrong with the bytes is
// part of what they say, never an error of theirs; what is walked lies inside of the file.
#include <arrow/buffer.h>
#include <arrow/io/memory.h>

#include <memory>

#include "base/memory_budget.h"
#include "diagnose/diagnose_file.h"
#include "fuzzing.h"
#include "inspect/chunk_places.h"
#include "inspect/read_footer.h"
#include "inspect/read_indexes.h"
#include "inspect/walk_pages.h"
#include "store/memory_store.h"
#include "target/target.h"

namespace pqpack::fuzz {
namespace {

void Inspect(Bytes bytes) {
  const auto size = static_cast<int64_t>(bytes.size());
  arrow::io::BufferReader file(std::make_shared<arrow::Buffer>(bytes.data(), size));
  const auto report = ReportFooter(file);
  Require(report.ok(), "a footer is reported, whatever it is");
  const auto places = PlaceChunks(report->meta, report->data_end());
  PageWalker walker(file, {.max_decoded = kMiB});
  IndexReader indexes(file, size);
  int64_t walked = 0;
  for (size_t group = 0; group < places.size(); ++group) {
    for (size_t column = 0; column < places[group].size(); ++column) {
      const ByteRange pages = places[group][column].pages;
      Require(pages.offset >= 0 && pages.length >= 0 && pages.end() <= size,
              "a chunk lies inside of the file");
      const auto end =
          walker.Walk(pages, LevelLayout{1, 0, Codec::kUncompressed}, [&](const WalkedPage& page) {
            walked += page.header_size;
            return Status::OK();
          });
      Require(end.ok(), "a walk ends with what is wrong");
      const ColumnChunk& chunk = report->meta.row_groups[group].columns[column];
      Require(indexes.ReadOffsetIndex(chunk).ok(), "an offset index is reported");
      Require(indexes.ReadColumnIndex(chunk).ok(), "a column index is reported");
    }
  }
  Require(walked <= size, "no byte is walked twice");
}

void Diagnose(Bytes bytes, const char* target) {
  MemoryStore store({"b"});
  const Uri uri = *Uri::Parse("memory://b/f.parquet");
  auto writer = *store.Create(uri, {});
  Require(writer->Append(bytes).ok(), "the file is stored");
  const auto object = writer->Finish();
  Require(object.ok(), "the file is stored");
  MemoryBudget memory(256 * kMiB);
  const DiagnoseOptions options{*FindTarget(target), true};
  const auto diagnosis = DiagnoseFile(*object, options, {store, nullptr, memory, {}});
  if (!diagnosis.ok()) std::fprintf(stderr, "%s\n", diagnosis.status().ToString().c_str());
  Require(diagnosis.ok(), "a diagnosis is made of any bytes");
}

}  // namespace
}  // namespace pqpack::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pqpack;
  const Bytes bytes(data, size);
  fuzz::Inspect(bytes);
  fuzz::Diagnose(bytes, size % 2 == 0 ? "generic" : "snowflake");
  return 0;
}
