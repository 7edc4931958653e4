// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/ground_options.h"

#include <cmath>
#include <optional>

#include "videopose/base/error.h"
#include "videopose/geometry/angle.h"
#include "videopose/geometry/clip_lens.h"

namespace videopose {

using namespace internal;

void internal::CheckGroundOptions(const GroundOptions& options) {
  const auto is_outside = [](const std::optional<double>& value, double least, double most) {
    return value && !(*value > least && *value < most);
  };
  if (is_outside(options.focal_px, 0, 1e6)) {
    Fail(ErrorCode::kInvalidArgument, "a focal length of {} pixels makes no sense",
         *options.focal_px);
  }
  if (is_outside(options.fov_deg, 0.1, 175)) {
    Fail(ErrorCode::kInvalidArgument,
         "a field of view of {} degrees makes no sense; expected 1 to 175", *options.fov_deg);
  }
  if (is_outside(options.height_m, 0.2, 3)) {
    Fail(ErrorCode::kInvalidArgument,
         "no person is {} m tall; expected a height in metres, 0.2 to 3", *options.height_m);
  }
}

namespace {

// A lens is scaled to the image: that of a cut-out or of an image turned on its side would be
// another one. Sensors have a few rows more than the videos that they make (1088 for 1080).
void CheckShape(const Lens& lens, int width_px, int height_px) {
  constexpr double kMostOff = 0.02;
  if (lens.width_px == 0 || lens.height_px == 0) return;
  const double shape = static_cast<double>(lens.width_px) / lens.height_px;
  const double expected = static_cast<double>(width_px) / height_px;
  if (std::abs(shape / expected - 1) <= kMostOff) return;
  const bool is_turned = std::abs(shape * expected - 1) <= kMostOff;
  Fail(ErrorCode::kMismatch,
       "the calibration is of an image of {} x {} pixels, but this one has {} x {}{}; expected the "
       "calibration of the video as it is",
       lens.width_px, lens.height_px, width_px, height_px,
       is_turned ? ", turned on its side" : ", another shape");
}

// Where the optical axis meets the image. Outside of it, and, of a calibration that does not say
// its image's size, far from its middle, the calibration is of another image: everything that is
// computed through such a lens would be wrong, down to a camera under the floor.
void CheckCentre(const Lens& lens, bool says_size, int width_px, int height_px) {
  constexpr double kMostOff = 0.2;  // of the image; lenses are within some hundredths
  const double x = lens.centre_px.x / width_px, y = lens.centre_px.y / height_px;
  const bool is_inside = x >= 0 && x <= 1 && y >= 0 && y <= 1;
  const bool is_near = std::abs(x - 0.5) <= kMostOff && std::abs(y - 0.5) <= kMostOff;
  if (is_inside && (says_size || is_near)) return;
  Fail(ErrorCode::kMismatch,
       "the calibration's principal point (cx, cy) is at ({:g}, {:g}), {} of the {} x {} pixels of "
       "this video; expected the calibration of the video as it is{}",
       lens.centre_px.x, lens.centre_px.y, is_inside ? "far from the middle" : "outside", width_px,
       height_px,
       says_size ? "" : ", or one that says the size of its image (image_width, image_height)");
}

}  // namespace

bool KnowsLens(const GroundOptions& options) {
  return options.focal_px || options.fov_deg || options.calibration;
}

Lens LensFor(const GroundOptions& options, int width_px, int height_px) {
  CheckGroundOptions(options);
  if (options.calibration && !options.focal_px && !options.fov_deg) {
    CheckShape(*options.calibration, width_px, height_px);
    const Lens lens = Resized(*options.calibration, width_px, height_px);
    CheckCentre(lens, options.calibration->width_px > 0, width_px, height_px);
    return lens;
  }
  double known_focal_px = options.focal_px.value_or(0);
  if (options.fov_deg && !options.focal_px) {
    known_focal_px = width_px / 2.0 / std::tan(RadiansFromDegrees(*options.fov_deg / 2));
  }
  return ClipLens(known_focal_px, width_px, height_px);
}

}  // namespace videopose
