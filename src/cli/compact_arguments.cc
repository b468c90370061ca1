// SPDX-License-Identifier: Apache-2.0
#include "cli/compact_arguments.h"

#include <utility>

#include "cli/common_flags.h"
#include "cli/explain_plan.h"
#include "cli/human.h"
#include "cli/location.h"
#include "cli/new_run_id.h"
#include "cli/report/report_file.h"
#include "cli/same_place.h"

namespace pqpack::cli {
namespace {

constexpr const char* kWhere = "What becomes of it";
constexpr const char* kHow = "How";

Status Wrong(std::string message, std::string action) {
  return Error(ErrorCode::kInvalid, std::move(message), std::move(action));
}

// Old and new files side by side would double every row: so what becomes of both has to be said.
Status NothingSaid(const CompactArguments& arguments) {
  const CatalogOptions& table = arguments.table;
  const bool plans = !arguments.plan_file.empty();
  std::string begin = plans ? "\npqpack plan" : "\npqpack compact";
  const auto add = [&](const std::string& flag, const std::string& value) {
    if (value.empty()) return;
    const bool plain = value.find_first_of(" \t'\"$`\\*?<>|&;()") == std::string::npos;
    begin += " --" + flag + " " + (plain ? value : "\"" + value + "\"");
  };
  add("path", table.path);
  add("database_name", table.database_name);
  add("table_name", table.table_name);
  add("catalog_id", table.catalog_id);
  add("partition_types", table.partition_types);
  add("partition_predicate", arguments.plan.predicate);
  add("small_file_threshold", arguments.plan.threshold);
  if (arguments.plan.target_mib != PlanArguments().target_mib) {
    add("target_file_size_mb", std::to_string(arguments.plan.target_mib));
  }
  add("out", arguments.plan_file);
  return Wrong(
      "it is not said what becomes of the originals, and merged files beside them would double "
      "every row" +
          begin + " --target_s3_path LOCATION          a compacted copy" + begin +
          " --delete_original_files true       merged files instead of them" +
          (plans ? "" : begin) +
          (plans ? "" : " --dry-run                          only what would be done"),
      "Choose one.");
}

// A swap, whatever else is asked for.
Status CheckSwap(const CompactArguments& arguments, bool has_catalog) {
  if (!has_catalog) {
    return Wrong("--publish swap leads a catalog to new files, and a folder tree has none",
                 "Name the table by --database-name and --table-name.");
  }
  if (arguments.delete_originals) {
    return Wrong("--publish swap keeps the originals, so that pqpack undo can lead back to them",
                 "Leave --delete_original_files true out, or move the table: then give "
                 "--target_s3_path LOCATION instead of --publish swap.");
  }
  if (!arguments.destination.empty()) {
    return Wrong("--publish swap has a place of its own, beside the table",
                 "Leave --target_s3_path out, or give --delete_original_files true instead of "
                 "--publish swap: a move there.");
  }
  if (arguments.verify == "none") {
    return Wrong("--verify none and --publish swap: readers are led to nothing unproven",
                 "Leave out --verify none.");
  }
  return Status::OK();
}

// Workers of a plan know of no catalog.
Status CheckPlanned(const CompactArguments& arguments, PublishMode mode) {
  if (arguments.plan_file.empty() || !LeadsCatalog(mode)) return Status::OK();
  return Wrong("a plan for workers can't lead a catalog to another place",
               "Run pqpack compact, or plan a copy or a compaction in place.");
}

Status CheckPublish(const CompactArguments& arguments, bool has_catalog) {
  const std::string& publish = arguments.publish;
  const bool elsewhere = !arguments.destination.empty();
  const bool swap = publish == "swap";
  if (swap) PQ_RETURN_NOT_OK(CheckSwap(arguments, has_catalog));
  if (publish == "copy" && !elsewhere) {
    return Wrong("--publish copy needs --target_s3_path LOCATION", "It is where the copy goes.");
  }
  if (publish == "copy" && arguments.delete_originals) {
    return Wrong("--publish copy leaves the table as it is, --delete_original_files true does not",
                 "Give one of them.");
  }
  if (publish == "in-place" && elsewhere) {
    return Wrong("--publish in-place writes into the table, but --target_s3_path is another place",
                 "Give one of them.");
  }
  if (publish == "in-place" && !arguments.delete_originals) {
    return Wrong("--publish in-place deletes the originals once the merged files are published",
                 "Say so with --delete_original_files true.");
  }
  if (arguments.verify == "none" && arguments.delete_originals) {
    return Wrong("--verify none and --delete_original_files true: nothing is deleted unproven",
                 "Leave out --verify none.");
  }
  if (arguments.dry_run && !arguments.report.empty()) {
    return Wrong("--report tells what was done, and a dry run does nothing",
                 "Leave one of them out.");
  }
  const bool said = elsewhere || arguments.delete_originals || swap;
  return said || arguments.dry_run ? Status::OK() : NothingSaid(arguments);
}

PublishMode ModeOf(const CompactArguments& arguments, bool has_catalog) {
  if (arguments.publish == "swap") return PublishMode::kSwap;
  if (!arguments.delete_originals) return PublishMode::kCopy;
  if (arguments.destination.empty()) return PublishMode::kInPlace;
  return has_catalog ? PublishMode::kCatalogMove : PublishMode::kMove;
}

}  // namespace

std::vector<Flag> PlannedFlags(CompactArguments* arguments) {
  const std::string what = "What to compact";
  const std::string where = kWhere;
  const std::string how = kHow;
  std::vector<Flag> flags = CatalogFlags(&arguments->table, what);
  for (auto& flag : PlanFlags(&arguments->plan, what, where)) flags.push_back(std::move(flag));
  const std::vector<Flag> own = {
      {.name = "target-s3-path",
       .value = "LOCATION",
       .group = where,
       .help = "write a compacted copy there; the table stays",
       .notes =
           "A folder or prefix on the same kind of store. It receives all files of the "
           "selected partitions, in the same folders: small ones merged, large ones copied as "
           "they are. A partition whose folder there has files already fails. Refused where it is "
           "the table, lies inside it or contains it.",
       .set = SetText(&arguments->destination),
       .once = true},
      {.name = "delete-original-files",
       .value = "",
       .group = where,
       .help = "merged files take the originals' place",
       .notes = "Each group of merged files is published in its partition's folder, and then "
                "exactly the files that it was made of are deleted, if they are still the same "
                "ones. For that moment readers see its rows twice, never not at all. With "
                "`--target-s3-path` it is a move: published there, then deleted here. Of a table "
                "of the Glue Data Catalog the locations of the selected partitions are led there "
                "in between.",
       .set = SetBoolean(&arguments->delete_originals)},
      {.name = "publish",
       .value = "MODE",
       .group = where,
       .help = "copy, in-place or swap; follows from the two above",
       .notes = "`copy` goes with `--target-s3-path`, `in-place` with `--delete-original-files`. "
                "`swap` is for tables of the Glue Data Catalog: the selected partitions, with all "
                "of their files, get a new place beside the table, which the catalog then leads "
                "to; the originals stay, and `pqpack undo` leads back to them.",
       .set = SetChoice(&arguments->publish, {"copy", "in-place", "swap"})},
      {.name = "target",
       .value = "NAME",
       .group = where,
       .help = "the reader it is for (generic)",
       .notes = TargetNames() + ".",
       .set = SetText(&arguments->target)},
      CompressionFlag(&arguments->compression, where),
      {.name = "verify",
       .value = "KIND",
       .group = how,
       .help = "auto (default), content or none",
       .notes = "How the merged files are proven to hold the originals' rows before they are "
                "published: `content` decodes both sides, `auto` spares that where the same pages "
                "are on both. `none` is refused where originals are deleted.",
       .set = SetChoice(&arguments->verify, {"auto", "content", "none"})},
      {.name = "engine",
       .value = "NAME",
       .group = how,
       .help = "auto (default): the least that is enough; reencode",
       .notes =
           "`auto` copies the pages of row groups that are large enough, merges those of small "
           "ones page by page, and decodes and encodes only the columns where that is not "
           "right (docs/engine.md). `reencode` decodes and encodes all.",
       .set = SetChoice(&arguments->engine, {"auto", "reencode"})},
      ExplainFlag(&arguments->explain),
  };
  flags.insert(flags.end(), own.begin(), own.end());
  return flags;
}

std::vector<Flag> CompactFlags(CompactArguments* arguments) {
  std::vector<Flag> flags = PlannedFlags(arguments);
  flags.push_back({.name = "dry-run",
                   .value = "",
                   .group = kWhere,
                   .help = "say what would be merged, as pqpack plan does",
                   .notes = "",
                   .set = SetBoolean(&arguments->dry_run)});
  flags.push_back(WorkersFlag(&arguments->workers, kHow));
  flags.push_back(BatchSizeFlag(&arguments->batch_size, kHow));
  for (auto& flag : StoreFlags(&arguments->store)) flags.push_back(std::move(flag));
  for (auto& flag : OutputFlags(&arguments->output)) flags.push_back(std::move(flag));
  flags.push_back(ReportFlag(&arguments->report));
  return flags;
}

Result<CompactOptions> MakeCompactOptions(const CompactArguments& arguments,
                                          const TableChoice& table) {
  const bool has_catalog = table.glue.has_value();
  PQ_RETURN_NOT_OK(CheckPublish(arguments, has_catalog));
  CompactOptions options;
  PQ_ASSIGN(options.table, MakePlanOptions(arguments.plan));
  options.publish = ModeOf(arguments, has_catalog);
  PQ_RETURN_NOT_OK(CheckPlanned(arguments, options.publish));
  options.moved_from = table.place.AsFolder();
  if (!arguments.destination.empty()) {
    PQ_ASSIGN(options.destination, ParseRealLocation("--target_s3_path", arguments.destination));
    options.destination = options.destination.AsFolder();
    if (options.destination.scheme != table.place.scheme) {
      return Wrong("--target_s3_path is on another kind of store than the table",
                   "Copy within one store, and move the copy then.");
    }
    // Where a catalog's table lies is not known yet.
    if (!table.glue) {
      PQ_RETURN_NOT_OK(
          CheckApart({"--path", table.place}, {"--target_s3_path", options.destination}));
    }
  }
  PQ_ASSIGN(options.run, NewRunId());
  auto target = FindTarget(arguments.target);
  if (!target.ok()) return Within("--target", target.status());
  options.target = *target;
  options.compression = CodecOf(arguments.compression);
  if (options.compression && !options.target->codecs.Has(*options.compression)) {
    return Wrong("--compression " + arguments.compression + " can't be read by target " +
                     std::string(options.target->name),
                 "Choose another one.");
  }
  options.engine = arguments.engine == "reencode" ? Engine::kReencode : Engine::kAuto;
  if (arguments.verify == "none") options.proof.reset();
  if (arguments.verify == "content") options.proof = Proof::kContent;
  options.workers = static_cast<int>(arguments.workers);
  options.batch_size = arguments.batch_size;
  return options;
}

}  // namespace pqpack::cli
