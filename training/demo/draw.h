// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/image.h"
#include "training/demo/scene.h"

namespace lapilli::demo {

/// The scene as a square picture, antialiased. The same bytes on every machine: only arithmetic that IEEE
/// 754 defines to the bit. Precondition: side > 0.
[[nodiscard]] Image draw(const Scene& scene, uint32_t side);

/// Whether a point of the object lies there; u and v run from 0 to 1 over its box.
[[nodiscard]] bool covers(const SceneObject& object, float u, float v);

}  // namespace lapilli::demo
