// SPDX-License-Identifier: Apache-2.0
#pragma once

// Vulkan's handle types by name only, so that folders which may not include vulkan.h can include this
// one's headers. The same declarations as vulkan_core.h makes on 64-bit targets.
struct VkBuffer_T;
struct VkCommandBuffer_T;
struct VkPipeline_T;
struct VkPipelineLayout_T;
struct VkQueryPool_T;
struct VkSemaphore_T;

static_assert(sizeof(void*) == 8, "Vulkan handles are pointers on 64-bit targets only");
