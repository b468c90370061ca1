// SPDX-License-Identifier: Apache-2.0
#include "verify/output_proof.h"

#include <algorithm>
#include <utility>

#include "format/schema_tree.h"
#include "inspect/read_footer.h"
#include "verify/chunk_reader.h"

namespace pqpack {
namespace {

// A filter, twice while it is taken over, and pages and buffers of a reader.
constexpr int64_t kPerThread = 32 * kMiB;

Status ProveOnce(MemoryBudget& budget, ObjectStore& store, const ObjectInfo& object,
                 const OutputProof& proof, const OutputProofOptions& options, bool alone) {
  ReadAheadOptions reading = options.reading;
  const int64_t window = ReadAheadFile::MemoryFor(object.size, reading);
  const int64_t usual = window + kPerThread * options.width;
  PQ_ASSIGN(const auto reservation, budget.Acquire(alone ? budget.limit() : usual, options.stop));
  if (reservation.bytes() < usual) reading.max_bytes = std::min(window, reservation.bytes() / 4);
  const int64_t of_file = reading.max_bytes >= 0 ? reading.max_bytes : window;
  CappedPool pool(arrow::system_memory_pool(), reservation.bytes() - of_file);
  PQ_ASSIGN(auto file, ReadAheadFile::Open(store, object, reading));
  PQ_ASSIGN(const FileMetaData footer, ReadFooter(*file, object.uri.ToString()));
  const std::vector<ProofPlace> places = proof.places(footer);
  if (places.empty()) return Status::OK();
  PQ_ASSIGN(const SchemaTree tree, SchemaTree::Make(footer.schema));
  const std::vector<TableColumn> columns = TableColumnsOf(tree);
  const OutputToProve output{std::move(file), footer, columns, &pool, options.stop};
  return options.executor->ForEach(
      static_cast<int64_t>(places.size()), options.width,
      [&](int64_t i) { return proof.prove(output, places[static_cast<size_t>(i)]); });
}

}  // namespace

ChunkSource OutputToProve::Chunk(const ProofPlace& place) const {
  const ColumnMetaData& meta = Meta(place);
  return {file,
          {meta.pages(), meta.num_values, meta.codec},
          footer.row_groups[place.group].num_rows,
          QuirksOfWriter(footer)};
}

Status ProveOutput(MemoryBudget& budget, ObjectStore& store, const ObjectInfo& object,
                   const OutputProof& proof, const OutputProofOptions& options) {
  Status status = ProveOnce(budget, store, object, proof, options, /*alone=*/false);
  if (!status.ok() && CodeOf(status) == ErrorCode::kTooLarge) {
    OutputProofOptions slower = options;
    slower.width = 1;
    status = ProveOnce(budget, store, object, proof, slower, /*alone=*/true);
  }
  return Within(object.uri.ToString(), status);
}

}  // namespace pqpack
