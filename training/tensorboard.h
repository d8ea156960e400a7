// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "training/training_events.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace lapilli::training {

/// CRC-32C (Castagnoli) of bytes, rotated and offset as TFRecord files hold it. Source: TensorFlow,
/// core/lib/hash/crc32c.h.
[[nodiscard]] uint32_t masked_crc32c(std::string_view bytes);

/// One record of a TFRecord file: length u64, its CRC, the bytes, their CRC; little-endian.
[[nodiscard]] std::string tfrecord(std::string_view bytes);

/// The curves of a run as TensorBoard reads them: train/loss, train/learning_rate, …, validation/loss, and
/// its sample answers: samples/1, samples/2, …. Each start of a run writes a file of its own, which tells
/// TensorBoard to forget later updates of the files before it. Move-only.
class TensorBoardWriter {
 public:
  /// Makes events.out.tfevents.… in `folder`, which is made where it is missing, for a run that goes on after
  /// `kept_steps` updates. Fails with kIo.
  [[nodiscard]] static Result<TensorBoardWriter> open(const std::filesystem::path& folder,
                                                      uint64_t kept_steps);

  TensorBoardWriter(TensorBoardWriter&& other) noexcept;
  TensorBoardWriter& operator=(TensorBoardWriter&& other) noexcept;
  ~TensorBoardWriter();

  /// Steps, validations, and sample answers as texts; other events are left out. Throws kIo.
  void add(const TrainingEvent& event);

  [[nodiscard]] const std::filesystem::path& file() const { return path_; }

 private:
  TensorBoardWriter() = default;
  void write(std::string_view event_message) const;

  std::filesystem::path path_;
  int descriptor_ = -1;
};

}  // namespace lapilli::training
