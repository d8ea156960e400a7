// SPDX-License-Identifier: Apache-2.0
#include "engine/io/resize.h"

#include <algorithm>
#include <cmath>

namespace lapilli {
namespace {

constexpr int kFractionBits = 22;
constexpr int32_t kHalf = 1 << (kFractionBits - 1);

double bicubic(double t) {
  constexpr double a = -0.5;
  t = std::abs(t);
  if (t < 1.0) return ((a + 2.0) * t - (a + 3.0)) * t * t + 1;
  if (t < 2.0) return (((t - 5) * t + 8) * t - 4) * a;
  return 0.0;
}

uint8_t to_byte(int32_t sum) {
  return static_cast<uint8_t>(std::clamp(sum >> kFractionBits, 0, 255));
}

/// The canvas row by row; rows beside the picture are all ground.
class CanvasRows {
 public:
  explicit CanvasRows(const Canvas& canvas) : canvas_(canvas), bare_(canvas.image.width == canvas.width) {
    ground_.resize(size_t{3} * canvas.width);
    for (size_t x = 0; x < canvas.width; ++x) std::copy_n(canvas.ground.data(), 3, ground_.data() + 3 * x);
    if (!bare_) mixed_ = ground_;
  }

  [[nodiscard]] bool is_ground(uint32_t y) const {
    return y < canvas_.y || y - canvas_.y >= canvas_.image.height;
  }

  /// Valid until the next call.
  const uint8_t* row(uint32_t y) {
    if (is_ground(y)) return ground_.data();
    const uint8_t* picture = canvas_.image.row(y - canvas_.y);
    if (bare_) return picture;
    std::copy_n(picture, canvas_.image.row_bytes(), mixed_.data() + size_t{3} * canvas_.x);
    return mixed_.data();
  }

