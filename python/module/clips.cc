// SPDX-License-Identifier: Apache-2.0

// Keypoints and motions. People are addressed by their index.

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "arrays.h"
#include "module.h"
#include "videopose/files.h"
#include "videopose/ground/world.h"
#include "videopose/import/sequence_from.h"
#include "videopose/pose.h"

namespace videopose::python {
namespace {

using KeypointsPtr = std::shared_ptr<KeypointSequence>;
using MotionPtr = std::shared_ptr<Motion>;

template <typename Clip>
auto& PersonOf(Clip& clip, size_t index) {
  if (index >= clip.people.size()) throw py::index_error("there is no such person");
  return clip.people[index];
}

template <typename Clip>
std::vector<int> IdsOf(const Clip& clip) {
  std::vector<int> ids;
  for (const auto& person : clip.people) ids.push_back(person.id);
  return ids;
}

// One row for each detection: its frame, its track (-1: people are to be followed) and its points.
KeypointsPtr FromDetections(const InputArray<int64_t>& frames, const InputArray<int64_t>& track_ids,
                            const InputArray<float>& points, int64_t frame_count,
                            const std::optional<std::string>& layout,
                            const std::vector<std::string>& joint_names, double fps, int width_px,
                            int height_px) {
  internal::Detections detections{.format = "arrays", .joint_names = joint_names};
  detections.first_frame = 0;
  detections.frame_count = frame_count;
  const auto rows = points.unchecked<3>();
  const auto frame = frames.unchecked<1>();
  const auto track = track_ids.unchecked<1>();
  for (py::ssize_t n = 0; n < rows.shape(0); ++n) {
    internal::Detection detection{.frame = frame(n), .points = {}};
    if (track(n) >= 0) detection.track_id = track(n);
    for (py::ssize_t j = 0; j < rows.shape(1); ++j) {
      detection.points.push_back(
          internal::UsablePoint(rows(n, j, 0), rows(n, j, 1), rows(n, j, 2)));
    }
    detections.found.push_back(std::move(detection));
  }
  const ImportOptions options{
      .layout = layout, .fps = fps, .width_px = width_px, .height_px = height_px};
  const py::gil_scoped_release release;
  return std::make_shared<KeypointSequence>(
      internal::SequenceFrom(std::move(detections), options, "keypoints",
                             std::numeric_limits<double>::infinity())
          .keypoints);
}

// joints (P, T, 17 or 25, 3), root (P, T, 3) or none.
MotionPtr MotionFrom(const InputArray<float>& joints, const std::optional<InputArray<float>>& root,
                     const std::vector<int>& ids, double fps, int width_px, int height_px) {
  auto motion = std::make_shared<Motion>();
  motion->skeleton = joints.shape(2) == Body25().joint_count() ? Body25() : Human36m17();
  motion->fps = fps;
  motion->width_px = width_px;
  motion->height_px = height_px;
  motion->frame_count = joints.shape(1);
  const auto joint_count = static_cast<int>(joints.shape(2));
  const auto values_of = [](const InputArray<float>& array, size_t p, int64_t count) {
    const auto* first = reinterpret_cast<const Vec3f*>(array.data()) + int64_t(p) * count;
    return std::vector<Vec3f>(first, first + count);
  };
  for (size_t p = 0; p < ids.size(); ++p) {
    PersonMotion person{.id = ids[p]};
    person.joints_in_cam = {values_of(joints, p, motion->frame_count * joint_count), joint_count};
    if (root) person.root_in_cam = values_of(*root, p, motion->frame_count);
    motion->people.push_back(std::move(person));
  }
  internal::CompleteGrounding(nullptr, *motion);
  return motion;
}

py::dict DictOf(const Camera& of) {
  const auto& [lens, place] = of;
  const Quaternion& q = place.rotation;
  const Vec3d& t = place.translation;
  py::dict camera;
  camera["rotation_wxyz"] = py::make_tuple(q.w, q.x, q.y, q.z);
  camera["position"] = py::make_tuple(t.x, t.y, t.z);
  camera["focal_px"] = py::make_tuple(lens.focal_px.x, lens.focal_px.y);
  camera["centre_px"] = py::make_tuple(lens.centre_px.x, lens.centre_px.y);
  return camera;
}

py::object CameraOf(const Motion& motion) {
  if (!motion.camera) return py::none();
  return DictOf(*motion.camera);
}

py::list CameraPathOf(const Motion& motion) {
  py::list path;
  for (const Camera& camera : motion.camera_path) path.append(DictOf(camera));
  return path;
}

py::object FeetDown(const PersonMotion& person) {
  if (person.feet_down.empty()) return py::none();
  std::vector<uint8_t> down;
  for (const uint8_t feet : person.feet_down) {
    down.push_back((feet & kLeftFootDown) != 0);
    down.push_back((feet & kRightFootDown) != 0);
  }
  return Owning<bool>({std::ssize(person.feet_down), 2}, std::move(down));
}

void BindKeypoints(py::module_& module) {
  py::class_<KeypointSequence, KeypointsPtr>(module, "KeypointSequence")
      .def_property_readonly("layout", [](const KeypointSequence& k) { return k.layout.name; })
      .def_property_readonly("joint_names",
                             [](const KeypointSequence& k) { return k.layout.joint_names; })
      .def_readwrite("fps", &KeypointSequence::fps)
      .def_readonly("width_px", &KeypointSequence::width_px)
      .def_readonly("height_px", &KeypointSequence::height_px)
      .def_readwrite("focal_px", &KeypointSequence::focal_px)
      .def_readonly("start_s", &KeypointSequence::start_s)
      .def_readonly("frame_count", &KeypointSequence::frame_count)
      .def_property_readonly("ids", &IdsOf<KeypointSequence>)
      .def("points",
           [](const py::object& self, size_t index) {
             return TrackView(PersonOf(*self.cast<KeypointsPtr>(), index).keypoints, self);
           })
      .def("landmarks", [](const py::object& self, size_t index) -> py::object {
        const auto& landmarks = PersonOf(*self.cast<KeypointsPtr>(), index).extra_points;
        if (landmarks.empty()) return py::none();
        return TrackView(landmarks, self);
      });
  module.def("keypoints_from_detections", &FromDetections);
}

void BindMotion(py::module_& module) {
  py::class_<Motion, MotionPtr>(module, "Motion")
      .def_property_readonly("joint_names", [](const Motion& m) { return m.skeleton.joint_names; })
      .def_property_readonly("parents", [](const Motion& m) { return m.skeleton.parents; })
      .def_readonly("fps", &Motion::fps)
      .def_readonly("width_px", &Motion::width_px)
      .def_readonly("height_px", &Motion::height_px)
      .def_readonly("frame_count", &Motion::frame_count)
      .def_property_readonly("ids", &IdsOf<Motion>)
      .def_property_readonly("grounding",
                             [](const Motion& m) { return std::string(NameOf(m.grounding)); })
      .def_property_readonly("camera", &CameraOf)
      .def_property_readonly("camera_path", &CameraPathOf)
      .def_readonly("cuts", &Motion::cuts)
      .def("joints_in_cam",
           [](const py::object& self, size_t index) {
             return TrackView(PersonOf(*self.cast<MotionPtr>(), index).joints_in_cam, self);
           })
      .def("root_in_cam",
           [](const py::object& self, size_t index) -> py::object {
             const auto& roots = PersonOf(*self.cast<MotionPtr>(), index).root_in_cam;
             if (roots.empty()) return py::none();
             return View<float>({std::ssize(roots), 3},
                                reinterpret_cast<const float*>(roots.data()), self);
           })
      .def("joints_in_world",
           [](const Motion& motion, size_t index) {
             const auto world = internal::JointsInWorld(motion, PersonOf(motion, index));
             return Owning<float>({world.frame_count(), world.joint_count(), 3},
                                  std::vector<Vec3f>(world.begin(), world.end()));
           })
      .def("root_in_world",
           [](const Motion& motion, size_t index) {
             return Owning<float>({motion.frame_count, 3},
                                  internal::RootsInWorld(motion, PersonOf(motion, index)));
           })
      .def("feet_down",
           [](const Motion& motion, size_t index) { return FeetDown(PersonOf(motion, index)); })
      .def("own_floor_m",
           [](const Motion& motion, size_t index) { return PersonOf(motion, index).own_floor_m; })
      .def("angles", [](const Motion& motion, size_t index) {
        return Owning<float>({motion.frame_count, std::ssize(JointAngleNames())},
                             JointAnglesOf(motion, PersonOf(motion, index)));
      });
  module.def("motion_from_arrays", &MotionFrom);
  module.def("angle_names", [] {
    const auto names = JointAngleNames();
    return std::vector<std::string>(names.begin(), names.end());
  });
}

}  // namespace

void BindClips(py::module_& module) {
  BindKeypoints(module);
  BindMotion(module);
}

}  // namespace videopose::python
