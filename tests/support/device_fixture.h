// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/gpu/device.h"
#include "engine/gpu/pipelines.h"

#include <cstdlib>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

namespace lapilli::test {

/// One Vulkan device for all tests of a process, opened at first use under the validation layer with
/// synchronization checks where that is installed. $LAPILLI_DEVICE selects another than the default.
class DeviceEnvironment : public testing::Environment {
 public:
  /// The environment GoogleTest tears down, registered at first use; the device goes before main returns, so
  /// that leaks are seen.
  static DeviceEnvironment& instance() {
    static auto* const environment = static_cast<DeviceEnvironment*>(
        testing::AddGlobalTestEnvironment(std::make_unique<DeviceEnvironment>().release()));
    return *environment;
  }

  gpu::Instance& vulkan() {
    if (!vulkan_) {
      vulkan_.emplace(gpu::Instance::create({.validation = true,
                                             .messages =
                                                 [this](std::string_view message) {
                                                   const std::lock_guard lock(mutex_);
                                                   messages_.emplace_back(message);
                                                 }})
                          .value());
      if (!vulkan_->validating()) std::cout << "[ note     ] no Vulkan validation layer is installed\n";
    }
    return *vulkan_;
  }

  gpu::Device& device() {
    if (!device_) device_.emplace(open());
    return *device_;
  }

  /// The pipelines of device(), kept for the life of the process.
  gpu::PipelineCache& pipelines() {
    if (!pipelines_) pipelines_.emplace(device(), std::filesystem::path());
    return *pipelines_;
  }

  /// Another device with its own options, for tests that inject failures.
  gpu::Device open(const gpu::DeviceOptions& options = {}) {
    const char* selector = std::getenv("LAPILLI_DEVICE");
    const auto info = vulkan().find(selector ? selector : "").value();
    return gpu::Device::create(vulkan(), info, options).value();
  }

  /// The messages that came since the last call.
  std::vector<std::string> take_messages() {
    const std::lock_guard lock(mutex_);
    return std::exchange(messages_, {});
  }

  void TearDown() override {
    pipelines_.reset();
    device_.reset();
    vulkan_.reset();
    for (const std::string& message : take_messages()) ADD_FAILURE() << "validation: " << message;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> messages_;
  std::optional<gpu::Instance> vulkan_;
  std::optional<gpu::Device> device_;
  std::optional<gpu::PipelineCache> pipelines_;
};

/// Base of tests that need a device; any validation message fails the test during which it came.
class GpuTest : public testing::Test {
 protected:
  static DeviceEnvironment& environment() { return DeviceEnvironment::instance(); }
  static gpu::Device& device() { return environment().device(); }

  void TearDown() override {
    for (const std::string& message : environment().take_messages())
      ADD_FAILURE() << "validation: " << message;
  }
};

}  // namespace lapilli::test
