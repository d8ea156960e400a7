// SPDX-License-Identifier: Apache-2.0
#include "engine/gpu/device_info.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <tuple>

#include <vulkan/vulkan_core.h>

namespace lapilli::gpu {
namespace {

int type_rank(DeviceType type) {
  switch (type) {
    case DeviceType::kDiscrete:
      return 0;
    case DeviceType::kIntegrated:
      return 1;
    case DeviceType::kVirtual:
      return 2;
    case DeviceType::kOther:
      return 3;
    case DeviceType::kSoftware:
      return 4;
  }
  return 4;
}

/// The driver to keep when one GPU has several: the vendor's customary one for compute first.
size_t driver_rank(const DeviceInfo& device) {
  constexpr std::array<uint32_t, 6> kOrder = {
      VK_DRIVER_ID_NVIDIA_PROPRIETARY,     VK_DRIVER_ID_MESA_RADV,
      VK_DRIVER_ID_INTEL_OPEN_SOURCE_MESA, VK_DRIVER_ID_INTEL_PROPRIETARY_WINDOWS,
      VK_DRIVER_ID_AMD_OPEN_SOURCE,        VK_DRIVER_ID_AMD_PROPRIETARY};
  return static_cast<size_t>(std::find(kOrder.begin(), kOrder.end(), device.driver_id) - kOrder.begin());
}

bool has_identity(const DeviceInfo& device) {
  return device.uuid.find_first_not_of('0') != std::string::npos;
}

std::string lower_case(std::string_view source) {
  std::string result(source);
  for (char& character : result)
    character = static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
  return result;
}

std::string names_of(std::span<const DeviceInfo> devices) {
  std::string names;
  for (size_t i = 0; i < devices.size(); ++i)
    names += text(i ? ", " : "", i, " \"", devices[i].caps.name, "\"");
  return names;
}

Error nothing_usable(std::span<const DeviceInfo> devices) {
  if (devices.empty()) return Error(ErrorCode::kNoDevice, "there is no Vulkan device");
  std::string sentence = "no Vulkan device can be used:";
  for (const DeviceInfo& device : devices)
    sentence += text(" \"", device.caps.name, "\" lacks ", device.missing, ";");
  return Error(ErrorCode::kNoDevice, sentence + " a newer driver may help");
}

std::optional<size_t> find_by_text(std::span<const DeviceInfo> devices, std::string_view selector) {
  const std::string wanted = lower_case(selector);
  for (size_t i = 0; i < devices.size(); ++i)
    if (devices[i].uuid == wanted) return i;
  for (size_t i = 0; i < devices.size(); ++i)
    if (lower_case(devices[i].caps.name).find(wanted) != std::string::npos) return i;
  return std::nullopt;
}

}  // namespace

std::string version_text(uint32_t api_version) {
  return text(VK_API_VERSION_MAJOR(api_version), ".", VK_API_VERSION_MINOR(api_version), ".",
              VK_API_VERSION_PATCH(api_version));
}

std::vector<DeviceInfo> sort_and_merge(std::vector<DeviceInfo> devices) {
  const auto better = [](const DeviceInfo& a, const DeviceInfo& b) {
    return std::tuple(!a.meets_floor(), driver_rank(a), a.physical_index) <
           std::tuple(!b.meets_floor(), driver_rank(b), b.physical_index);
  };
  std::vector<DeviceInfo> kept;
  for (DeviceInfo& device : devices) {
    const auto twin = std::find_if(kept.begin(), kept.end(), [&](const DeviceInfo& other) {
      return has_identity(device) && other.uuid == device.uuid;
    });
    if (twin == kept.end()) {
      kept.push_back(std::move(device));
    } else if (better(device, *twin)) {
      *twin = std::move(device);
    }
  }
  std::sort(kept.begin(), kept.end(), [](const DeviceInfo& a, const DeviceInfo& b) {
    return std::tuple(!a.meets_floor(), type_rank(a.caps.type), a.physical_index) <
           std::tuple(!b.meets_floor(), type_rank(b.caps.type), b.physical_index);
  });
  return kept;
}

Result<size_t> choose_device(std::span<const DeviceInfo> devices, std::string_view selector) {
  if (devices.empty()) return nothing_usable(devices);
  if (selector.empty()) {
    if (!devices.front().meets_floor()) return nothing_usable(devices);
    return size_t{0};
  }

  size_t index = 0;
  const auto [end, failure] = std::from_chars(selector.data(), selector.data() + selector.size(), index);
  const bool is_number = failure == std::errc() && end == selector.data() + selector.size();
  if (is_number && index < devices.size()) {
    // The number of a device.
  } else if (const auto found = find_by_text(devices, selector)) {
    index = *found;
  } else {
    return Error(ErrorCode::kNotFound,
                 text("no device is called \"", selector, "\"; there are: ", names_of(devices)));
  }
  if (!devices[index].meets_floor()) {
    return Error(ErrorCode::kUnsupported, text("device ", index, " \"", devices[index].caps.name, "\" lacks ",
                                               devices[index].missing));
  }
  return index;
}

}  // namespace lapilli::gpu
