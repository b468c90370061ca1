// SPDX-License-Identifier: Apache-2.0
#include "store/s3/writer.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "store/s3/get_object.h"
#include "store/s3/multipart.h"
#include "store/s3/part_size.h"
#include "store/s3/part_uploads.h"
#include "store/s3/put_object.h"
#include "store/s3/xml.h"

namespace pqpack {
namespace {

constexpr int kPartsUnderWay = 2;
constexpr int64_t kReadAtOnce = 8 * kMiB;
constexpr int64_t kCopyAtOnce = 512 * kMiB;

using PartBytes = std::vector<uint8_t>;

class S3Writer : public ObjectWriter {
 public:
  S3Writer(S3Client* client, Uri uri, const WriteOptions& options)
      : client_(client),
        uri_(std::move(uri)),
        condition_(options.condition),
        expected_size_(options.expected_size),
        check_(options.appends_from ? PartCheck::kMd5 : PartCheck::kCrc32c),
        part_sizes_(client->config().s3.part_size, options.expected_size),
        uploads_(client->config().io, kPartsUnderWay, client->config().stop) {
    ReserveForNextPart();
  }

  ~S3Writer() override { Close(); }

  Status Append(Bytes data) override {
    PQ_RETURN_NOT_OK(CheckOpen());
    return CloseOnError(Add(data));
  }

  Status AppendFrom(const ObjectId& source, ByteRange range) override {
    PQ_RETURN_NOT_OK(CheckOpen());
    return CloseOnError(AddFrom(source, range));
  }

  Result<ObjectInfo> Finish() override {
    PQ_RETURN_NOT_OK(CheckOpen());
    auto published = upload_ ? FinishUpload() : PutObject(client_, uri_, condition_, buffer_);
    if (published.ok()) upload_.reset();
    Close();
    PQ_RETURN_NOT_OK(published.status());
    return ObjectInfo{uri_, published->etag, size_, published->modified};
  }

  void LeaveBehind() override {
    is_left_behind_ = true;
    Close();
  }

 private:
  int64_t buffered() const { return static_cast<int64_t>(buffer_.size()); }

  Status CheckOpen() const {
    if (!is_closed_) return Status::OK();
    return Error(ErrorCode::kInternal, uri_.ToString() + ": the writer is closed");
  }

  Status CloseOnError(Status status) {
    if (!status.ok()) Close();
    return status;
  }

  Status Add(Bytes data) {
    while (!data.empty()) {
      const int64_t room = part_sizes_.Of(next_part_) - buffered();
      if (room <= 0) {
        PQ_RETURN_NOT_OK(Flush());
        continue;
      }
      const auto piece = data.first(std::min(data.size(), static_cast<size_t>(room)));
      buffer_.insert(buffer_.end(), piece.begin(), piece.end());
      size_ += static_cast<int64_t>(piece.size());
      data = data.subspan(piece.size());
    }
    return Status::OK();
  }

  Status AddFrom(const ObjectId& source, ByteRange range) {
    const bool is_range = range.offset >= 0 && range.length >= 0 &&
                          range.length <= std::numeric_limits<int64_t>::max() - range.offset;
    if (source.uri.scheme != Scheme::kS3 || !is_range) {
      return Error(ErrorCode::kInvalid,
                   source.uri.ToString() + ": this can't be appended to " + uri_.ToString());
    }
    // Every part but the last must reach kMinPart, so what is buffered is filled up
    // first; and a range can only be copied from an object above kMinPart.
    const int64_t fill = buffer_.empty() ? 0 : std::max<int64_t>(0, kMinPart - buffered());
    const bool is_legal = range.length - fill >= kMinPart && range.end() > kMinPart;
    const bool is_possible = !upload_ || upload_->check == PartCheck::kMd5;
    if (!is_legal || !is_possible) return CopyThroughHere(source, range);
    PQ_RETURN_NOT_OK(CopyThroughHere(source, {range.offset, fill}));
    if (!upload_) PQ_RETURN_NOT_OK(StartUpload(PartCheck::kMd5));
    if (!buffer_.empty()) PQ_RETURN_NOT_OK(Flush());
    return CopyInTheStore(source, {range.offset + fill, range.length - fill});
  }

  Status StartUpload(PartCheck check) {
    mark_ = NewWriteMark();
    const HttpHeaders headers = CreationHeaders(client_->config().s3, mark_);
    PQ_ASSIGN(upload_, CreateUpload(client_, uri_, check, headers));
    return Status::OK();
  }

  Status StartPart(const std::function<Result<UploadedPart>(int, std::stop_token)>& send) {
    if (next_part_ > kMaxParts) {
      return Error(ErrorCode::kTooLarge, uri_.ToString() + ": S3 takes no object of so many parts");
    }
    if (!upload_) PQ_RETURN_NOT_OK(StartUpload(check_));
    const int number = next_part_++;
    return uploads_.Start([=](std::stop_token stop) { return send(number, std::move(stop)); });
  }

