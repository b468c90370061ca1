// SPDX-License-Identifier: Apache-2.0
//
// store_copy [--no-sync] IN OUT: what repack does with listing, threads, reads, writes and
// publishing, with nothing in between: each Parquet file goes as it is from IN to OUT.
// Beside `cp -r` that tells how lean executor and stores are.
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "scan/paired_listing.h"
#include "store/open_store.h"

namespace {

bool sync_outputs = true;

}  // namespace

// The stores' calls end up here, so that they can be had without the disk's part.
extern "C" int fsync(int fd) {
  return sync_outputs ? static_cast<int>(::syscall(SYS_fsync, fd)) : 0;
}

namespace pqpack {
namespace {

Status CopyObject(ObjectStore& from, ObjectStore& to, const ObjectInfo& source, const Uri& output) {
  PQ_ASSIGN(const auto bytes, from.Read(source.id(), {0, source.size}));
  PQ_ASSIGN(const auto writer, to.Create(output, {{}, source.size}));
  PQ_RETURN_NOT_OK(writer->Append({bytes->data(), static_cast<size_t>(bytes->size())}));
  return writer->Finish().status();
}

Status Copy(const Uri& in, const Uri& out) {
  // As repack has them.
  const int workers = std::min(32, 4 * static_cast<int>(std::thread::hardware_concurrency()));
  Executor io(workers);
  Executor executor(workers);
  StoreConfig config;
  config.io = &io;
  PQ_ASSIGN(const auto from, OpenStore(in, config));
  PQ_ASSIGN(const auto to, OpenStore(out, config));
  PQ_ASSIGN(const auto listing, PairedListing::Open(*from, in, *to, out));
  std::mutex mutex;
  Status first;
  TaskGroup group(&executor, executor.threads());
  while (true) {
    PQ_ASSIGN(const auto page, listing->Next());
    if (page.empty()) break;
    for (const PairedObject& pair : page) {
      group.Run([&, pair] {
        Status status = CopyObject(*from, *to, pair.source, out.Child(pair.name));
        std::lock_guard lock(mutex);
        if (first.ok()) first = std::move(status);
      });
    }
  }
  group.Wait();
  return first;
}

Status Run(std::vector<std::string_view> words) {
  sync_outputs = std::erase(words, "--no-sync") == 0;
  if (words.size() != 2) return Error(ErrorCode::kInvalid, "store_copy [--no-sync] IN OUT");
  PQ_ASSIGN(const Uri in, Uri::Parse(std::string(words[0])));
  PQ_ASSIGN(const Uri out, Uri::Parse(std::string(words[1])));
  return Copy(in, out);
}

}  // namespace
}  // namespace pqpack

int main(int argc, char** argv) {
  const pqpack::Status status = pqpack::Run({argv + 1, argv + argc});
  if (!status.ok()) std::cerr << status << "\n";
  return status.ok() ? 0 : 1;
}
