// SPDX-License-Identifier: Apache-2.0
//
// The bits of a Bloom filter: blocks of 256 bits, of which a value sets eight in one block.
// A value that lacks one of its bits is not in the column chunk; one that has them all may be.
// Pure.
//
// Source: BloomFilter.md, "Technical Approach".
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/status.h"
#include "format/bloom_filter_header.h"

namespace pqpack {

constexpr int64_t kFilterBlock = 32;  // bytes
// Arrow and parquet-java refuse larger ones.
constexpr int64_t kMaxFilter = 128 * kMiB;

// Whether the bits behind the header are such blocks, by XXH64 and not compressed: nothing else
// is defined.  Any number of blocks will do, since hashes are spread over them by multiplication;
// parquet-go writes as many as it needs, others a power of two.
// kUnsupported: something else, that may be defined by now; kCorrupt: no filter.
Status CheckSplitBlock(const BloomFilterHeader& header);

// Whether a value may be in the chunk.  `bits` have passed CheckSplitBlock(); `hash` is XXH64,
// seed 0, of the value as PLAIN has it, without the length in front of byte arrays.
bool MayHold(Bytes bits, uint64_t hash);

}  // namespace pqpack
