// SPDX-License-Identifier: Apache-2.0
//
// A writer hands over a header and a body in calls of their own, so nearly every
// header is parsed where it lies.  One that is cut is collected and tried again
// when the bytes have doubled, which keeps the work linear.
#include "verify/page_walk.h"

#include <algorithm>
#include <utility>

#include "format/footer.h"
#include "verify/mismatch.h"

namespace pqpack {
PageFact FactOf(const ParsedPageHeader& parsed, int64_t offset) {
  const PageHeader& header = parsed.header;
  PageFact fact;
  fact.offset = offset;
  fact.header_size = static_cast<int32_t>(parsed.length);
  fact.body_size = header.compressed_page_size;
  fact.uncompressed_size = header.uncompressed_page_size;
  fact.type = header.type;
  fact.crc = header.crc;
  const std::optional<Statistics>* statistics = nullptr;
  if (header.type == PageType::kData) {
    fact.num_values = header.data->num_values;
    fact.encoding = header.data->encoding;
    fact.definition_levels = header.data->definition_level_encoding;
    fact.repetition_levels = header.data->repetition_level_encoding;
    statistics = &header.data->statistics;
  } else if (header.type == PageType::kDataV2) {
    fact.num_values = header.data_v2->num_values;
    fact.num_nulls = header.data_v2->num_nulls;
    fact.num_rows = header.data_v2->num_rows;
    fact.definition_bytes = header.data_v2->definition_levels_byte_length;
    fact.repetition_bytes = header.data_v2->repetition_levels_byte_length;
    fact.encoding = header.data_v2->encoding;
    fact.compressed = header.data_v2->is_compressed.value_or(true);
    statistics = &header.data_v2->statistics;
  } else if (header.type == PageType::kDictionary) {
    fact.num_values = header.dictionary->num_values;
    fact.encoding = header.dictionary->encoding;
  }
  fact.distinct_count =
      statistics != nullptr && *statistics && (*statistics)->distinct_count.has_value();
  return fact;
}

Status PageWalk::Append(Bytes bytes) {
  size_ += static_cast<int64_t>(bytes.size());
  while (position_ < kMagicSize && !bytes.empty()) {
    if (bytes[0] != static_cast<uint8_t>(kMagic[static_cast<size_t>(position_)])) {
      return Mismatch("the output does not start with PAR1");
    }
    bytes = bytes.subspan(1);
    ++position_;
  }
  return Consume(bytes);
}

Status PageWalk::Skip(int64_t bytes) {
  const bool between_pages =
      position_ >= kMagicSize && body_left_ == 0 && !behind_pages_ && pending_.empty();
  if (!between_pages) return Mismatch("bytes that are not seen, at {}, within a page", size_);
  size_ += bytes;
  position_ += bytes;
  return Status::OK();
}

Status PageWalk::Consume(Bytes bytes) {
  while (!bytes.empty()) {
    if (body_left_ > 0) {
      const size_t skip = std::min(bytes.size(), static_cast<size_t>(body_left_));
      body_left_ -= static_cast<int64_t>(skip);
      bytes = bytes.subspan(skip);
    } else if (behind_pages_) {
      return Keep(bytes);
    } else if (pending_.empty()) {
      const int64_t header = TakeHeader(bytes);
      if (header == 0) return Keep(bytes);
      bytes = bytes.subspan(static_cast<size_t>(header));
    } else {
      const size_t take = std::min(bytes.size(), next_try_ - pending_.size());
      PQ_RETURN_NOT_OK(Keep(bytes.first(take)));
      bytes = bytes.subspan(take);
      if (pending_.size() < next_try_) return Status::OK();
      const int64_t header = TakeHeader(pending_);
      if (header == 0) continue;
      const std::vector<uint8_t> taken = std::exchange(pending_, {});
      // Finds pending_ empty, so that it does not come here again.
      PQ_RETURN_NOT_OK(Consume(Bytes(taken).subspan(static_cast<size_t>(header))));
    }
  }
  return Status::OK();
}

int64_t PageWalk::TakeHeader(Bytes window) {
  const auto parsed = ParsePageHeader(window);
  if (!parsed.ok()) {
    behind_pages_ = true;
    return 0;
  }
  if (!*parsed) {
    next_try_ = std::max<size_t>(64, 2 * window.size());
    return 0;
  }
  pages_.push_back(FactOf(**parsed, position_));
  position_ = pages_.back().end();
  body_left_ = pages_.back().body_size;
  return (*parsed)->length;
}

Status PageWalk::Keep(Bytes bytes) {
  if (bytes.size() > max_tail_ - pending_.size()) {
    return Mismatch("no page header at offset {} of the output, and more than {} MiB follow",
                    position_, max_tail_ / static_cast<size_t>(kMiB));
  }
  pending_.insert(pending_.end(), bytes.begin(), bytes.end());
  return Status::OK();
}

Status PageWalk::Finish() {
  while (!behind_pages_ && !pending_.empty()) {
    const int64_t header = TakeHeader(pending_);
    if (header == 0) break;
    const std::vector<uint8_t> taken = std::exchange(pending_, {});
    PQ_RETURN_NOT_OK(Consume(Bytes(taken).subspan(static_cast<size_t>(header))));
  }
  if (body_left_ > 0) {
    return Mismatch("the output ends inside of the page at offset {}", pages_.back().offset);
  }
  return Status::OK();
}

}  // namespace pqpack
