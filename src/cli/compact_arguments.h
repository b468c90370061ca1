// SPDX-License-Identifier: Apache-2.0
//
// From the flags of `pqpack compact`, and of `pqpack plan`, to the library's options.  Nothing is
// opened here but local folders' identities.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/catalog_session.h"
#include "cli/output_options.h"
#include "cli/plan_options.h"
#include "cli/store_options.h"
#include "run/compact.h"

namespace pqpack::cli {

struct CompactArguments {
  CatalogOptions table;
  PlanArguments plan;
  std::string destination;
  std::string publish;
  bool delete_originals = false;
  std::string target = "generic";
  std::string compression = "keep";
  std::string engine = "auto";
  std::string verify = "auto";
  int64_t workers = 0;
  int64_t batch_size = 65536;
  bool dry_run = false;
  std::string plan_file;  // of `pqpack plan`
  bool explain = false;
  std::string report;
  StoreOptions store;
  OutputOptions output;
};

// Those that decide what is merged and what becomes of it.
std::vector<Flag> PlannedFlags(CompactArguments* arguments);

// All of `pqpack compact`.
std::vector<Flag> CompactFlags(CompactArguments* arguments);

// kInvalid for what is missing, wrong or contradictory: the user's to correct before anything is
// done.  `memory_limit` is left at its default.
Result<CompactOptions> MakeCompactOptions(const CompactArguments& arguments,
                                          const TableChoice& table);

}  // namespace pqpack::cli
