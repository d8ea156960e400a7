// SPDX-License-Identifier: Apache-2.0
#include "engine/gpu/instance.h"

#include "engine/gpu/vulkan_state.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace lapilli::gpu {
namespace {

constexpr const char* kValidationLayer = "VK_LAYER_KHRONOS_validation";

VKAPI_ATTR VkBool32 VKAPI_CALL deliver(VkDebugUtilsMessageSeverityFlagBitsEXT,
                                       VkDebugUtilsMessageTypeFlagsEXT,
                                       const VkDebugUtilsMessengerCallbackDataEXT* data, void* user_data) {
  auto& receiver = *static_cast<MessageReceiver*>(user_data);
  const std::lock_guard lock(receiver.mutex);
  if (receiver.sink) receiver.sink(data->pMessage ? data->pMessage : "");
  return VK_FALSE;
}

/// Validation only: the loader's general messages speak of the machine's other drivers.
VkDebugUtilsMessengerCreateInfoEXT messenger_info(MessageReceiver& receiver) {
  return {.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
          .pNext = nullptr,
          .flags = 0,
          .messageSeverity =
              VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
          .messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT,
          .pfnUserCallback = deliver,
          .pUserData = &receiver};
}

bool has_layer(std::string_view wanted) {
  const auto layers = enumerate<VkLayerProperties>(vkEnumerateInstanceLayerProperties);
  return std::any_of(layers.begin(), layers.end(),
                     [&](const VkLayerProperties& layer) { return layer.layerName == wanted; });
}

bool has_extension(const char* layer, std::string_view wanted) {
  const auto extensions =
      enumerate<VkExtensionProperties>([&](uint32_t* count, VkExtensionProperties* items) {
        return vkEnumerateInstanceExtensionProperties(layer, count, items);
      });
  return std::any_of(extensions.begin(), extensions.end(), [&](const VkExtensionProperties& extension) {
    return extension.extensionName == wanted;
  });
}

Error no_driver() {
  return Error(
      ErrorCode::kNoDevice,
      "no Vulkan driver was found; install mesa-vulkan-drivers (AMD and Intel graphics, and a software "
      "device for any machine) or the NVIDIA driver");
}

VkResult create_instance(InstanceState& state) {
  std::vector<const char*> layers;
  std::vector<const char*> extensions;
  const void* next = nullptr;

  state.debug_utils =
      has_extension(nullptr, VK_EXT_DEBUG_UTILS_EXTENSION_NAME) ||
      (state.validating && has_extension(kValidationLayer, VK_EXT_DEBUG_UTILS_EXTENSION_NAME));
  auto messenger = messenger_info(state.receiver);
  if (state.debug_utils) {
    extensions.push_back(VK_EXT_DEBUG_UTILS_EXTENSION_NAME);
    if (state.validating) next = &messenger;
  }

  const VkValidationFeatureEnableEXT enabled[] = {
      VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT};
  VkValidationFeaturesEXT features{.sType = VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT,
                                   .pNext = next,
                                   .enabledValidationFeatureCount = std::size(enabled),
                                   .pEnabledValidationFeatures = enabled,
                                   .disabledValidationFeatureCount = 0,
                                   .pDisabledValidationFeatures = nullptr};
  if (state.validating) {
    layers.push_back(kValidationLayer);
    if (has_extension(kValidationLayer, VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME)) {
      extensions.push_back(VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME);
      next = &features;
    }
  }

  const VkApplicationInfo application{.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
                                      .pNext = nullptr,
                                      .pApplicationName = "Lapilli",
                                      .applicationVersion = 0,
                                      .pEngineName = "Lapilli",
                                      .engineVersion = 0,
                                      .apiVersion = VK_API_VERSION_1_3};
  const VkInstanceCreateInfo info{.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
                                  .pNext = next,
                                  .flags = 0,
                                  .pApplicationInfo = &application,
                                  .enabledLayerCount = static_cast<uint32_t>(layers.size()),
                                  .ppEnabledLayerNames = layers.data(),
                                  .enabledExtensionCount = static_cast<uint32_t>(extensions.size()),
                                  .ppEnabledExtensionNames = extensions.data()};
  return vkCreateInstance(&info, nullptr, &state.instance);
}

void create_messenger(InstanceState& state) {
  const auto create = reinterpret_cast<PFN_vkCreateDebugUtilsMessengerEXT>(
      vkGetInstanceProcAddr(state.instance, "vkCreateDebugUtilsMessengerEXT"));
  const auto info = messenger_info(state.receiver);
  check(create(state.instance, &info, nullptr, &state.messenger), "create the debug messenger");
}

}  // namespace

InstanceState::~InstanceState() {
  if (messenger) {
    const auto destroy = reinterpret_cast<PFN_vkDestroyDebugUtilsMessengerEXT>(
        vkGetInstanceProcAddr(instance, "vkDestroyDebugUtilsMessengerEXT"));
    destroy(instance, messenger, nullptr);
  }
  if (instance) vkDestroyInstance(instance, nullptr);
}

std::vector<VkPhysicalDevice> physical_devices(const InstanceState& state) {
  return enumerate<VkPhysicalDevice>([&](uint32_t* count, VkPhysicalDevice* items) {
    return vkEnumeratePhysicalDevices(state.instance, count, items);
  });
}

Result<Instance> Instance::create(InstanceOptions options) {
  auto state = std::make_unique<InstanceState>();
  state->receiver.sink = std::move(options.messages);
  state->validating = options.validation && has_layer(kValidationLayer);

  const VkResult result = create_instance(*state);
  if (result == VK_ERROR_INCOMPATIBLE_DRIVER) return no_driver();
  if (result < 0) return vulkan_error(result, "create the Vulkan instance");
  if (physical_devices(*state).empty()) return no_driver();
  return try_result([&] {
    if (state->validating && state->debug_utils) create_messenger(*state);
    return Instance(std::move(state));
  });
}

Instance::Instance(std::unique_ptr<InstanceState> state) : state_(std::move(state)) {}
Instance::Instance(Instance&&) noexcept = default;
Instance& Instance::operator=(Instance&&) noexcept = default;
Instance::~Instance() = default;

std::vector<DeviceInfo> Instance::devices() const {
  std::vector<DeviceInfo> devices;
  const auto physical = physical_devices(*state_);
  for (size_t i = 0; i < physical.size(); ++i) {
    devices.push_back(query_device(*state_, physical[i]).info);
    devices.back().physical_index = i;
  }
  return sort_and_merge(std::move(devices));
}

Result<DeviceInfo> Instance::find(std::string_view selector) const {
  const auto all = devices();
  const auto index = choose_device(all, selector);
  if (!index) return index.error();
  return all[*index];
}

bool Instance::validating() const {
  return state_->validating;
}

}  // namespace lapilli::gpu
