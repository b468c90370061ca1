// SPDX-License-Identifier: Apache-2.0
//
// The bits of a Bloom filter: blocks of 256 bits, of which a value sets eight in one block.
// A value that lacks one of its bits is not in the column chunk; one that has them all may be.
// Pure.
//
// Source: BloomFilter.md, "Technical Approach".
#pragma once

#include <cstdint>
#include <span>

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

// Puts a value in, of which MayHold() will be true.
void PutHash(uint64_t hash, std::span<uint8_t> bits);

// A filter of half as many blocks that holds what `bits`, of an even number of them, holds: a
// value's block is that of all blocks by its hash, so of half of them it is the half of its number.
// `half` has the size for it.
void FoldFilter(Bytes bits, std::span<uint8_t> half);

// Which part of the values that were not put in MayHold() is true of all the same, hashes being
// evenly spread: the mean over blocks of the product over words of the part of bits that are set.
double FalsePositives(Bytes bits);

}  // namespace pqpack
