// SPDX-License-Identifier: Apache-2.0

#include "videopose/import/detectron_frames.h"

#include <span>

#include "videopose/base/error.h"

namespace videopose::internal {

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

int64_t BestBox(const Tensor& boxes) {
  int64_t best = 0;
  for (int64_t m = 1; m < boxes.dim(0); ++m) {
    if (boxes.data()[m * 5 + 4] > boxes.data()[best * 5 + 4]) best = m;
  }
  return best;
}

}  // namespace videopose::internal
