// SPDX-License-Identifier: Apache-2.0

// Files of keypoints and poses.

#include "videopose/files.h"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "module.h"
#include "videopose/process.h"

namespace videopose::python {
namespace {

namespace py = pybind11;
namespace fs = std::filesystem;

py::tuple ReadKeypointFile(const fs::path& path, const std::optional<std::string>& layout,
                           double fps, int width_px, int height_px) {
  ImportedKeypoints imported;
  {
    const py::gil_scoped_release release;
    imported =
        Import(path, {.layout = layout, .fps = fps, .width_px = width_px, .height_px = height_px});
  }
  std::vector<std::string> assumptions;
  for (const ImportAssumption& assumption : imported.assumptions) {
    assumptions.push_back(assumption.text);
  }
  return py::make_tuple(std::make_shared<KeypointSequence>(std::move(imported.keypoints)),
                        imported.format, assumptions);
}

py::tuple ReadMotionFile(const fs::path& path, double fps) {
  PoseClip clip;
  {
    const py::gil_scoped_release release;
    clip = ReadMotion(path, fps);
  }
  std::shared_ptr<KeypointSequence> keypoints;
  if (clip.keypoints) keypoints = std::make_shared<KeypointSequence>(std::move(*clip.keypoints));
  return py::make_tuple(keypoints, std::make_shared<Motion>(std::move(clip.motion)));
}

}  // namespace

void BindFiles(py::module_& module) {
  module.def("read_keypoints", &ReadKeypointFile);
  module.def("read_motion", &ReadMotionFile);
  module.def("write_keypoints", &WriteKeypoints, py::call_guard<py::gil_scoped_release>());
  module.def("write_motion", [](const fs::path& path, const Motion& motion,
                                const KeypointSequence* keypoints,
                                const std::optional<fs::path>& page_video) {
    const py::gil_scoped_release release;
    return WriteMotion(path, motion, keypoints, {.page_video = page_video.value_or(fs::path())});
  });
  module.def("write_angles",
             [](const fs::path& path, const Motion& motion, const KeypointSequence* keypoints) {
               const py::gil_scoped_release release;
               return WriteExports({.angles = {path}}, motion, keypoints);
             });
  module.def("motion_extensions", &MotionExtensions);
}

}  // namespace videopose::python
