// SPDX-License-Identifier: Apache-2.0
#include "engine/io/image.h"

#include "engine/io/detect.h"
#include "engine/io/file.h"
#include "engine/io/image_decode.h"
#include "engine/io/orientation.h"

#include <algorithm>
#include <new>
#include <utility>

namespace lapilli {
namespace {

using image_decode::Decoded;

/// ISO base media files name their kind and the kinds they are compatible with in the first box.
std::optional<ImageFormat> format_of_media_file(std::string_view head) {
  if (head.size() < 12 || head.substr(4, 4) != "ftyp") return {};
  const std::string_view brand = head.substr(8, 4);
  if (brand == "avif" || brand == "avis") return ImageFormat::kAvif;
  constexpr std::string_view kHeif[] = {"heic", "heix", "hevc", "hevx", "heim",
                                        "heis", "hevm", "hevs", "mif1", "msf1"};
  if (std::find(std::begin(kHeif), std::end(kHeif), brand) == std::end(kHeif)) return {};
  const size_t size = std::min<size_t>(head.size(), static_cast<uint8_t>(head[3]));
  for (size_t at = 16; at + 4 <= size; at += 4) {
    if (head.substr(at, 4) == "avif") return ImageFormat::kAvif;
  }
  return ImageFormat::kHeif;
}

bool is_tiff(std::string_view head) {
  using namespace std::string_view_literals;
  constexpr std::string_view kMagics[] = {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv};
  return std::any_of(std::begin(kMagics), std::end(kMagics),
                     [&](auto magic) { return head.starts_with(magic); });
}

/// What a file of no known format is instead, and what to do.
std::string_view no_picture(Bytes content) {
  switch (detect(content)) {
    case FileKind::kEmpty:
      return "is empty, a picture was expected";
    case FileKind::kGitLfsPointer:
      return "is a Git-LFS pointer, not the picture; finish the download with `git lfs pull`";
    case FileKind::kHtml:
      return "is a web page or other marked-up text, not a picture; if it was downloaded, fetch it again";
    case FileKind::kGguf:
    case FileKind::kSafetensors:
      return "is a model's weight file, not a picture";
    default:
      return "is not a picture of a known format (JPEG, PNG, GIF, BMP, WebP, TIFF, HEIF, AVIF, JPEG XL)";
  }
}

Decoded decode(ImageFormat format, Bytes content, const ImageLimits& limits) {
  using namespace image_decode;
  switch (format) {
    case ImageFormat::kJpeg:
      return decode_jpeg(content, limits);
    case ImageFormat::kPng:
      return decode_png(content, limits);
    case ImageFormat::kGif:
      return decode_gif(content, limits);
    case ImageFormat::kBmp:
      return decode_bmp(content, limits);
    case ImageFormat::kWebp:
      return decode_webp(content, limits);
    case ImageFormat::kTiff:
      return decode_tiff(content, limits);
#ifdef LAPILLI_HAVE_HEIF
    case ImageFormat::kHeif:
      return decode_heif(content, limits);
#endif
#ifdef LAPILLI_HAVE_AVIF
    case ImageFormat::kAvif:
      return decode_avif(content, limits);
#endif
#ifdef LAPILLI_HAVE_JXL
    case ImageFormat::kJxl:
      return decode_jxl(content, limits);
#endif
    default:
      break;
  }
  throw Error(
      ErrorCode::kUnsupported,
      text("is a ", to_string(format), " picture, which this build cannot read; convert it to JPEG or PNG"));
}

}  // namespace

std::string_view to_string(ImageFormat format) {
  switch (format) {
    case ImageFormat::kJpeg:
      return "JPEG";
    case ImageFormat::kPng:
      return "PNG";
    case ImageFormat::kGif:
      return "GIF";
    case ImageFormat::kBmp:
      return "BMP";
    case ImageFormat::kWebp:
      return "WEBP";
    case ImageFormat::kTiff:
      return "TIFF";
    case ImageFormat::kHeif:
      return "HEIF";
    case ImageFormat::kAvif:
      return "AVIF";
    case ImageFormat::kJxl:
      return "JXL";
  }
  return "?";
}

bool can_decode(ImageFormat format) {
  switch (format) {
#ifndef LAPILLI_HAVE_HEIF
    case ImageFormat::kHeif:
      return false;
#endif
#ifndef LAPILLI_HAVE_AVIF
    case ImageFormat::kAvif:
      return false;
#endif
#ifndef LAPILLI_HAVE_JXL
    case ImageFormat::kJxl:
      return false;
#endif
    default:
      return true;
  }
}

Result<ImageFormat> image_format_of(Bytes content) {
  using namespace std::string_view_literals;
  const std::string_view head = as_string_view(content.first(std::min<size_t>(content.size(), 256)));
  if (head.starts_with("\xff\xd8\xff")) return ImageFormat::kJpeg;
  if (head.starts_with("\x89PNG\r\n\x1a\n")) return ImageFormat::kPng;
  if (head.starts_with("GIF87a") || head.starts_with("GIF89a")) return ImageFormat::kGif;
  if (head.starts_with("BM")) return ImageFormat::kBmp;
  if (head.size() >= 12 && head.starts_with("RIFF") && head.substr(8, 4) == "WEBP") return ImageFormat::kWebp;
  if (is_tiff(head)) return ImageFormat::kTiff;
  if (head.starts_with("\xff\x0a") || head.starts_with("\0\0\0\x0cJXL \r\n\x87\n"sv))
    return ImageFormat::kJxl;
  if (const auto format = format_of_media_file(head)) return *format;
  return Error(ErrorCode::kBadFile, std::string(no_picture(content)));
}

Result<LoadedImage> decode_image(Bytes content, const ImageOptions& options) {
  try {
    const ImageFormat format = image_format_of(content).value();
    Decoded decoded = decode(format, content, options.limits);
    LoadedImage loaded;
    loaded.facts = {.format = format,
                    .mode = std::move(decoded.mode),
                    .stored_width = decoded.image.width,
                    .stored_height = decoded.image.height,
                    .orientation = decoded.orientation};
    const bool turn = decoded.always_upright || options.orientation == OrientationPolicy::kApply;
    loaded.image = turn ? upright(std::move(decoded.image), decoded.orientation) : std::move(decoded.image);
    return loaded;
  } catch (const Error& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return Error(ErrorCode::kOutOfMemory,
                 text("the picture in these ", content.size(), " bytes does not fit into memory"));
  }
}

Result<LoadedImage> load_image(const std::filesystem::path& path, const ImageOptions& options) {
  // Of a folder in use, a picture may be replaced or cut while it is read, which a mapping does not survive.
  constexpr uint64_t kMostBytes = uint64_t{4} << 30;
  const auto content = read_whole_file(path, kMostBytes);
  if (!content) return content.error();
  auto loaded = decode_image(*content, options);
  if (!loaded) return loaded.error().within(path.string());
  return loaded;
}

}  // namespace lapilli
