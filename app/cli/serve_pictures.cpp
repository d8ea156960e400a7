// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/serve_pictures.h"

#include "app/captions/picture_facts.h"
#include "app/cli/forms.h"
#include "engine/io/resize.h"

#include <algorithm>
#include <span>

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

using nlohmann::json;

/// RFC 4648, section 4.
std::string base64(std::span<const std::byte> bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const size_t count = std::min<size_t>(3, bytes.size() - at);
    uint32_t bits = 0;
    for (size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (i < count ? std::to_integer<uint32_t>(bytes[at + i]) : 0);
    for (size_t i = 0; i < 4; ++i) text += i <= count ? kDigits[bits >> (18 - 6 * i) & 63] : '=';
  }
  return text;
}

std::string png_text(const Image& image) {
  const std::vector<std::byte> png = encode_png(image, PngEffort::kFast).value();
  return base64(png);
}

Image thumbnail_of(const Image& image, uint32_t most) {
  const uint32_t longest = std::max(image.width, image.height);
  if (longest <= most) return image;
  const auto scaled = [&](uint32_t side) {
    return std::max<uint32_t>(1, static_cast<uint32_t>(uint64_t{side} * most / longest));
  };
  return resize_bicubic(Canvas::of(image), scaled(image.width), scaled(image.height));
}

/// In the order of the paths; null where a file cannot be looked at.
json facts_of_all(const PictureFactsRequest& request, const std::stop_token& stop) {
  json facts = json::array();
  for (const std::string& path : request.paths) {
    if (stop.stop_requested()) throw Error(ErrorCode::kStopped, "stopped while looking at pictures");
    const auto found = captions::facts_of(request.folder, path);
    facts.push_back(
        found ? json{{"size_bytes", found->size_bytes}, {"date", found->date}, {"rating", found->rating}}
              : json());
  }
  return {{"facts", std::move(facts)}};
}

json picture_of(const PictureRequest& request) {
  const LoadedImage loaded = load_image(request.path, {.orientation = request.pictures.orientation}).value();
  PreprocessOptions options;
  options.size = request.size;
  if (request.pictures.aspect) options.aspect = *request.pictures.aspect;
  json result = picture_form(loaded, options);
  result["input_png"] = png_text(square_image(loaded.image, options));
  if (request.thumbnail > 0)
    result["thumbnail_png"] = png_text(thumbnail_of(loaded.image, request.thumbnail));
  return {{"picture", result}};
}

}  // namespace

json PictureReader::run(const RequestBody& body, const EventSink&, const TellSink&, std::stop_token stop) {
  if (const auto* facts = std::get_if<PictureFactsRequest>(&body)) return facts_of_all(*facts, stop);
  return picture_of(std::get<PictureRequest>(body));
}

}  // namespace lapilli::cli
