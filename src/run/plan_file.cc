// SPDX-License-Identifier: Apache-2.0
//
// Names are kept relative to their partition, percent-encoded, and in key order.  So the checks of
// a file that is read need no sets: a name that stands twice is one that does not ascend.
#include "run/plan_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ranges>
#include <unordered_set>
#include <utility>

#include "catalog/partition_path.h"
#include "commit/record.h"
#include "run/check_places.h"
#include "store/s3/uri_encode.h"
#include "store/sha256.h"

namespace pqpack {
namespace {

constexpr std::string_view kKind = "pqpack plan";
constexpr int64_t kMostPlanBytes = 4 * kGiB;
constexpr int64_t kMostTargetSize = 1024 * kGiB;
// Of all files together: no sum of sizes goes beyond it.
constexpr int64_t kMostBytes = int64_t{1} << 60;
constexpr int64_t kLastSecond = 253402300799;  // of the year 9999

struct CodecWord {
  std::string_view word;
  std::optional<Codec> codec;
};
constexpr std::array<CodecWord, 5> kCodecs = {{{"keep", std::nullopt},
                                               {"snappy", Codec::kSnappy},
                                               {"zstd", Codec::kZstd},
                                               {"gzip", Codec::kGzip},
                                               {"none", Codec::kUncompressed}}};
struct ProofWord {
  std::string_view word;
  std::optional<Proof> proof;
};
constexpr std::array<ProofWord, 3> kProofs = {
    {{"auto", Proof::kAuto}, {"content", Proof::kContent}, {"none", std::nullopt}}};
struct EngineWord {
  std::string_view word;
  Engine engine;
};
constexpr std::array<EngineWord, 2> kEngines = {
    {{"auto", Engine::kAuto}, {"reencode", Engine::kReencode}}};
constexpr std::array kModes = {PublishMode::kCopy, PublishMode::kInPlace, PublishMode::kMove};

std::string Encoded(std::string_view text) { return UriEncode(text, "/="); }

bool IsUtf8(const std::string& text) {
  const auto lenient = [&](Record::error_handler_t handler) {
    return Record(text).dump(-1, ' ', false, handler);
  };
  return lenient(Record::error_handler_t::replace) == lenient(Record::error_handler_t::ignore);
}

// Folders and files are percent-encoded.  What is not would come back as something else.
Status CheckTexts(const PlannedRun& planned) {
  if (!IsUtf8(planned.options.table.predicate)) {
    return Error(ErrorCode::kInvalid, "the partition predicate is no UTF-8", "Write it in UTF-8.");
  }
  for (const Column& key : planned.plan.table.partition_keys) {
    if (IsUtf8(key.name)) continue;
    return Error(ErrorCode::kConfig,
                 fmt::format("{}: the partition key '{}' is no UTF-8, and a plan can't name it",
                             ToAscii(planned.plan.table.location), Encoded(key.name)),
                 "Compact this table with pqpack compact, or rename its folders.");
  }
  return Status::OK();
}

Record ColumnsRecord(const std::vector<Column>& columns) {
  Record list = Record::array();
  for (const Column& column : columns)
    list.push_back({{"name", column.name}, {"type", column.type}});
  return list;
}

// Seconds since 1970, of the newest object.
int64_t Newest(const CompactPlan& plan) {
  TimePoint newest{};
  for (const PartitionPlan& partition : plan.partitions) {
    for (const KeptFile& kept : partition.kept) newest = std::max(newest, kept.object.modified);
    for (const CompactTask& task : partition.tasks) {
      for (const ObjectInfo& input : task.inputs) newest = std::max(newest, input.modified);
    }
  }
  return std::chrono::floor<std::chrono::seconds>(newest).time_since_epoch().count();
}

int64_t TasksIn(const CompactPlan& plan) {
  int64_t tasks = 0;
  for (const PartitionPlan& partition : plan.partitions) {
    tasks += static_cast<int64_t>(partition.tasks.size());
  }
  return tasks;
}

Record HeaderOf(const PlannedRun& planned) {
  const CompactOptions& options = planned.options;
  const CompactPlan& plan = planned.plan;
  Record header = NewRecord(kKind);
  header["mode"] = ToString(options.publish);
  header["table"] = plan.table.name;
  if (planned.glue != GlueTableRef()) {
    header["glue"] = {{"database", planned.glue.database},
                      {"table", planned.glue.table},
                      {"catalog_id", planned.glue.catalog_id}};
  }
  header["location"] = ToAscii(plan.table.location);
  header["destination"] = options.elsewhere() ? ToAscii(options.destination) : "";
  header["columns"] = ColumnsRecord(plan.table.columns);
  header["partition_keys"] = ColumnsRecord(plan.table.partition_keys);
  header["predicate"] = options.table.predicate;
  header["target_file_size"] = options.table.policy.target_file_size;
  header["small_file_threshold"] = options.table.policy.small_file_threshold;
  header["target"] = options.target->name;
  header["compression"] = std::ranges::find(kCodecs, options.compression, &CodecWord::codec)->word;
  header["engine"] = std::ranges::find(kEngines, options.engine, &EngineWord::engine)->word;
  header["verify"] = std::ranges::find(kProofs, options.proof, &ProofWord::proof)->word;
  header["newest"] = Newest(plan);
  header["partitions"] = plan.partitions.size();
  header["tasks"] = TasksIn(plan);
  return header;
}

Record FileRecord(const ObjectInfo& object, const Uri& folder) {
  return {{"name", Encoded(std::string_view(object.uri.key).substr(folder.key.size()))},
          {"etag", object.etag},
          {"size", object.size}};
}

Record PartitionRecord(const PartitionPlan& plan) {
  const Uri& location = plan.partition.location;
  Record record = {{"folder", Encoded(plan.partition.folder)},
                   {"location", ToAscii(location)},
                   {"tasks", Record::array()},
                   {"kept", Record::array()},
                   {"skip_reason", plan.skip_reason}};
  for (const CompactTask& task : plan.tasks) {
    Record inputs = Record::array();
    for (const ObjectInfo& input : task.inputs) inputs.push_back(FileRecord(input, location));
    record["tasks"].push_back({{"outputs", task.outputs}, {"inputs", std::move(inputs)}});
  }
  for (const KeptFile& kept : plan.kept) {
    Record file = FileRecord(kept.object, location);
    file["reason"] = kept.reason;
    record["kept"].push_back(std::move(file));
  }
  return record;
}

// On a disk `a/../b` is another place than it looks like; on S3 it is a name.
bool IsPlain(Scheme scheme, std::string_view path) {
  if (path.find('\0') != std::string_view::npos) return false;
  if (scheme == Scheme::kS3) return true;
  return std::ranges::none_of(path | std::views::split('/'), [](const auto& part) {
    const std::string_view name(part.begin(), part.end());
    return name.empty() || name == "." || name == "..";
  });
}

bool IsFolder(const Uri& uri) {
  const std::string_view key(uri.key);
  if (uri.scheme != Scheme::kLocal) {
    return !uri.bucket.empty() && (key.empty() || key.ends_with('/')) && !key.starts_with('/');
  }
  if (!key.starts_with('/') || !key.ends_with('/')) return false;
  return key == "/" || IsPlain(uri.scheme, key.substr(1, key.size() - 2));
}

class PlanParser {
 public:
  PlanParser(std::string_view text, const std::string& where) : text_(text), where_(where) {}

