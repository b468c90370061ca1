// SPDX-License-Identifier: Apache-2.0
//
// random_merges SEED COUNT [FOLDER]: merges of random tables, one for each number from SEED on, in
// memory, some hundreds a second.  Of each
//   - inputs are written by Arrow's writer, and the rows that Arrow's reader finds in the outputs
//     are those of the tables that were written, unless it does not find them in the inputs either:
//     a row group of one row, cut within it, may come out as none (Arrow 26);
//   - the check of an output passes each of them, and the proof says that they have the rows;
//   - of some outputs a bit is turned: where Arrow's reader finds other rows then, the proof must
//     not say that they are the same;
//   - some tables are written anew by Arrow's writer: the proof says the same of them, and
//     something else once a row was changed;
//   - of some, `diagnose --deep` finds bounds, indexes and Bloom filters that hold.
// Prints each number that fails, and why; ends with 1 if one does.  FOLDER gets the files of the
// last.
#include <arrow/io/file.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>

#include "damage.h"
#include "one_merge.h"

namespace pqpack::merges {
namespace {

constexpr uint32_t kPartDamaged = 5;  // one of so many
constexpr uint32_t kPartWrittenAnew = 5;
constexpr uint32_t kPartDiagnosed = 4;

struct Counts {
  int64_t files = 0, rows = 0, failed = 0;
  std::array<int64_t, 4> chunks{};  // by level
  int64_t by_structure = 0, by_content = 0;
  int64_t diagnosed = 0;
  int64_t not_read = 0;  // merges of which Arrow's reader does not read the inputs either
  // By what was made wrong.
  std::map<std::string, int64_t> refused;   // by the proof
  std::map<std::string, int64_t> harmless;  // the same rows for all
  // The proof finds the same levels and values.  A packed run that claims more groups of 8 than
  // there are, behind the last value, is such a thing.
  std::map<std::string, int64_t> refused_by_arrow;
};

class OneMerge {
 public:
  // `folder`: for its files, or empty.
  OneMerge(uint32_t number, std::string folder, Counts* counts)
      : folder_(std::move(folder)), random_(number), counts_(*counts) {}

  Status Run() {
    const uint32_t files = 1 + Below(random_, 5);
    const uint32_t columns = OneOf<uint32_t>(random_, {1, 1, 2, 2, 3, 6});
    RandomTable table(random_, columns, files);
    std::vector<std::shared_ptr<arrow::Table>> tables;
    for (uint32_t i = 0; i < files; ++i) {
      PQ_ASSIGN(const auto one, table.NextFile(Rows(columns)));
      PQ_ASSIGN(inputs_.emplace_back(), WriteFile(random_, *one));
      PQ_ASSIGN(tables.emplace_back(), table.Loose(*one));
    }
    PQ_RETURN_NOT_OK(Keep("in", inputs_));
    PQ_ASSIGN(rows_, arrow::ConcatenateTables(tables));
    PQ_ASSIGN(merged_, Merge(inputs_, AnyOptions(random_)));
    PQ_RETURN_NOT_OK(Keep("out", merged_.outputs));
    Count();
    PQ_RETURN_NOT_OK(MustBeSame(merged_.outputs));
    if (ArrowReads(table, merged_.outputs)) {
      if (Below(random_, kPartDamaged) == 0) PQ_RETURN_NOT_OK(Damage(table));
    } else {
      if (ArrowReads(table, inputs_)) return Status::Invalid("Arrow reads other rows");
      ++counts_.not_read;
    }
    if (Below(random_, kPartWrittenAnew) == 0) PQ_RETURN_NOT_OK(WriteAnew());
    if (Below(random_, kPartDiagnosed) == 0) PQ_RETURN_NOT_OK(Diagnose());
    return Status::OK();
  }

 private:
  // Mostly few; at times so many that pages are moved as they are, or cut.
  int64_t Rows(uint32_t columns) {
    const uint32_t dice = Below(random_, 1000);
    if (dice < 6 && columns <= 2) return 18'000 + Below(random_, 30'000);
    if (dice < 30) return Below(random_, 3000);
    return Below(random_, OneOf<uint32_t>(random_, {2, 20, 60, 200}));
  }

  // The rows that were written.
  bool ArrowReads(const RandomTable& table, const Files& files) const {
    const auto read = RowsOf(table, files);
    return read.ok() && SameRows(*rows_, **read);
  }

  Status MustBeSame(const Files& files) {
    const Proven proven = Prove(inputs_, files);
    counts_.by_structure += proven.by_structure;
    counts_.by_content += proven.by_content;
    if (proven.same) return Status::OK();
    return Status::Invalid("the proof says no: ", proven.text);
  }

  Status MustDiffer(const std::string& what, const Files& files) {
    if (Prove(inputs_, files).same) return Status::Invalid("the proof does not see ", what);
    ++counts_.refused[what];
    return Status::OK();
  }

