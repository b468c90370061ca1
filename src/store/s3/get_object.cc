// SPDX-License-Identifier: Apache-2.0
//
// If-Match pins the version; stores that ignore it are caught by the ETag of the
// answer.  The range is always sent: whether it is the whole object is known to the
// caller alone, and it costs the server nothing.
#include "store/s3/get_object.h"

#include <arrow/memory_pool.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "store/s3/xml.h"

namespace pqpack {
namespace {

constexpr char kOutOfRange[] = "InvalidRange";

// The caller says which object.
Status Changed() {
  return Error(ErrorCode::kSourceChanged, "the object is not the one that was listed",
               "Run again: it will be listed anew.");
}

// Collects the bytes over one or several answers.
class Download {
 public:
  // `left_behind` may be null.
  Download(const ObjectId& id, ByteRange range, LeftBehind* left_behind)
      : id_(id), range_(range), left_behind_(left_behind) {}

  std::string RangeHeader() const {
    return fmt::format("bytes={}-{}", range_.offset + received_, range_.end() - 1);
  }

  // HttpRequest::on_body.
  Status Take(const HttpResponse& head, Bytes piece) {
    if (!is_checked_) PQ_RETURN_NOT_OK(Check(head));
    const int64_t room = end_ - (range_.offset + received_);
    if (static_cast<int64_t>(piece.size()) > room) {
      received_ = before_answer_;  // what came with it is not to be trusted either
      return Error(ErrorCode::kTransient, "the server sent more than was asked for");
    }
    std::copy(piece.begin(), piece.end(), buffer_->mutable_data() + received_);
    received_ += static_cast<int64_t>(piece.size());
    return Status::OK();
  }

  // Before another answer.  Where all had come and the connection ended badly
  // nevertheless, the last byte is asked for again, because no range can't be.
  void StartOver() {
    is_checked_ = false;
    if (received_ > 0 && IsComplete()) --received_;
    before_answer_ = received_;
  }

  // The object ends where the range begins, or before.
  void EndsBefore() { wanted_end_ = range_.offset; }

  // True if all there is of the range has arrived.
  bool IsComplete() const { return range_.offset + received_ == wanted_end_; }
  int64_t received() const { return received_; }

  Result<std::shared_ptr<arrow::Buffer>> Finish() {
    if (buffer_ == nullptr) {
      PQ_ASSIGN(buffer_, arrow::AllocateResizableBuffer(0, arrow::system_memory_pool()));
    }
    PQ_RETURN_NOT_OK(buffer_->Resize(received_, /*shrink_to_fit=*/false));
    return buffer_;
  }

 private:
  // The head of an answer: is it what was asked for, and how much will come?
  Status Check(const HttpResponse& head) {
    const auto* etag = FindHeader(head.headers, "etag");
    if (etag == nullptr || BareEtag(*etag) != id_.etag) return Changed();
    const auto* text = FindHeader(head.headers, "content-range");
    const auto range = text == nullptr ? std::nullopt : ParseContentRange(*text);
    if (head.status != 206 || !range || range->first != range_.offset + received_) {
      return Error(ErrorCode::kUnsupported, "the store does not answer with the range asked for",
                   "pqpack needs a store that honours the Range header.");
    }
    const int64_t wanted_end = std::min(range_.end(), range->total);
    // One version has one size; the buffer was made for the first one that was told.
    if (buffer_ != nullptr && wanted_end != wanted_end_) return Changed();
    wanted_end_ = wanted_end;
    end_ = std::min(range->last + 1, wanted_end_);
    is_checked_ = true;
    if (buffer_ != nullptr) return Status::OK();
    if (left_behind_ != nullptr) LookAtTraits(head.headers);
    PQ_ASSIGN(buffer_, arrow::AllocateResizableBuffer(wanted_end_ - range_.offset,
                                                      arrow::system_memory_pool()));
    return Status::OK();
  }

  void LookAtTraits(const HttpHeaders& headers) const {
    const auto* tags = FindHeader(headers, "x-amz-tagging-count");
    if (tags != nullptr && *tags != "0") left_behind_->SeeTags(id_.uri);
    const auto* hold = FindHeader(headers, "x-amz-object-lock-legal-hold");
    const bool held = hold != nullptr && *hold == "ON";
    if (held || FindHeader(headers, "x-amz-object-lock-mode") != nullptr) {
      left_behind_->SeeLock(id_.uri);
    }
  }

  const ObjectId& id_;
  const ByteRange range_;
  LeftBehind* const left_behind_;
  bool is_checked_ = false;
  int64_t received_ = 0;
  int64_t before_answer_ = 0;
  int64_t end_ = 0;          // where this answer ends, in the object
  int64_t wanted_end_ = -1;  // where the range or the object ends, once that is known
  std::shared_ptr<arrow::ResizableBuffer> buffer_;
};

// One Send, which goes on by itself after broken connections.
Status Fetch(S3Client* client, const ObjectId& id, Download* download) {
  S3Request request(kGetObject, "GET", id.uri);
  request.headers = {{"range", download->RangeHeader()}, {"if-match", '"' + id.etag + '"'}};
  request.on_body = [&](const HttpResponse& head, Bytes piece) {
    return download->Take(head, piece);
  };
  request.before_retry = [&](S3Request& again) {
    download->StartOver();
    again.headers.front().second = download->RangeHeader();
  };
  download->StartOver();
  const auto answer = client->Send(std::move(request));
  if (answer.ok()) return Status::OK();
  const std::string code = S3CodeOf(answer.status());
  if (code == kOutOfRange && download->received() == 0) {
    download->EndsBefore();
    return Status::OK();
  }
  if (CodeOf(answer.status()) == ErrorCode::kSourceChanged) {
    return Within(id.uri.ToString(), Changed());
  }
  return answer.status();
}

}  // namespace

std::optional<ContentRange> ParseContentRange(std::string_view text) {
  constexpr std::string_view kUnit = "bytes ";
  if (!text.starts_with(kUnit)) return std::nullopt;
  text.remove_prefix(kUnit.size());
  const size_t dash = text.find('-');
  const size_t slash = text.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos || slash < dash) {
    return std::nullopt;
  }
  const auto first = ParseSize(text.substr(0, dash));
  const auto last = ParseSize(text.substr(dash + 1, slash - dash - 1));
  const auto total = ParseSize(text.substr(slash + 1));
  if (!first || !last || !total || *last < *first || *last >= *total) return std::nullopt;
  return ContentRange{*first, *last, *total};
}

Result<std::shared_ptr<arrow::Buffer>> GetObject(S3Client* client, const ObjectId& id,
                                                 ByteRange range) {
  if (range.offset < 0 || range.length < 0) {
    return Error(ErrorCode::kInvalid, id.uri.ToString() + ": a read of a negative range");
  }
  range.length = std::min(range.length, std::numeric_limits<int64_t>::max() - range.offset);
  // Nothing at all can't be asked for, but whether the object is there must be.
  const bool is_probe = range.length == 0;
  if (is_probe) range.length = 1;

  Download download(id, range, client->config().left_behind);
  // A server may clip a long range, so the rest is asked for.
  while (!download.IsComplete()) PQ_RETURN_NOT_OK(Fetch(client, id, &download));
  PQ_ASSIGN(auto buffer, download.Finish());
  return is_probe ? arrow::SliceBuffer(buffer, 0, 0) : buffer;
}

}  // namespace pqpack