  Result<PlannedRun> Parse() {
    PQ_ASSIGN(const Record header, ParseRecord(NextLine(), kKind, where_));
    PQ_RETURN_NOT_OK(ReadTable(header));
    PQ_RETURN_NOT_OK(ReadOptions(header));
    PQ_RETURN_NOT_OK(CheckMode());
    PQ_ASSIGN(const int64_t partitions, Number(header, "partitions"));
    PQ_ASSIGN(const int64_t tasks, Number(header, "tasks"));
    while (!text_.empty()) {
      if (static_cast<int64_t>(planned_.plan.partitions.size()) == partitions) {
        return Bad("more partitions than it says");
      }
      PQ_RETURN_NOT_OK(ReadPartition(NextLine()));
    }
    if (static_cast<int64_t>(planned_.plan.partitions.size()) != partitions ||
        TasksIn(planned_.plan) != tasks) {
      return Bad("fewer partitions or tasks than it says");
    }
    return std::move(planned_);
  }

  // Also of the time of its newest file.
  static std::string RunOf(int64_t newest, const std::string& digest) {
    const uint64_t number = std::stoull(digest.substr(0, 16), nullptr, 16);
    return MakeRunId(TimePoint(std::chrono::seconds(newest)), number);
  }

  int64_t newest() const { return newest_; }

 private:
  Status Bad(std::string_view what) const { return Damaged(where_, what); }

