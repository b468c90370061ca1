// SPDX-License-Identifier: Apache-2.0
#include "verify/library_call.h"

#include <parquet/exception.h>

#include <exception>
#include <new>
#include <string>
#include <string_view>

namespace pqpack {

Status ReadError(const Status& status) {
  if (status.ok() || status.IsCancelled()) return status;
  if (status.IsOutOfMemory()) return Error(ErrorCode::kTooLarge, status.message());
  if (status.detail() != nullptr) return status;
  const bool unknown = status.IsNotImplemented();
  return Error(unknown ? ErrorCode::kUnsupported : ErrorCode::kCorrupt, status.message());
}

Status ReadErrorOfException() {
  try {
    throw;
  } catch (const parquet::ParquetStatusException& error) {
    return ReadError(error.status());
  } catch (const std::bad_alloc&) {
    return Error(ErrorCode::kTooLarge, "out of memory");
  } catch (const std::exception& error) {
    // The library's exceptions carry nothing but their text.
    const bool unknown = std::string_view(error.what()).starts_with("Not yet implemented");
    return Error(unknown ? ErrorCode::kUnsupported : ErrorCode::kCorrupt, error.what());
  } catch (...) {
    return Error(ErrorCode::kInternal, "an exception of no known kind");
  }
}

}  // namespace pqpack
