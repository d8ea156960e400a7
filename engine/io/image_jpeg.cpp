// SPDX-License-Identifier: Apache-2.0
#include "engine/io/image_decode.h"
#include "engine/io/orientation.h"

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <string>

#include <jpeglib.h>

namespace lapilli::image_decode {
namespace {

constexpr int kApp1 = JPEG_APP0 + 1;
constexpr int kMaxScans = 1000;  // real files have about ten; each one walks the whole picture

/// libjpeg over bytes in memory. It reports errors by longjmp, so every call into it happens in a member
/// function that holds no C++ object; the message waits in `message_`.
class JpegReader {
 public:
  explicit JpegReader(Bytes content) : size_(content.size()) {
    info_.err = jpeg_std_error(&errors_);
    errors_.error_exit = on_error;
    errors_.output_message = [](j_common_ptr) {};
    info_.client_data = this;
    source_.next_input_byte = reinterpret_cast<const JOCTET*>(content.data());
    source_.bytes_in_buffer = content.size();
    source_.init_source = [](j_decompress_ptr) {};
    source_.fill_input_buffer = [](j_decompress_ptr) -> boolean { return FALSE; };
    source_.skip_input_data = skip;
    source_.resync_to_restart = jpeg_resync_to_restart;
    source_.term_source = [](j_decompress_ptr) {};
    progress_.progress_monitor = on_progress;
  }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;
  ~JpegReader() { jpeg_destroy_decompress(&info_); }

  [[nodiscard]] const jpeg_decompress_struct& info() const { return info_; }
  [[nodiscard]] const char* message() const { return message_; }

  bool read_header() {
    if (setjmp(failed_)) return false;
    jpeg_create_decompress(&info_);
    info_.client_data = this;
    info_.src = &source_;
    info_.progress = &progress_;
    jpeg_save_markers(&info_, kApp1, 0xFFFF);
    int status = JPEG_HEADER_TABLES_ONLY;
    while (status == JPEG_HEADER_TABLES_ONLY) status = jpeg_read_header(&info_, FALSE);
    return status == JPEG_HEADER_OK || truncated();
  }

  bool start(J_COLOR_SPACE space) {
    if (setjmp(failed_)) return false;
    info_.out_color_space = space;
    return jpeg_start_decompress(&info_) || truncated();
  }

  bool read_row(uint8_t* to) {
    if (setjmp(failed_)) return false;
    JSAMPROW row = to;
    return jpeg_read_scanlines(&info_, &row, 1) == 1 || truncated();
  }

  /// Looks for the end of the file after the last row; a missing one is forgiven, damage is not.
  bool finish() {
    if (setjmp(failed_)) return false;
    jpeg_finish_decompress(&info_);
    return true;
  }

 private:
  static JpegReader& self(j_common_ptr info) { return *static_cast<JpegReader*>(info->client_data); }

  bool truncated() {
    if (info_.output_height == 0) {
      std::snprintf(message_, sizeof message_, "the file is truncated: its %zu bytes end within the header",
                    size_);
    } else {
      std::snprintf(message_, sizeof message_, "the file is truncated: its %zu bytes end within row %u of %u",
                    size_, info_.output_scanline + 1, info_.output_height);
    }
    return false;
  }

  [[noreturn]] static void on_error(j_common_ptr info) {
    info->err->format_message(info, self(info).message_);
    std::longjmp(self(info).failed_, 1);
  }

  static void on_progress(j_common_ptr info) {
    JpegReader& reader = self(info);
    if (reader.info_.input_scan_number <= kMaxScans) return;
    std::snprintf(reader.message_, sizeof reader.message_, "more than %d scans", kMaxScans);
    std::longjmp(reader.failed_, 1);
  }

  static void skip(j_decompress_ptr info, long count) {
    jpeg_source_mgr& source = *info->src;
    const size_t step = std::min(static_cast<size_t>(std::max(count, 0L)), source.bytes_in_buffer);
    source.next_input_byte += step;
    source.bytes_in_buffer -= step;
  }

  size_t size_;
  jpeg_decompress_struct info_{};
  jpeg_error_mgr errors_{};
  jpeg_source_mgr source_{};
  jpeg_progress_mgr progress_{};
  std::jmp_buf failed_{};
  char message_[JMSG_LENGTH_MAX] = {};
};

void require(bool done, const JpegReader& reader) {
  if (!done) throw Error(ErrorCode::kBadFile, text("damaged JPEG: ", reader.message()));
}

int orientation_from_markers(const jpeg_decompress_struct& info) {
  constexpr std::string_view kExif("Exif\0\0", 6);
  constexpr std::string_view kXmp("http://ns.adobe.com/xap/1.0/\0", 29);
  std::string exif;
  std::string xmp;
  for (jpeg_saved_marker_ptr marker = info.marker_list; marker; marker = marker->next) {
    const std::string_view data(reinterpret_cast<const char*>(marker->data), marker->data_length);
    if (data.starts_with(kExif)) exif += exif.empty() ? data : data.substr(kExif.size());
    if (data.starts_with(kXmp)) xmp = data.substr(kXmp.size());
  }
  return orientation_of(as_bytes(exif), as_bytes(xmp));
}

J_COLOR_SPACE output_space(int components) {
  switch (components) {
    case 1:
      return JCS_GRAYSCALE;
    case 3:
      return JCS_RGB;
    case 4:
      return JCS_CMYK;
    default:
      break;
  }
  throw Error(ErrorCode::kUnsupported,
              text("JPEG with ", components, " colour components; 1, 3 or 4 are read"));
}

/// Every block of 64 coefficients costs one bit at least, except under arithmetic coding.
void check_content(const jpeg_decompress_struct& info, size_t content_bytes) {
  if (!info.arith_code)
    check_ratio(content_bytes, uint64_t{info.image_width} * info.image_height, 4 * 64 * 8);
}

}  // namespace

Decoded decode_jpeg(Bytes content, const ImageLimits& limits) {
  JpegReader reader(content);
  require(reader.read_header(), reader);
  const jpeg_decompress_struct& info = reader.info();
  const J_COLOR_SPACE space = output_space(info.num_components);
  check_size(info.image_width, info.image_height, limits);
  check_content(info, content.size());

  Decoded decoded;
  decoded.orientation = orientation_from_markers(info);
  decoded.mode = space == JCS_CMYK ? "CMYK" : space == JCS_RGB ? "RGB" : "L";
  require(reader.start(space), reader);
  decoded.image = new_image(info.output_width, info.output_height, limits);
  std::vector<uint8_t> row(space == JCS_RGB ? 0 : size_t{info.output_width} * info.output_components);
  for (uint32_t y = 0; y < decoded.image.height; ++y) {
    uint8_t* rgb = decoded.image.row(y);
    require(reader.read_row(space == JCS_RGB ? rgb : row.data()), reader);
    if (space == JCS_GRAYSCALE) grey_row(row.data(), decoded.image.width, 1, rgb);
    if (space == JCS_CMYK) {
      // Adobe stores inverted ink; the reference assumes so for every file.
      std::transform(row.begin(), row.end(), row.begin(),
                     [](uint8_t v) { return static_cast<uint8_t>(255 - v); });
      cmyk_row(row.data(), decoded.image.width, 4, rgb);
    }
  }
  require(reader.finish(), reader);
  return decoded;
}

}  // namespace lapilli::image_decode
