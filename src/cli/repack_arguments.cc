// SPDX-License-Identifier: Apache-2.0
#include "cli/repack_arguments.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "cli/common_flags.h"
#include "cli/location.h"
#include "cli/report/report_file.h"
#include "cli/same_place.h"
#include "cli/shard.h"

namespace pqpack::cli {
namespace {

Status Wrong(std::string message, std::string action = {}) {
  return Error(ErrorCode::kInvalid, std::move(message), std::move(action));
}

Status CheckBucketName(std::string_view variable, const std::string& bucket) {
  if (bucket.find('/') == bucket.npos) return Status::OK();
  return Wrong(fmt::format("{}: '{}' is no bucket's name", variable, bucket),
               "Give the name alone, without s3:// and without a prefix.");
}

// With no --src the container's variables name the job.
Status ApplyContainerMode(const Environment& environment, RepackArguments* arguments) {
  const std::string bucket = environment.Get("SRC_BUCKET");
  std::string prefix = environment.Get("SRC_PREFIX");
  if (bucket.empty() && prefix.empty()) {
    return Wrong("repack needs --src LOCATION",
                 "Give --src and --dst, or set SRC_BUCKET and SRC_PREFIX.");
  }
  if (bucket.empty() || prefix.empty()) {
    return Wrong(
        fmt::format("{} is set but {} is not", bucket.empty() ? "SRC_PREFIX" : "SRC_BUCKET",
                    bucket.empty() ? "SRC_BUCKET" : "SRC_PREFIX"),
        "Set both, or give --src and --dst.");
  }
  PQ_RETURN_NOT_OK(CheckBucketName("SRC_BUCKET", bucket));
  arguments->src = "s3://" + bucket + "/" + prefix;
  if (arguments->dst.empty()) {
    PQ_RETURN_NOT_OK(CheckBucketName("DEST_BUCKET", environment.Get("DEST_BUCKET")));
    const std::string to = environment.First({"DEST_BUCKET", "SRC_BUCKET"});
    std::string to_prefix = environment.Get("DEST_PREFIX");
    if (to_prefix.empty()) {
      if (prefix.ends_with('/')) prefix.pop_back();
      to_prefix = prefix + "_repack";
    }
    arguments->dst = "s3://" + to + "/" + to_prefix;
  }
  // Flags win over variables; 0 and 65536 are what the flags have when not given.
  if (const auto text = environment.Get("WORKERS"); !text.empty() && arguments->workers == 0) {
    auto value = ParseInteger(text, 0, kMostWorkers);
    if (!value.ok()) return Within("WORKERS", value.status());
    arguments->workers = *value;
  } else if (arguments->workers == 0) {
    arguments->workers = 32;
  }
  if (const auto text = environment.Get("BATCH_SIZE");
      !text.empty() && arguments->batch_size == RepackArguments().batch_size) {
    auto value = ParseInteger(text, 1, kMostRows);
    if (!value.ok()) return Within("BATCH_SIZE", value.status());
    arguments->batch_size = *value;
  }
  return Status::OK();
}

Status CheckSense(const RepackArguments& arguments, const RepackOptions& options) {
  if (arguments.allow_lossy && !arguments.convert_types) {
    return Wrong("--allow-lossy changes nothing without --convert-types",
                 "Add --convert-types, or leave --allow-lossy out.");
  }
  if (arguments.dry_run && !arguments.report.empty()) {
    return Wrong("--report tells what was done, and a dry run does nothing",
                 "Leave one of them out.");
  }
  const bool encrypts = !arguments.store.sse.empty() || !arguments.store.sse_kms_key_id.empty();
  if (encrypts && options.destination.scheme == Scheme::kLocal) {
    return Wrong("--sse is for S3, but --dst is a local path", "Leave it out.");
  }
  if (options.compression && !options.target->codecs.Has(*options.compression)) {
    return Wrong(fmt::format("--compression {} can't be read by target {}", arguments.compression,
                             options.target->name));
  }
  return CheckApart({"--src", options.source}, {"--dst", options.destination});
}

}  // namespace

std::string ShardWarning(const RepackArguments& arguments, const Environment& environment) {
  if (!arguments.shard.empty() || !environment.Get("PQPACK_SHARDS").empty()) return {};
  for (const auto name : {"JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX"}) {
    if (!environment.Get(name).empty()) {
      return std::string(name) + " is set but PQPACK_SHARDS is not: this worker takes every file";
    }
  }
  return {};
}

std::vector<Flag> RepackFlags(RepackArguments* arguments) {
  const std::string what = "What to do";
  const std::string how = "How";
  std::vector<Flag> flags = {
      {.name = "src",
       .value = "LOCATION",
       .group = what,
       .help = "file or prefix: s3://bucket/prefix, file:///path, path",
       .notes = "Only names that end in `.parquet` or `.parq` are taken.",
       .set = SetText(&arguments->src),
       .once = true},
      {.name = "dst",
       .value = "LOCATION",
       .group = what,
       .help = "where the same names are written",
       .notes = "A local folder is made. For a single file: a file if it ends in `.parquet` or "
                "`.parq`, else a folder. "
                "Refused where it is the source, contains it or lies inside it.",
       .set = SetText(&arguments->dst),
       .once = true},
      {.name = "target",
       .value = "NAME",
       .group = what,
       .help = "the reader it is for (snowflake)",
       .notes = TargetNames() +
                ". Schema and values are kept. A type that the target reads as something else is "
                "warned about, not changed. `--dry-run` prints what the target asks for.",
       .set = SetText(&arguments->target)},
      {.name = "convert-types",
       .value = "",
       .group = what,
       .help = "also change types that the target reads as others",
       .notes = "To the nearest one that it reads: nanoseconds to microseconds, unsigned to wider "
                "signed integers, and so on; `--dry-run` prints the list. A value that would not "
                "survive fails its file, with column and row named.",
       .set = SetBoolean(&arguments->convert_types)},
      {.name = "allow-lossy",
       .value = "",
       .group = what,
       .help = "with --convert-types: values may lose precision",
       .notes = "What is out of the new type's range still fails its file.",
       .set = SetBoolean(&arguments->allow_lossy)},
      CompressionFlag(&arguments->compression, what),
      {.name = "no-skip-existing",
       .value = "",
       .group = what,
       .help = "overwrite; else files that exist are skipped",
       .notes = "Skipped files that are older than their source are named as *stale*.",
       .set = SetBoolean(&arguments->no_skip_existing)},
      {.name = "update-stale",
       .value = "",
       .group = what,
       .help = "overwrite only those older than their source",
       .notes = "",
       .set = SetBoolean(&arguments->update_stale)},
      {.name = "dry-run",
       .value = "",
       .group = what,
       .help = "say what would be done to each file and why",
       .notes = "Writes nothing and reads the footers only.",
       .set = SetBoolean(&arguments->dry_run)},
      WorkersFlag(&arguments->workers, how),
      BatchSizeFlag(&arguments->batch_size, how),
      {.name = "engine",
       .value = "NAME",
       .group = how,
       .help = "auto (default): the least that is enough; reencode",
       .notes = "`auto` makes each column right by the least work: 0, the store copies the file's "
                "pages and only a new end is written; 1, the pages are copied; 2, they get another "
                "frame or codec; 3, values are decoded and encoded (docs/engine.md). `reencode` "
                "does the last for every column.",
       .set = SetChoice(&arguments->engine, {"auto", "reencode"})},
      ShardFlag(&arguments->shard, how, "only this worker's share of the files, I from 0 to N-1"),
  };
  for (auto& flag : StoreFlags(&arguments->store)) flags.push_back(std::move(flag));
  for (auto& flag : OutputFlags(&arguments->output)) flags.push_back(std::move(flag));
  flags.push_back(ReportFlag(&arguments->report));
  return flags;
}

Result<RepackOptions> MakeRepackOptions(RepackArguments arguments, const Environment& environment) {
  if (arguments.src.empty()) PQ_RETURN_NOT_OK(ApplyContainerMode(environment, &arguments));
  if (arguments.dst.empty()) {
    return Wrong("repack needs --dst LOCATION", "It is where the repacked files are written.");
  }
  PQ_RETURN_NOT_OK(ApplyShardVariables(environment, &arguments.shard));

  RepackOptions options;
  PQ_ASSIGN(options.source, ParseLocation("--src", arguments.src));
  PQ_ASSIGN(options.destination, ParseLocation("--dst", arguments.dst));
  auto target = FindTarget(arguments.target);
  if (!target.ok()) return Within("--target", target.status());
  options.target = *target;
  if (!arguments.shard.empty()) {
    auto shard = ParseShard(arguments.shard);
    if (!shard.ok()) return Within("--shard", shard.status());
    options.shard_index = static_cast<int>(shard->first);
    options.shard_count = static_cast<int>(shard->second);
  }
  options.compression = CodecOf(arguments.compression);
  options.convert_types = arguments.convert_types;
  options.allow_lossy = arguments.allow_lossy;
  options.workers = static_cast<int>(arguments.workers);
  options.engine = arguments.engine == "reencode" ? Engine::kReencode : Engine::kAuto;
  options.batch_size = arguments.batch_size;
  options.skip_existing = !arguments.no_skip_existing;
  options.update_stale = arguments.update_stale;
  options.dry_run = arguments.dry_run;
  PQ_RETURN_NOT_OK(CheckSense(arguments, options));
  return options;
}

}  // namespace pqpack::cli
