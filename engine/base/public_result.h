// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"

#include <exception>
#include <new>

namespace lapilli {

/// What `function` returns, as a public interface gives it: nothing is thrown. Errors are handed on, lack of
/// the program's own memory is kOutOfMemory, any other exception kInternal with its text.
template <class Function>
auto public_result(Function&& function) -> Result<decltype(function())> {
  try {
    return try_result(function);
  } catch (const std::bad_alloc&) {
    return Error(ErrorCode::kOutOfMemory, "the machine has no memory left for the program itself");
  } catch (const std::exception& error) {
    return Error(ErrorCode::kInternal, error.what());
  }
}

}  // namespace lapilli
