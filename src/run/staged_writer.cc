// SPDX-License-Identifier: Apache-2.0
//
// The magic waits for what follows it: where that is a row group from behind the magic of another
// file, the store copies both in one piece.  Else S3, whose parts are of 5 MiB, would have as
// much of the row group pass through here to fill up the four bytes.
#include "run/staged_writer.h"

#include <algorithm>
#include <utility>

#include "format/footer.h"
#include "run/copied_by_store.h"

namespace pqpack {

Result<std::unique_ptr<StagedWriter>> StagedWriter::Create(ObjectStore& store, const Uri& name,
                                                           const StagingOptions& options) {
  PQ_ASSIGN(auto writer, store.Create(name, {.condition = {WriteCondition::kIfAbsent, {}},
                                             .expected_size = options.expected_size,
                                             .appends_from = options.appends}));
  return std::unique_ptr<StagedWriter>(new StagedWriter(store, std::move(writer), options.digest));
}

StagedWriter::StagedWriter(ObjectStore& store, std::unique_ptr<ObjectWriter> writer, bool digest)
    : store_(store),
      writer_(std::move(writer)),
      sink_(std::make_shared<OutputSink>([this](Bytes bytes) { return Take(bytes); })) {
  if (digest) sum_.emplace();
}

Status StagedWriter::Take(Bytes bytes) {
  PQ_RETURN_NOT_OK(check_.Append(bytes));
  if (sum_) sum_->Append(bytes);
  PQ_ASSIGN(const int64_t position, sink_->Tell());
  if (position == 0 && AsText(bytes) == kMagic) {
    holds_magic_ = true;
    return Status::OK();
  }
  PQ_RETURN_NOT_OK(SendMagic());
  return writer_->Append(bytes);
}

Status StagedWriter::SendMagic() {
  if (!std::exchange(holds_magic_, false)) return Status::OK();
  return writer_->Append(AsBytes(kMagic));
}

Status StagedWriter::AppendRowGroup(const ObjectId& source, CopiedRowGroup group,
                                    bool behind_magic) {
  ByteRange range = group.range;
  sink_->Passed(range.length);
  PQ_RETURN_NOT_OK(check_.AppendCopied(std::move(group)));
  if (sum_) PQ_RETURN_NOT_OK(Digest(source, range));
  if (behind_magic && std::exchange(holds_magic_, false)) range = {0, range.end()};
  PQ_RETURN_NOT_OK(SendMagic());
  has_appended_ = true;
  return writer_->AppendFrom(source, range);
}

// Of what the output must have there.
Status StagedWriter::Digest(const ObjectId& source, ByteRange range) {
  constexpr int64_t kPiece = 4 * kMiB;
  while (range.length > 0) {
    const ByteRange piece{range.offset, std::min(range.length, kPiece)};
    PQ_ASSIGN(const auto bytes, store_.Read(source, piece));
    if (bytes->size() != piece.length) {
      return Error(ErrorCode::kInvalid, source.uri.ToString() + ": it ends early");
    }
    sum_->Append({bytes->data(), static_cast<size_t>(bytes->size())});
    range = {piece.end(), range.length - piece.length};
  }
  return Status::OK();
}

Result<StagedOutput> StagedWriter::Finish(const Target& target, const ExpectedOutput& expected) {
  PQ_RETURN_NOT_OK(check_.Finish(target, expected));
  PQ_ASSIGN(auto object, writer_->Finish());
  PQ_ASSIGN(const int64_t size, sink_->Tell());
  if (has_appended_) PQ_RETURN_NOT_OK(CheckStored(object, size, store_));
  return StagedOutput{std::move(object), sum_ ? sum_->Hex() : std::string()};
}

}  // namespace pqpack
