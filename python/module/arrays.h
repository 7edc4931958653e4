// SPDX-License-Identifier: Apache-2.0

// NumPy arrays over values of ours, and back.

#ifndef VIDEOPOSE_PYTHON_ARRAYS_H_
#define VIDEOPOSE_PYTHON_ARRAYS_H_

#include <pybind11/numpy.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "videopose/pose.h"

namespace videopose::python {

namespace py = pybind11;

template <typename T>
using InputArray = py::array_t<T, py::array::c_style | py::array::forcecast>;

// Values are structs of floats alone, one after the other.
static_assert(sizeof(Keypoint) == 3 * sizeof(float) && sizeof(ExtraPoint) == 4 * sizeof(float) &&
              sizeof(Vec3f) == 3 * sizeof(float));

// An array over memory that `owner` keeps alive; nothing is copied.
template <typename T>
py::array View(const std::vector<py::ssize_t>& shape, const T* data, const py::object& owner) {
  return py::array_t<T>(shape, data, owner);
}

// (T, J, floats of a Value) over a track of `owner`.
template <typename Value>
py::array TrackView(const JointTrack<Value>& track, const py::object& owner) {
  return View<float>({track.frame_count(), track.joint_count(), sizeof(Value) / sizeof(float)},
                     reinterpret_cast<const float*>(track.data()), owner);
}

// An array that owns the values, which are not copied either.
template <typename T, typename Value>
py::array Owning(std::vector<py::ssize_t> shape, std::vector<Value> values) {
  auto owned = std::make_unique<std::vector<Value>>(std::move(values));
  const T* data = reinterpret_cast<const T*>(owned->data());
  const py::capsule owner(owned.get(), [](void* p) { delete static_cast<std::vector<Value>*>(p); });
  (void)owned.release();
  return py::array_t<T>(std::move(shape), data, owner);
}

}  // namespace videopose::python

#endif  // VIDEOPOSE_PYTHON_ARRAYS_H_
