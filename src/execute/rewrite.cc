// SPDX-License-Identifier: Apache-2.0
#include "execute/rewrite.h"

#include <arrow/util/key_value_metadata.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "diagnose/findings.h"
#include "execute/copy_row_group.h"
#include "execute/empty_row_group.h"
#include "execute/encode_setup.h"
#include "execute/output_file.h"
#include "format/footer.h"

namespace pqpack {
namespace {

class Rewriter {
 public:
  Rewriter(std::shared_ptr<arrow::io::RandomAccessFile> file, const FileMetaData& footer,
           const RewritePlan& plan, std::shared_ptr<arrow::io::OutputStream> sink,
           const RewriteOptions& options)
      : footer_(footer),
        plan_(plan),
        setup_(std::move(file), plan, options),
        sink_(std::move(sink)) {}

  Result<RewriteReceipt> Run() {
    PQ_RETURN_NOT_OK(setup_.Prepare(footer_, &found_));
    PQ_ASSIGN(const auto output, OutputFile::Start(sink_, setup_.schema(), setup_.properties()));
    for (size_t i = 0; i < footer_.row_groups.size(); ++i) {
      const Status status = CopyRows(footer_.row_groups[i], output.get());
      if (!status.ok()) return Within(fmt::format("row group {}", i), status);
    }
    PQ_RETURN_NOT_OK(output->Finish(KeyValues()));
    if (setup_.saw_v2_pages()) AddRepair(kV2Repair);
    receipt_.repairs = Joined(plan_.repairs, found_.repairs.List());
    receipt_.warnings = Joined(plan_.warnings, found_.warnings.List());
    return std::move(receipt_);
  }

 private:
  std::shared_ptr<const arrow::KeyValueMetadata> KeyValues() {
    const auto& planned = plan_.layout->key_values;
    if (!planned) return nullptr;
    auto result = std::make_shared<arrow::KeyValueMetadata>();
    for (const auto& [key, value] : *planned) {
      if (setup_.annotated() && key == kArrowSchemaKey) {
        AddRepair("metadata ARROW:schema dropped, it describes the former types");
        continue;
      }
      result->Append(key, value);
      receipt_.keys.push_back(key);
    }
    return result;
  }

  Status CopyRows(const RowGroup& group, OutputFile* output) {
    if (group.num_rows == 0) return CheckEmptyRowGroup(group);
    PQ_ASSIGN(const auto pieces, CopyRowGroup(setup_.context(), group, receipt_.rows, output));
    receipt_.rows += group.num_rows;
    receipt_.row_group_rows.insert(receipt_.row_group_rows.end(), pieces.begin(), pieces.end());
    return Status::OK();
  }

  // Unless the plan has it already.
  void AddRepair(const std::string& what) {
    const auto& planned = plan_.repairs;
    const bool known = std::any_of(planned.begin(), planned.end(),
                                   [&](const Finding& finding) { return finding.what == what; });
    if (!known) found_.repairs.Add(what);
  }

  const FileMetaData& footer_;
  const RewritePlan& plan_;
  EncodeSetup setup_;
  const std::shared_ptr<arrow::io::OutputStream> sink_;
  Diagnosis found_;  // what only the pages told
  RewriteReceipt receipt_;
};

}  // namespace

Result<RewriteReceipt> Rewrite(std::shared_ptr<arrow::io::RandomAccessFile> source,
                               const FileMetaData& footer, const RewritePlan& plan,
                               std::shared_ptr<arrow::io::OutputStream> sink,
                               const RewriteOptions& options) {
  return Rewriter(std::move(source), footer, plan, std::move(sink), options).Run();
}

}  // namespace pqpack
