// SPDX-License-Identifier: Apache-2.0
//
// What a proof of an output's values has in common with others: the file is read again, chunks in
// parallel, within the budget.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "base/executor.h"
#include "base/memory_budget.h"
#include "base/status.h"
#include "format/footer.h"
#include "store/object_store.h"
#include "store/read_ahead_file.h"
#include "verify/chunk_stream.h"
#include "verify/table_column.h"

namespace pqpack {

struct OutputProofOptions {
  Executor* executor = nullptr;  // borrowed
  int width = 1;                 // threads
  ReadAheadOptions reading;
  std::stop_token stop;
};

// What is proven by itself: a chunk, or a row group.
struct ProofPlace {
  size_t group = 0;
  size_t column = 0;
};

// A file that is open, with what its footer says.  Thread-safe.
struct OutputToProve {
  std::shared_ptr<ReadAheadFile> file;
  const FileMetaData& footer;
  const std::vector<TableColumn>& columns;
  arrow::MemoryPool* pool;
  std::stop_token stop;

  const ColumnMetaData& Meta(const ProofPlace& place) const {
    return *footer.row_groups[place.group].columns[place.column].meta_data;
  }
  ChunkSource Chunk(const ProofPlace& place) const;
};

struct OutputProof {
  // Which places there are.
  std::function<std::vector<ProofPlace>(const FileMetaData&)> places;
  std::function<Status(const OutputToProve&, const ProofPlace&)> prove;
};

// Memory is taken from the budget, of which the caller holds nothing; where it is not enough for
// several threads it is tried with one, and with all of it.
// Errors of `prove` and of a file that can't be read, with its name; kCancelled.
Status ProveOutput(MemoryBudget& budget, ObjectStore& store, const ObjectInfo& object,
                   const OutputProof& proof, const OutputProofOptions& options);

}  // namespace pqpack