  // Sends what is buffered as a part.
  Status Flush() {
    auto bytes = std::make_shared<PartBytes>(std::exchange(buffer_, {}));
    PQ_RETURN_NOT_OK(StartPart([this, bytes = std::move(bytes)](int number, std::stop_token stop) {
      return UploadPart(client_, *upload_, number, *bytes, std::move(stop));
    }));
    ReserveForNextPart();
    return Status::OK();
  }

  // Exactly, because a vector that grows by itself holds up to three times its bytes; and
  // only after the part before has been handed on.
  void ReserveForNextPart() {
    const int64_t part = part_sizes_.Of(next_part_);
    int64_t to_come = expected_size_ - size_;
    if (to_come <= 0) to_come = next_part_ > 1 ? part : 0;
    buffer_.reserve(static_cast<size_t>(std::min(to_come, part)));
  }

  Status CopyThroughHere(const ObjectId& source, ByteRange range) {
    while (range.length > 0) {
      const ByteRange piece{range.offset, std::min(range.length, kReadAtOnce)};
      PQ_ASSIGN(const auto bytes, GetObject(client_, source, piece));
      if (bytes->size() != piece.length) {
        return Error(ErrorCode::kInvalid,
                     source.uri.ToString() + ": ends before byte " + std::to_string(piece.end()));
      }
      PQ_RETURN_NOT_OK(Add({bytes->data(), static_cast<size_t>(bytes->size())}));
      range = {piece.end(), range.length - piece.length};
    }
    return Status::OK();
  }

  // In pieces of even size, so that no last one is too small.
  Status CopyInTheStore(const ObjectId& source, ByteRange range) {
    const int64_t count = (range.length + kCopyAtOnce - 1) / kCopyAtOnce;
    for (int64_t i = 0; i < count; ++i) {
      const int64_t begin = range.length / count * i;
      const int64_t end = i + 1 == count ? range.length : range.length / count * (i + 1);
      const ByteRange piece{range.offset + begin, end - begin};
      PQ_RETURN_NOT_OK(StartPart([this, source, piece](int number, std::stop_token stop) {
        return UploadPartCopy(client_, *upload_, number, source, piece, std::move(stop));
      }));
      size_ += piece.length;
    }
    PQ_RETURN_NOT_OK(uploads_.Wait().status());  // what is wrong with the source is said here
    // A store may not know x-amz-copy-source-if-match; that the version is still there after the
    // copy says the same.
    return GetObject(client_, source, {0, 0}).status();
  }

  Result<PublishedObject> FinishUpload() {
    if (!buffer_.empty()) PQ_RETURN_NOT_OK(Flush());
    PQ_ASSIGN(const auto parts, uploads_.Wait());
    const auto answer = CompleteUpload(client_, *upload_, parts, ConditionHeaders(condition_));
    if (!answer.ok()) return ResolvePublish(client_, uri_, mark_, condition_, answer.status());
    return PublishedObject{BareEtag(ChildText(answer->root, "ETag")), answer->Date()};
  }

  // Nothing more can be added; what is not published ends.
  void Close() {
    is_closed_ = true;
    uploads_.Cancel();
    buffer_ = {};
    if (upload_ && !is_left_behind_) Abort(*upload_);
    upload_.reset();
  }

  void Abort(const MultipartUpload& upload) {
    const Status status = AbortUpload(client_, upload);
    if (status.ok() || client_->config().events == nullptr) return;
    client_->config().events->Emit(
        Warning{"an unfinished upload stays behind and costs space: " + status.message() +
                ". The next run removes it; so does a lifecycle rule with "
                "AbortIncompleteMultipartUpload."});
  }

  S3Client* client_;
  const Uri uri_;
  const WriteCondition condition_;
  const int64_t expected_size_;
  const PartCheck check_;  // of an upload that does not begin with AppendFrom()
  const PartSizes part_sizes_;
  PartBytes buffer_;
  int64_t size_ = 0;
  int next_part_ = 1;
  bool is_closed_ = false;
  bool is_left_behind_ = false;
  std::string mark_;
  std::optional<MultipartUpload> upload_;
  PartUploads uploads_;
};

}  // namespace

std::unique_ptr<ObjectWriter> MakeS3Writer(S3Client* client, const Uri& uri,
                                           const WriteOptions& options) {
  return std::make_unique<S3Writer>(client, uri, options);
}

int64_t S3WriterMemory(const S3Config& config, int64_t expected_size) {
  const int64_t parts = (1 + kPartsUnderWay) * PartSizes(config.part_size, expected_size).first();
  return expected_size < 0 ? parts : std::min(expected_size, parts);
}

}  // namespace pqpack
