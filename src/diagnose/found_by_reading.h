// SPDX-License-Identifier: Apache-2.0
//
// The checks that no function over a footer makes: what is found while a file is read, from
// its last eight bytes to the values of its pages.
#pragma once

#include <span>

#include "diagnose/check.h"

namespace pqpack {

// By the footer, before there is anything else to look at.
extern const Check kNotParquet;
extern const Check kFooterUnreadable;
extern const Check kFooterInconsistent;
extern const Check kEncrypted;

// By --deep.
extern const Check kPageUnreadable;
extern const Check kPageChecksum;
extern const Check kPageCounts;
extern const Check kLevelsAboveMax;
extern const Check kPageSize;
extern const Check kWideDelta;
extern const Check kValuesUnreadable;
extern const Check kPagesNotRowAligned;
extern const Check kStatisticsWrong;
extern const Check kNanOutsideBounds;
extern const Check kExactBoundsWrong;
extern const Check kRowsNotSorted;
extern const Check kPageIndexWrong;
extern const Check kBloomFilterWrong;

std::span<const Check* const> FoundByReading();

}  // namespace pqpack
