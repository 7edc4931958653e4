// SPDX-License-Identifier: Apache-2.0

#include "videopose/import/detectron_frames.h"

#include <span>
#include <utility>

#include "videopose/base/error.h"
#include "videopose/pose/joint_counts.h"

namespace videopose::internal {
namespace {

// The detections of its second class, people, in frame t: null where there are none.
// NumPy makes of a list of pairs an array of lists or one of two columns.
const NpyArray* PeopleOfFrame(const NpyArray& frames, int64_t t, const std::string& what) {
  const PickleValue* people = nullptr;
  if (frames.shape.size() == 2 && frames.shape[1] == 2) {
    people = &frames.objects.at(2 * t + 1);
  } else if (frames.shape.size() == 1) {
    const PickleValue& classes = frames.objects.at(t);
    const std::span<const PickleValue> items = classes.is(PickleValue::Kind::kArray)
                                                   ? std::span(classes.AsArray(what).objects)
                                                   : classes.AsSequence(what);
    if (items.size() == 2) people = &items[1];
  }
  if (people == nullptr)
    Fail("{}: expected [[], people] for each frame, as Detectron writes", what);
  if (!people->is(PickleValue::Kind::kArray)) {
    if (people->AsSequence(what).empty()) return nullptr;
    Fail("{}: expected an array of people in frame {}, found {}", what, t, people->Describe());
  }
  const NpyArray& array = people->AsArray(what);
  return array.shape.empty() || array.shape[0] == 0 ? nullptr : &array;
}

}  // namespace

DetectronPeople::DetectronPeople(Tensor boxes, Tensor keypoints)
    : boxes_(std::move(boxes)), keypoints_(std::move(keypoints)) {}

int64_t DetectronPeople::best() const {
  int64_t best = 0;
  for (int64_t m = 1; m < count(); ++m) {
    if (box_score(m) > box_score(best)) best = m;
  }
  return best;
}

const float* DetectronPeople::Row(int64_t m, int64_t row) const {
  return keypoints_.data() + (m * keypoints_.dim(1) + row) * kCocoJoints;
}

bool DetectronFrames::AreIn(const NpzReader& npz) {
  return npz.Has("boxes") && npz.Has("keypoints");
}

DetectronFrames::DetectronFrames(const NpzReader& npz, NpyArray keypoints, bool may_have_six_rows)
    : npz_(npz),
      may_have_six_rows_(may_have_six_rows),
      boxes_(npz.Read("boxes")),
      keypoints_(std::move(keypoints)) {
  if (boxes_.dtype.kind != 'O' || keypoints_.dtype.kind != 'O' || boxes_.shape.empty() ||
      keypoints_.shape.empty() || boxes_.shape[0] != keypoints_.shape[0]) {
    Fail("{}: {} for keypoints {}; expected objects of as many frames", npz.What("boxes"),
         Describe(boxes_), Describe(keypoints_));
  }
}

std::optional<DetectronPeople> DetectronFrames::At(int64_t t) const {
  const NpyArray* of_boxes = PeopleOfFrame(boxes_, t, npz_.What("boxes"));
  const NpyArray* of_points = PeopleOfFrame(keypoints_, t, npz_.What("keypoints"));
  if (of_boxes == nullptr || of_points == nullptr) return std::nullopt;
  Tensor boxes = ToTensor<float>(*of_boxes, npz_.What("boxes"));
  Tensor points = ToTensor<float>(*of_points, npz_.What("keypoints"));
  if (boxes.rank() != 2 || boxes.dim(1) != 5 || points.rank() != 3 ||
      points.dim(0) != boxes.dim(0) ||
      (points.dim(1) != 4 && !(may_have_six_rows_ && points.dim(1) == 6)) ||
      points.dim(2) != kCocoJoints) {
    Fail("{}: frame {}: boxes {} and keypoints {}; expected (M, 5) and (M, {}, 17)",
         npz_.path().string(), t, Describe(*of_boxes), Describe(*of_points),
         may_have_six_rows_ ? "4 or 6" : "4");
  }
  return DetectronPeople(std::move(boxes), std::move(points));
}

}  // namespace videopose::internal