  // What has no end of line is cut.
  std::string_view NextLine() {
    const size_t end = text_.find('\n');
    const auto line = end == std::string_view::npos ? std::string_view() : text_.substr(0, end);
    text_.remove_prefix(end == std::string_view::npos ? text_.size() : end + 1);
    return line;
  }

  Result<std::string> Text(const Record& record, const char* name) const {
    return TextOf(record, name, where_);
  }
  Result<int64_t> Number(const Record& record, const char* name) const {
    return NumberOf(record, name, where_);
  }
  Result<Uri> Folder(const Record& record, const char* name) const {
    PQ_ASSIGN(Uri uri, UriOf(record, name, where_));
    if (!IsFolder(uri)) return Bad(fmt::format("'{}' is no folder", name));
    return uri;
  }
  Result<const Record*> List(const Record& record, const char* name) const {
    const auto found = record.find(name);
    if (found == record.end() || !found->is_array()) {
      return Bad(fmt::format("no valid '{}'", name));
    }
    return &*found;
  }
  Result<std::string> Decoded(const Record& record, const char* name) const {
    PQ_ASSIGN(const std::string text, Text(record, name));
    auto decoded = UriDecode(text);
    if (!decoded || Encoded(*decoded) != text) return Bad(fmt::format("no valid '{}'", name));
    return *std::move(decoded);
  }

  Result<std::vector<Column>> Columns(const Record& record, const char* name) const {
    PQ_ASSIGN(const Record* list, List(record, name));
    std::vector<Column> columns;
    for (const Record& entry : *list) {
      Column& column = columns.emplace_back();
      PQ_ASSIGN(column.name, Text(entry, "name"));
      PQ_ASSIGN(column.type, Text(entry, "type"));
    }
    return columns;
  }

  Status ReadTable(const Record& header) {
    CatalogTable& table = planned_.plan.table;
    PQ_ASSIGN(table.name, Text(header, "table"));
    PQ_ASSIGN(table.location, Folder(header, "location"));
    PQ_ASSIGN(table.columns, Columns(header, "columns"));
    PQ_ASSIGN(table.partition_keys, Columns(header, "partition_keys"));
    const auto glue = header.find("glue");
    if (glue == header.end()) return Status::OK();
    PQ_ASSIGN(planned_.glue.database, Text(*glue, "database"));
    PQ_ASSIGN(planned_.glue.table, Text(*glue, "table"));
    PQ_ASSIGN(planned_.glue.catalog_id, Text(*glue, "catalog_id"));
    if (planned_.glue.database.empty() || planned_.glue.table.empty())
      return Bad("no valid 'glue'");
    return Status::OK();
  }

  // The entry of `words` that the header names.
  template <typename Words, typename Word>
  Result<typename Words::value_type> Known(const Record& header, const char* name,
                                           const Words& words, Word word_of) const {
    PQ_ASSIGN(const std::string word, Text(header, name));
    const auto found = std::ranges::find(words, word, word_of);
    if (found == words.end()) return Bad(fmt::format("unknown {} '{}'", name, word));
    return *found;
  }

  Status ReadOptions(const Record& header) {
    CompactOptions& options = planned_.options;
    PQ_ASSIGN(options.publish,
              Known(header, "mode", kModes, [](PublishMode mode) { return ToString(mode); }));
    PQ_ASSIGN(const auto codec, Known(header, "compression", kCodecs, &CodecWord::word));
    PQ_ASSIGN(const auto engine, Known(header, "engine", kEngines, &EngineWord::word));
    PQ_ASSIGN(const auto proof, Known(header, "verify", kProofs, &ProofWord::word));
    options.compression = codec.codec;
    options.engine = engine.engine;
    options.proof = proof.proof;
    PQ_ASSIGN(const std::string target, Text(header, "target"));
    auto found = FindTarget(target);
    if (!found.ok()) return Bad("unknown target '" + target + "'");
    options.target = *found;
    PQ_ASSIGN(options.table.predicate, Text(header, "predicate"));
    CompactPolicy& policy = options.table.policy;
    PQ_ASSIGN(policy.target_file_size, Number(header, "target_file_size"));
    const auto threshold = header.find("small_file_threshold");
    if (threshold == header.end() || !threshold->is_number()) {
      return Bad("no valid 'small_file_threshold'");
    }
    policy.small_file_threshold = threshold->get<double>();
    if (policy.target_file_size < 1 || policy.target_file_size > kMostTargetSize) {
      return Bad("no valid 'target_file_size'");
    }
    if (!options.elsewhere()) return ReadNewest(header);
    PQ_ASSIGN(options.destination, Folder(header, "destination"));
    return ReadNewest(header);
  }

