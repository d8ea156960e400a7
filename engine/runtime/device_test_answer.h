// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

/// What the device test asks its model, and what transformers answers: every fifth logit, in f32. Made by
/// tests/golden/device_test/make.py.
namespace lapilli::device_test {

inline constexpr uint32_t kTextBefore = 4;
inline constexpr uint32_t kTextAfter = 12;
inline constexpr uint32_t kDecoded = 8;
inline constexpr uint32_t kEvery = 5;

inline constexpr std::array<float, 64> kPromptLogits = {
    1.21760f,  -0.00696f, -0.24776f, -2.10303f, -0.66246f, -0.12899f, 0.27512f,  1.92786f,
    1.22246f,  -0.98455f, -0.22852f, 0.12697f,  0.41314f,  1.84862f,  -0.85023f, -1.07250f,
    -0.08370f, 1.23212f,  -1.50023f, -0.15594f, 1.72196f,  -0.46483f, 1.18262f,  -0.98244f,
    -1.57571f, -0.23336f, 0.20170f,  -0.23432f, 0.46813f,  -1.16303f, 0.51883f,  -0.05237f,
    -0.13539f, 0.25316f,  -0.43278f, -0.13837f, -0.44845f, -1.29588f, 0.08599f,  -0.14686f,
    1.04561f,  -1.10558f, -0.52808f, -0.22444f, -1.04982f, 0.75307f,  1.11763f,  -0.16121f,
    -0.09535f, -0.33259f, 1.14036f,  -0.12268f, -0.29872f, 0.32581f,  0.64770f,  -0.15139f,
    0.91073f,  1.46946f,  -0.22890f, 0.70421f,  -1.97101f, 0.87781f,  0.05614f,  0.83894f,
};
inline constexpr std::array<float, 64> kDecodedLogits = {
    -0.67447f, -0.90844f, 0.67507f,  -0.24594f, -1.02916f, 0.10089f,  -0.53693f, -0.34930f,
    0.28499f,  1.83859f,  -1.14406f, -1.18981f, -1.82396f, -0.70870f, 0.49640f,  -0.81818f,
    -0.69327f, -0.18976f, 1.67580f,  -0.12593f, -1.44186f, 2.03572f,  -0.82399f, 0.79927f,
    -0.40391f, -1.25494f, -0.10987f, 1.58650f,  -0.74764f, 0.58197f,  -0.32257f, 2.05924f,
    0.55514f,  0.42325f,  1.58090f,  -1.10971f, -1.28319f, 0.70071f,  -0.43601f, -0.49214f,
    1.58662f,  -1.59240f, -0.33529f, 0.98178f,  -1.71178f, 0.17114f,  0.21261f,  -0.20857f,
    -0.14012f, 0.24452f,  0.04026f,  -0.29161f, -0.54505f, 0.81266f,  -0.30564f, -0.99390f,
    -0.81906f, 0.18573f,  1.15489f,  -0.03591f, 2.73270f,  0.63876f,  -0.56588f, 0.52954f,
};

}  // namespace lapilli::device_test
