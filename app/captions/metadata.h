// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/refusal.h"
#include "engine/base/result.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli::captions {

/// What is said of a picture, in XMP under the names that digiKam, Lightroom and screen readers look at:
/// dc:description, dc:subject (with digiKam:TagsList and lr:hierarchicalSubject), Iptc4xmpCore's alt text.
struct PictureTexts {
  std::string description;
  std::vector<std::string> tags;
  std::string alt;

  bool operator==(const PictureTexts&) const = default;
  [[nodiscard]] bool empty() const { return *this == PictureTexts(); }
};

/// The metadata of a picture file.
class PictureMetadata {
 public:
  /// Fails with kBadFile, kUnsupported for a format without metadata, kNotFound; the place is the path.
  [[nodiscard]] static Result<PictureMetadata> read(const std::filesystem::path& path);
  PictureMetadata(PictureMetadata&&) noexcept;
  ~PictureMetadata();

  /// An EXIF value as people read it ("Model", "Exif.Photo.LensModel"); empty where the picture has none.
  [[nodiscard]] std::string exif(const std::string& name) const;
  /// When the picture was taken, "2024-05-17"; empty where that is not known.
  [[nodiscard]] std::string date() const;
  /// Stars: −1 (rejected) to 5; absent where nobody has given any.
  [[nodiscard]] std::optional<int> rating() const;
  /// What XMP says, with IPTC's tags; where it has no description, that of IPTC, or of EXIF.
  [[nodiscard]] PictureTexts texts() const;
  /// Whether with_texts() can put some into such a file.
  [[nodiscard]] bool can_hold_texts() const;

 private:
  struct State;
  explicit PictureMetadata(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Whether there is an EXIF tag of that name.
[[nodiscard]] bool is_exif_name(const std::string& name);

/// The texts of a sidecar file's content; fails with kBadFile.
[[nodiscard]] Result<PictureTexts> texts_of_sidecar(std::string_view packet);

/// The stars in a sidecar file's content, as PictureMetadata::rating; fails with kBadFile.
[[nodiscard]] Result<std::optional<int>> rating_of_sidecar(std::string_view packet);

/// A sidecar's content with these texts, everything else kept; `old` may be empty. Texts that are empty leave
/// what is there. Fails with kBadFile.
[[nodiscard]] Result<std::string> sidecar_with(std::string_view old, const PictureTexts& texts);

/// The error of pictures whose format holds no texts.
[[nodiscard]] Refusal no_place_for_texts();

/// Most bytes of a picture's file.
inline constexpr uint64_t kMostPictureBytes = uint64_t{4} << 30;

/// A picture file's content with texts put into it: XMP, and where the format has them description and tags
/// as IPTC, whose other texts become UTF-8 with them, and the description as EXIF. Fails with kUnsupported
/// for formats that hold no metadata and IPTC of an unknown character set, kBadFile.
[[nodiscard]] Result<std::vector<std::byte>> with_texts(std::vector<std::byte> picture,
                                                        const PictureTexts& texts);

}  // namespace lapilli::captions
