// SPDX-License-Identifier: Apache-2.0

// The frames in Detectron's and Detectron2's .npz files, as VideoPose3D's scripts save them: object
// arrays `boxes` and `keypoints` of [[], people] each.

#ifndef VIDEOPOSE_IMPORT_DETECTRON_FRAMES_H_
#define VIDEOPOSE_IMPORT_DETECTRON_FRAMES_H_

#include <cstdint>
#include <optional>
#include <utility>

#include "videopose/arrays/npz.h"

namespace videopose::internal {

// Those of one frame, M of them, M >= 1.
class DetectronPeople {
 public:
  // boxes (M, 5): the score last. keypoints (M, R, 17) of R = 4 (x, y, logit, probability) or 6
  // (with four rows before x and y) rows.
  DetectronPeople(Tensor boxes, Tensor keypoints);

  int64_t count() const { return boxes_.dim(0); }
  int64_t best() const;  // has the best box
  float box_score(int64_t m) const { return boxes_.data()[m * 5 + 4]; }
  // Each 17.
  const float* x_px(int64_t m) const { return Row(m, is_short() ? 0 : 4); }
  const float* y_px(int64_t m) const { return Row(m, is_short() ? 1 : 5); }
  const float* probability(int64_t m) const { return Row(m, 3); }  // of four rows

 private:
  bool is_short() const { return keypoints_.dim(1) == 4; }
  const float* Row(int64_t m, int64_t row) const;

  Tensor boxes_, keypoints_;
};

class DetectronFrames {
 public:
  static bool AreIn(const NpzReader& npz);

  // Of keypoints of four rows. Throws Error, with the file's name, for arrays of another kind.
  explicit DetectronFrames(const NpzReader& npz)
      : DetectronFrames(npz, npz.Read("keypoints"), false) {}
  // Of a data set's, which may have six rows.
  DetectronFrames(const NpzReader& npz, NpyArray keypoints)
      : DetectronFrames(npz, std::move(keypoints), true) {}

  int64_t count() const { return boxes_.shape[0]; }
  // None where there is no person. Throws Error, with the file's name.
  std::optional<DetectronPeople> At(int64_t t) const;

 private:
  DetectronFrames(const NpzReader& npz, NpyArray keypoints, bool may_have_six_rows);

  const NpzReader& npz_;
  bool may_have_six_rows_;
  NpyArray boxes_, keypoints_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_IMPORT_DETECTRON_FRAMES_H_
