// SPDX-License-Identifier: Apache-2.0
#include "store/s3/s3_store.h"

#include <utility>

#include "store/s3/client.h"
#include "store/s3/delete_object.h"
#include "store/s3/get_object.h"
#include "store/s3/list_objects.h"
#include "store/s3/multipart.h"
#include "store/s3/writer.h"

namespace pqpack {
namespace {

class S3Store : public ObjectStore {
 public:
  explicit S3Store(std::unique_ptr<S3Client> client) : client_(std::move(client)) {}

  Result<std::unique_ptr<Listing>> List(const Uri& folder) override {
    return ListObjects(client_.get(), folder);
  }
  Result<ObjectInfo> Find(const Uri& uri) override { return FindObject(client_.get(), uri); }

  Result<std::shared_ptr<arrow::Buffer>> Read(const ObjectId& id, ByteRange range) override {
    return GetObject(client_.get(), id, range);
  }

  Result<std::unique_ptr<ObjectWriter>> Create(const Uri& uri,
                                               const WriteOptions& options) override {
    return MakeS3Writer(client_.get(), uri, options);
  }
  int64_t WriterMemory(int64_t expected_size) const override {
    return S3WriterMemory(client_->config().s3, expected_size);
  }

  Status Delete(const ObjectId& id) override { return DeleteObject(client_.get(), id); }

  Result<std::vector<UnfinishedWrite>> Unfinished(const Uri& folder) override {
    return ListUploads(client_.get(), folder);
  }
  Status Abandon(const UnfinishedWrite& write) override {
    return AbortUpload(client_.get(), {write.uri, write.id});
  }

 private:
  std::unique_ptr<S3Client> client_;
};

}  // namespace

Result<std::unique_ptr<ObjectStore>> MakeS3Store(const StoreConfig& config) {
  AwsSenderParts parts;
  parts.retry.max_attempts = config.s3.max_attempts;
  PQ_ASSIGN(auto client, S3Client::Make(config, std::move(parts)));
  return std::make_unique<S3Store>(std::move(client));
}

}  // namespace pqpack
