// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/gpu/device_info.h"

#include <functional>
#include <memory>

namespace lapilli::gpu {

/// Receives one warning or error of the validation layers or the driver; called by one thread at a time.
using MessageSink = std::function<void(std::string_view message)>;

struct InstanceOptions {
  /// Asks for the Khronos validation layer with synchronization checks; see Instance::validating.
  bool validation = false;
  MessageSink messages = {};
};

struct InstanceState;

/// The connection to Vulkan's loader and drivers. Move-only; outlives the devices opened on it.
class Instance {
 public:
  /// Fails with kNoDevice when there is no Vulkan driver; the sentence says what to install.
  static Result<Instance> create(InstanceOptions options = {});

  Instance(Instance&&) noexcept;
  Instance& operator=(Instance&&) noexcept;
  ~Instance();

  /// Every device, sorted and merged as sort_and_merge says, with budgets as of this call.
  [[nodiscard]] std::vector<DeviceInfo> devices() const;

  /// The device `selector` names, see choose_device.
  [[nodiscard]] Result<DeviceInfo> find(std::string_view selector = {}) const;

  /// True when the validation layer was asked for and is installed.
  [[nodiscard]] bool validating() const;

  [[nodiscard]] InstanceState& state() const { return *state_; }

 private:
  explicit Instance(std::unique_ptr<InstanceState> state);
  std::unique_ptr<InstanceState> state_;
};

}  // namespace lapilli::gpu