  Status ReadNewest(const Record& header) {
    PQ_ASSIGN(newest_, Number(header, "newest"));
    return newest_ <= kLastSecond ? Status::OK() : Bad("no valid 'newest'");
  }

  // What the commands' flags refuse (cli/compact_arguments.h).
  Status CheckMode() {
    CompactOptions& options = planned_.options;
    const Uri& location = planned_.plan.table.location;
    if (options.deletes() && !options.proof) return Bad("it deletes files without a proof");
    if (options.compression && !options.target->codecs.Has(*options.compression)) {
      return Bad("its target can't read its compression");
    }
    if (options.publish == PublishMode::kMove && planned_.glue != GlueTableRef()) {
      return Bad("it moves a table of a catalog, which would stay where it is for the catalog");
    }
    if (!options.elsewhere()) return Status::OK();
    options.moved_from = location;
    if (location.scheme != options.destination.scheme) {
      return Bad("table and destination are on different kinds of stores");
    }
    return CheckDestination(options.destination, std::array{location});
  }

  Status ReadPartition(std::string_view line) {
    const Record record = Record::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!record.is_object()) return Bad("a partition is no JSON object, or cut");
    PartitionPlan plan;
    PQ_ASSIGN(plan.partition.folder, Decoded(record, "folder"));
    PQ_ASSIGN(plan.partition.location, Folder(record, "location"));
    PQ_ASSIGN(plan.skip_reason, Text(record, "skip_reason"));
    PQ_RETURN_NOT_OK(CheckPartition(plan.partition));
    PQ_ASSIGN(const Record* tasks, List(record, "tasks"));
    for (const Record& task : *tasks) PQ_RETURN_NOT_OK(ReadTask(task, &plan));
    PQ_ASSIGN(const Record* kept, List(record, "kept"));
    for (const Record& entry : *kept) {
      KeptFile& file = plan.kept.emplace_back();
      PQ_ASSIGN(file.object, ReadFile(entry, plan.partition.location));
      PQ_ASSIGN(file.reason, Text(entry, "reason"));
    }
    PQ_RETURN_NOT_OK(CheckFiles(plan));
    planned_.plan.partitions.push_back(std::move(plan));
    return Status::OK();
  }

  Status CheckPartition(const Partition& partition) {
    const CatalogTable& table = planned_.plan.table;
    const std::string_view folder(partition.folder);
    if (!folder.empty() && (!folder.ends_with('/') || folder.starts_with('/') || IsHidden(folder) ||
                            !IsPlain(Scheme::kLocal, folder.substr(0, folder.size() - 1)))) {
      return Bad(fmt::format("'{}' is no partition's folder", Encoded(folder)));
    }
    if (partition.location.scheme != table.location.scheme) {
      return Bad(partition.location.ToString() + " is on another kind of store than the table");
    }
    // A catalog has a partition anywhere, and is asked again before anything is changed.
    const bool free = planned_.glue != GlueTableRef();
    if (!free && partition.location != table.location.Child(folder)) {
      return Bad(partition.location.ToString() + " is not where this partition of the table lies");
    }
    if (!folders_.insert(partition.folder).second) {
      return Bad(fmt::format("'{}' stands there twice", Encoded(folder)));
    }
    return Status::OK();
  }

  Status ReadTask(const Record& record, PartitionPlan* plan) {
    if (!record.is_object()) return Bad("a task is no JSON object");
    CompactTask task;
    PQ_ASSIGN(task.outputs, Number(record, "outputs"));
    PQ_ASSIGN(const Record* inputs, List(record, "inputs"));
    for (const Record& entry : *inputs) {
      PQ_ASSIGN(auto object, ReadFile(entry, plan->partition.location));
      task.bytes += object.size;
      task.inputs.push_back(std::move(object));
    }
    if (task.inputs.size() < 2) return Bad("a task of fewer than two files");
    if (task.inputs.size() > kMostInputs) {
      return Bad(fmt::format("a task of more than {} files", kMostInputs));
    }
    plan->tasks.push_back(std::move(task));
    return Status::OK();
  }

