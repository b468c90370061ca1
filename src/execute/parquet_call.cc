// SPDX-License-Identifier: Apache-2.0
#include "execute/parquet_call.h"

#include <parquet/exception.h>

#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pqpack {

Status WithCode(const Status& status, ErrorCode fallback) {
  if (status.IsOutOfMemory()) return Error(ErrorCode::kTooLarge, status.message());
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
    // The library's exceptions carry nothing but their text.
    const std::string_view what = e.what();
    if (what.starts_with("Not yet implemented")) fallback = ErrorCode::kUnsupported;
    // A page's size is an i32, and a row may not span pages where there is a page index.
    if (what.find("overflows INT32_MAX") != what.npos) {
      return Error(ErrorCode::kTooLarge, std::string(what),
                   "Write the file again in smaller rows.");
    }
    return Error(fallback, std::string(what));
  } catch (const std::bad_alloc&) {
    return Error(ErrorCode::kTooLarge, "out of memory");
  } catch (const std::exception& e) {
    return Error(fallback, e.what());
  } catch (...) {
    return Error(ErrorCode::kInternal, "an exception of no known kind");
  }
}

}  // namespace pqpack