  Status Damage(const RandomTable& table) {
    Files damaged = merged_.outputs;
    const auto what = TurnBit(random_, &damaged);
    if (!what) return Status::OK();
    PQ_RETURN_NOT_OK(Keep("damaged", damaged));
    const auto read = RowsOf(table, damaged);
    if (read.ok() && !SameRows(*rows_, **read)) return MustDiffer(*what, damaged);
    const bool same = Prove(inputs_, damaged).same;
    ++(!same ? counts_.refused : read.ok() ? counts_.harmless : counts_.refused_by_arrow)[*what];
    return Status::OK();
  }

  Status WriteAnew() {
    PQ_ASSIGN(const BufferPtr anew, WriteFile(random_, *rows_));
    PQ_RETURN_NOT_OK(MustBeSame({anew}));
    PQ_ASSIGN(const auto changed, ChangeRow(random_, rows_));
    if (!changed) return Status::OK();
    PQ_ASSIGN(const BufferPtr other, WriteFile(random_, *changed->table));
    return MustDiffer(changed->what, {other});
  }

  Status Diagnose() {
    for (const BufferPtr& output : merged_.outputs) {
      const std::string faults = FaultsOf(output);
      if (!faults.empty()) return Status::Invalid("diagnose: ", faults);
      ++counts_.diagnosed;
    }
    return Status::OK();
  }

  void Count() {
    counts_.files += static_cast<int64_t>(inputs_.size());
    counts_.rows += rows_->num_rows();
    for (size_t i = 0; i < counts_.chunks.size(); ++i) counts_.chunks[i] += merged_.chunks[i];
  }

  Status Keep(const std::string& name, const Files& files) const {
    if (folder_.empty()) return Status::OK();
    for (size_t i = 0; i < files.size(); ++i) {
      const std::string path = folder_ + "/" + name + std::to_string(i) + ".parquet";
      PQ_ASSIGN(const auto file, arrow::io::FileOutputStream::Open(path));
      PQ_RETURN_NOT_OK(file->Write(files[i]));
      PQ_RETURN_NOT_OK(file->Close());
    }
    return Status::OK();
  }

  const std::string folder_;
  Random random_;
  Counts& counts_;
  Files inputs_;
  std::shared_ptr<arrow::Table> rows_;
  Merged merged_;
};

void Print(const char* what, const std::map<std::string, int64_t>& counts) {
  std::cout << what;
  for (const auto& [kind, count] : counts) std::cout << " " << count << " x " << kind << ";";
  std::cout << "\n";
}

// In so many merges.
constexpr uint32_t kAllHappens = 5000;

bool AllHappened(const Counts& counts) {
  constexpr size_t kKindsOfDamage = 8;  // six of pages (damage.cc) and two of rows
  return counts.chunks[1] > 0 && counts.chunks[2] > 0 && counts.chunks[3] > 0 &&
         counts.by_structure > 0 && counts.by_content > 0 && counts.diagnosed > 0 &&
         counts.refused.size() >= kKindsOfDamage;
}

int Run(uint32_t seed, uint32_t count, const std::string& folder) {
  constexpr uint32_t kTold = 10'000;
  Counts counts;
  const auto begun = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  };
  for (uint32_t i = 0; i < count; ++i) {
    const Status status = OneMerge(seed + i, folder, &counts).Run();
    if (!status.ok()) {
      ++counts.failed;
      std::cout << "FAILED " << seed + i << ": " << status.message() << std::endl;
    }
    if ((i + 1) % kTold == 0) {
      std::cout << i + 1 << " merges, " << counts.failed << " failed, " << seconds() << " s"
                << std::endl;
    }
  }
  std::cout << count << " merges of " << counts.files << " files and " << counts.rows << " rows, "
            << counts.failed << " failed, " << seconds() << " s\n";
  std::cout << "column chunks of level 1: " << counts.chunks[1] << ", 2: " << counts.chunks[2]
            << ", 3: " << counts.chunks[3] << "; proven by structure " << counts.by_structure
            << ", by content " << counts.by_content << "; outputs diagnosed " << counts.diagnosed
            << "; merges whose inputs Arrow's reader does not read " << counts.not_read << "\n";
  Print("refused:", counts.refused);
  Print("the same for all:", counts.harmless);
  Print("refused by Arrow's reader alone:", counts.refused_by_arrow);
  if (count >= kAllHappens && !AllHappened(counts)) {
    std::cout << "FAILED: something never happened\n";
    return 1;
  }
  return counts.failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace pqpack::merges

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const auto number = [&](int i) {
    return static_cast<uint32_t>(std::strtoul(argv[i], nullptr, 10));
  };
  return pqpack::merges::Run(number(1), number(2), argc > 3 ? argv[3] : "");
}