  Result<ObjectInfo> ReadFile(const Record& record, const Uri& folder) {
    if (!record.is_object()) return Bad("a file is no JSON object");
    ObjectInfo object;
    PQ_ASSIGN(const std::string name, Decoded(record, "name"));
    PQ_ASSIGN(object.etag, Text(record, "etag"));
    PQ_ASSIGN(object.size, Number(record, "size"));
    object.uri = folder.Child(name);
    if (name.empty() || name.ends_with('/') || IsHidden(name) || !IsPlain(folder.scheme, name)) {
      return Bad(fmt::format("'{}' is no file of a partition", Encoded(name)));
    }
    if (object.etag.empty() || object.size > kMostBytes - bytes_) {
      return Bad(object.uri.ToString() + " has no valid size and ETag");
    }
    bytes_ += object.size;
    return object;
  }

  // Each file stands there once, and in key order.
  Status CheckFiles(const PartitionPlan& plan) const {
    std::vector<const Uri*> inputs;
    for (const CompactTask& task : plan.tasks) {
      for (const ObjectInfo& input : task.inputs) inputs.push_back(&input.uri);
    }
    std::vector<const Uri*> kept;
    kept.reserve(plan.kept.size());
    for (const KeptFile& file : plan.kept) kept.push_back(&file.object.uri);
    std::vector<const Uri*> all;
    const auto before = [](const Uri* a, const Uri* b) { return a->key < b->key; };
    std::ranges::merge(inputs, kept, std::back_inserter(all), before);
    for (const auto* files : {&inputs, &kept, &all}) {
      const auto found = std::ranges::adjacent_find(
          *files, [](const Uri* a, const Uri* b) { return a->key >= b->key; });
      if (found != files->end()) {
        return Bad((*std::next(found))->ToString() + " stands there twice, or out of order");
      }
    }
    return Status::OK();
  }

  std::string_view text_;
  const std::string& where_;
  PlannedRun planned_;
  int64_t newest_ = 0;
  int64_t bytes_ = 0;  // of all files so far
  std::unordered_set<std::string> folders_;
};

// What is wrong with a plan is the user's to correct: he named it.
Status NotCarriedOut(const Status& status) {
  const ErrorCode code = CodeOf(status);
  if (code != ErrorCode::kCorrupt && code != ErrorCode::kUnsupported &&
      code != ErrorCode::kTooLarge) {
    return status;
  }
  return Error(ErrorCode::kInvalid, status.message(),
               code == ErrorCode::kUnsupported ? "Use the newer pqpack that wrote it."
                                               : "Make a new plan: pqpack plan --out LOCATION.");
}

}  // namespace

Status WritePlan(const PlannedRun& planned, const std::function<Status(std::string_view)>& append) {
  PQ_RETURN_NOT_OK(CheckTexts(planned));
  PQ_RETURN_NOT_OK(append(ToLine(HeaderOf(planned))));
  for (const PartitionPlan& partition : planned.plan.partitions) {
    PQ_RETURN_NOT_OK(append(ToLine(PartitionRecord(partition))));
  }
  return Status::OK();
}

Status StorePlan(const PlannedRun& planned, ObjectStore& store, const Uri& uri) {
  PQ_ASSIGN(const auto writer, store.Create(uri, {{WriteCondition::kIfAbsent, {}}, -1}));
  PQ_RETURN_NOT_OK(
      WritePlan(planned, [&](std::string_view text) { return writer->Append(AsBytes(text)); }));
  Status written = writer->Finish().status();
  if (CodeOf(written) != ErrorCode::kAlreadyExists) return written;
  return Error(ErrorCode::kAlreadyExists, uri.ToString() + ": the name is taken",
               "Choose another one: workers may be carrying out the plan that is there.");
}

Result<PlannedRun> ParsePlan(std::string_view text, const std::string& where) {
  PlanParser parser(text, where);
  auto planned = parser.Parse();
  if (!planned.ok()) return NotCarriedOut(planned.status());
  planned->digest = Sha256Hex(AsBytes(text));
  planned->options.run = PlanParser::RunOf(parser.newest(), planned->digest);
  return planned;
}

Result<PlannedRun> LoadPlan(ObjectStore& store, const Uri& uri) {
  const auto stored = ReadText(store, uri, kMostPlanBytes);
  if (!stored.ok()) return NotCarriedOut(stored.status());
  if (!*stored) {
    return Error(ErrorCode::kNotFound, uri.ToString() + ": there is no such plan",
                 "Make one with pqpack plan --out.");
  }
  return ParsePlan((*stored)->text, uri.ToString());
}

}  // namespace pqpack