 private:
  const Canvas& canvas_;
  bool bare_;
  std::vector<uint8_t> ground_;
  std::vector<uint8_t> mixed_;
};

/// Consecutive samples of one axis.
struct Range {
  uint32_t first = 0;
  uint32_t count = 0;
};

/// The source samples that the outputs of `range` are made of.
Range source_range(const BicubicTaps& taps, Range range) {
  const uint32_t first = taps.tap(range.first).start;
  const auto last = taps.tap(range.first + range.count - 1);
  return {.first = first, .count = last.start + last.count - first};
}

/// `origin` is the column that `from` starts with.
void scale_row(const uint8_t* from, uint32_t origin, const BicubicTaps& taps, Range columns, uint8_t* to) {
  for (uint32_t x = 0; x < columns.count; ++x, to += 3) {
    const auto tap = taps.tap(columns.first + x);
    const uint8_t* pixel = from + size_t{3} * (tap.start - origin);
    int32_t red = kHalf;
    int32_t green = kHalf;
    int32_t blue = kHalf;
    for (uint32_t i = 0; i < tap.count; ++i, pixel += 3) {
      red += pixel[0] * tap.weights[i];
      green += pixel[1] * tap.weights[i];
      blue += pixel[2] * tap.weights[i];
    }
    to[0] = to_byte(red);
    to[1] = to_byte(green);
    to[2] = to_byte(blue);
  }
}

/// The given rows of a canvas, whose first column is `origin` of the source, scaled to the given columns.
Image scale_columns(const Canvas& canvas, uint32_t origin, const BicubicTaps& taps, Range columns,
                    Range rows) {
  Image result(columns.count, rows.count);
  CanvasRows source(canvas);
  const uint8_t* ground = nullptr;  // a row of ground is scaled once
  for (uint32_t n = 0; n < rows.count; ++n) {
    const uint32_t y = rows.first + n;
    uint8_t* to = result.row(n);
    if (source.is_ground(y) && ground) {
      std::copy_n(ground, result.row_bytes(), to);
      continue;
    }
    scale_row(source.row(y), origin, taps, columns, to);
    if (source.is_ground(y)) ground = to;
  }
  return result;
}

/// The given columns of a canvas, whose first row is `origin` of the source, scaled to the given rows.
Image scale_rows(const Canvas& canvas, uint32_t origin, const BicubicTaps& taps, Range columns, Range rows) {
  Image result(columns.count, rows.count);
  CanvasRows source(canvas);
  std::vector<int32_t> sums(result.row_bytes());
  for (uint32_t n = 0; n < rows.count; ++n) {
    const auto tap = taps.tap(rows.first + n);
    std::fill(sums.begin(), sums.end(), kHalf);
    for (uint32_t i = 0; i < tap.count; ++i) {
      const uint8_t* row = source.row(tap.start + i - origin) + size_t{3} * columns.first;
      const int32_t weight = tap.weights[i];
      for (size_t x = 0; x < sums.size(); ++x) sums[x] += row[x] * weight;
    }
    std::transform(sums.begin(), sums.end(), result.row(n), to_byte);
  }
  return result;
}

Image copy_part(const Canvas& canvas, Range columns, Range rows) {
  Image result(columns.count, rows.count);
  CanvasRows source(canvas);
  for (uint32_t n = 0; n < rows.count; ++n) {
    std::copy_n(source.row(rows.first + n) + size_t{3} * columns.first, result.row_bytes(), result.row(n));
  }
  return result;
}

/// Pillow 13 begins with the rows where that pass removes more than twice as many lines as the other.
bool rows_first(const Canvas& from, uint32_t width, uint32_t height) {
  const int64_t removed_rows = int64_t{from.height} - height;
  const int64_t removed_columns = int64_t{from.width} - width;
  return removed_rows > 0 && removed_rows > 2 * removed_columns;
}

}  // namespace

BicubicTaps::BicubicTaps(uint32_t from, uint32_t to, uint32_t first, uint32_t count) : first_(first) {
  const double scale = static_cast<double>(from) / to;
  const double filter_scale = std::max(scale, 1.0);
  const double support = 2.0 * filter_scale;
  const double inverse = 1.0 / filter_scale;
  stride_ = static_cast<size_t>(std::ceil(support)) * 2 + 1;
  bounds_.resize(size_t{2} * count);
  weights_.resize(stride_ * count);
  std::vector<double> raw(stride_);

  for (size_t n = 0; n < count; ++n) {
    const double centre = (static_cast<double>(first + n) + 0.5) * scale;
    const int start = std::max(static_cast<int>(centre - support + 0.5), 0);
    const int end = std::min(static_cast<int>(centre + support + 0.5), static_cast<int>(from));
    const int taps = end - start;
    double total = 0;
    for (int i = 0; i < taps; ++i) {
      raw[static_cast<size_t>(i)] = bicubic((i + start - centre + 0.5) * inverse);
      total += raw[static_cast<size_t>(i)];
    }
    for (size_t i = 0; i < static_cast<size_t>(taps); ++i) {
      const double weight = total != 0 ? raw[i] / total : raw[i];
      weights_[n * stride_ + i] =
          static_cast<int32_t>((weight < 0 ? -0.5 : 0.5) + weight * (1 << kFractionBits));
    }
    bounds_[2 * n] = static_cast<uint32_t>(start);
    bounds_[2 * n + 1] = static_cast<uint32_t>(taps);
  }
}

BicubicTaps::Tap BicubicTaps::tap(uint32_t output) const {
  const size_t n = output - first_;
  return {.start = bounds_[2 * n], .count = bounds_[2 * n + 1], .weights = weights_.data() + n * stride_};
}

Image resize_bicubic(const Canvas& from, uint32_t width, uint32_t height,
                     const std::optional<Window>& window) {
  const Window part = window.value_or(Window{.x = 0, .y = 0, .width = width, .height = height});
  LAPILLI_ASSERT(width > 0 && height > 0 && from.width > 0 && from.height > 0);
  LAPILLI_ASSERT(part.width > 0 && part.x <= width && part.width <= width - part.x);
  LAPILLI_ASSERT(part.height > 0 && part.y <= height && part.height <= height - part.y);
  LAPILLI_ASSERT(uint64_t{from.x} + from.image.width <= from.width &&
                 uint64_t{from.y} + from.image.height <= from.height);

  const Range columns{.first = part.x, .count = part.width};
  const Range rows{.first = part.y, .count = part.height};
  const bool same_width = width == from.width;
  const bool same_height = height == from.height;
  if (same_width && same_height) return copy_part(from, columns, rows);
  const BicubicTaps across(from.width, width, part.x, part.width);
  const BicubicTaps down(from.height, height, part.y, part.height);
  if (same_height) return scale_columns(from, 0, across, columns, rows);
  if (same_width) return scale_rows(from, 0, down, columns, rows);

  if (rows_first(from, width, height)) {
    const Range used = source_range(across, columns);
    const Image between = scale_rows(from, 0, down, used, rows);
    return scale_columns(Canvas::of(between), used.first, across, columns,
                         {.first = 0, .count = part.height});
  }
  const Range used = source_range(down, rows);
  const Image between = scale_columns(from, 0, across, columns, used);
  return scale_rows(Canvas::of(between), used.first, down, {.first = 0, .count = part.width}, rows);
}

}  // namespace lapilli
