// SPDX-License-Identifier: Apache-2.0
#include "execute/parquet_call.h"

#include <parquet/exception.h>

#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pqpack {
namespace {

constexpr const char* kRaiseLimit = "Raise --memory-limit.";

}  // namespace

Status WithCode(const Status& status, ErrorCode fallback) {
  if (status.IsOutOfMemory()) return Error(ErrorCode::kTooLarge, status.message(), kRaiseLimit);
  if (status.detail() != nullptr || status.IsCancelled()) return status;
  if (status.IsNotImplemented()) return Error(ErrorCode::kUnsupported, status.message());
  return Error(fallback, status.message());
}

Status StatusOfException(ErrorCode fallback) {
  try {
    throw;
  } catch (const parquet::ParquetStatusException& e) {
    return WithCode(e.status(), fallback);
  } catch (const parquet::ParquetException& e) {
    const std::string_view what = e.what();
    const bool unsupported = what.starts_with("Not yet implemented");
    return Error(unsupported ? ErrorCode::kUnsupported : fallback, std::string(what));
  } catch (const std::bad_alloc&) {
    return Error(ErrorCode::kTooLarge, "out of memory", kRaiseLimit);
  } catch (const std::exception& e) {
    return Error(fallback, e.what());
  } catch (...) {
    return Error(ErrorCode::kInternal, "an exception of no known kind");
  }
}

}  // namespace pqpack
