// SPDX-License-Identifier: Apache-2.0
#include "engine/gpu/vulkan_state.h"

namespace lapilli::gpu {

std::string result_name(VkResult result) {
  switch (result) {
    case VK_ERROR_OUT_OF_HOST_MEMORY:
      return "VK_ERROR_OUT_OF_HOST_MEMORY";
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
      return "VK_ERROR_OUT_OF_DEVICE_MEMORY";
    case VK_ERROR_INITIALIZATION_FAILED:
      return "VK_ERROR_INITIALIZATION_FAILED";
    case VK_ERROR_DEVICE_LOST:
      return "VK_ERROR_DEVICE_LOST";
    case VK_ERROR_MEMORY_MAP_FAILED:
      return "VK_ERROR_MEMORY_MAP_FAILED";
    case VK_ERROR_LAYER_NOT_PRESENT:
      return "VK_ERROR_LAYER_NOT_PRESENT";
    case VK_ERROR_EXTENSION_NOT_PRESENT:
      return "VK_ERROR_EXTENSION_NOT_PRESENT";
    case VK_ERROR_FEATURE_NOT_PRESENT:
      return "VK_ERROR_FEATURE_NOT_PRESENT";
    case VK_ERROR_INCOMPATIBLE_DRIVER:
      return "VK_ERROR_INCOMPATIBLE_DRIVER";
    case VK_ERROR_TOO_MANY_OBJECTS:
      return "VK_ERROR_TOO_MANY_OBJECTS";
    case VK_ERROR_UNKNOWN:
      return "VK_ERROR_UNKNOWN";
    default:
      return text("Vulkan result ", static_cast<int>(result));
  }
}

Error vulkan_error(VkResult result, std::string_view action) {
  const std::string sentence = text("cannot ", action, ": ", result_name(result));
  switch (result) {
    case VK_ERROR_OUT_OF_HOST_MEMORY:
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
      return Error(ErrorCode::kOutOfMemory, sentence);
    case VK_ERROR_DEVICE_LOST:
      return Error(ErrorCode::kDeviceLost,
                   sentence +
                       "; the driver has reset the device, most often because one step took too long or the "
                       "driver has a fault: start again, with a smaller model or another device, or update "
                       "the driver");
    case VK_ERROR_INCOMPATIBLE_DRIVER:
      return Error(ErrorCode::kNoDevice, sentence);
    case VK_ERROR_FEATURE_NOT_PRESENT:
    case VK_ERROR_EXTENSION_NOT_PRESENT:
      return Error(ErrorCode::kUnsupported, sentence);
    default:
      return Error(ErrorCode::kInternal, sentence);
  }
}

void check(VkResult result, std::string_view action) {
  if (result < 0) throw vulkan_error(result, action);
}

}  // namespace lapilli::gpu
