// SPDX-License-Identifier: Apache-2.0

// Videos to keypoints to people in the world to images: whole clips, and frame by frame.

#include <pybind11/numpy.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "arrays.h"
#include "given.h"
#include "interruptible.h"
#include "module.h"
#include "videopose/detect.h"
#include "videopose/ground.h"
#include "videopose/lift.h"
#include "videopose/media.h"
#include "videopose/media/live_source.h"
#include "videopose/process.h"
#include "videopose/render.h"

namespace videopose::python {
namespace {

namespace fs = std::filesystem;
using KeypointsPtr = std::shared_ptr<KeypointSequence>;
using MotionPtr = std::shared_ptr<Motion>;

BlazePoseSize SizeNamed(const std::string& name) {
  if (name == "lite") return BlazePoseSize::kLite;
  if (name == "full") return BlazePoseSize::kFull;
  if (name == "heavy") return BlazePoseSize::kHeavy;
  throw Error("the detector is lite, full or heavy, not " + name, ErrorCode::kInvalidArgument,
              {.expected = "lite, full, heavy", .found = name, .option = "detector"});
}

CameraMotion CameraMotionNamed(const std::string& name) {
  if (name == "auto") return CameraMotion::kAuto;
  if (name == "static") return CameraMotion::kStatic;
  if (name == "moving") return CameraMotion::kMoving;
  throw Error("the camera is auto, static or moving, not " + name, ErrorCode::kInvalidArgument,
              {.expected = "auto, static, moving", .found = name, .option = "camera"});
}

GroundOptions GroundFrom(const py::dict& options) {
  const Given given(options);
  GroundOptions ground;
  given.Take("focal_px", ground.focal_px);
  given.Take("fov_deg", ground.fov_deg);
  given.Take("height_m", ground.height_m);
  if (given.Has("camera")) ground.camera = CameraMotionNamed(given["camera"].cast<std::string>());
  bool is_moving = false;
  given.Take("camera_moving", is_moving);
  if (is_moving) ground.camera = CameraMotion::kMoving;
  given.Take("contacts", ground.lock_feet);
  given.Take("refine", ground.refine);
  given.Take("smooth_s", ground.smooth_s);
  if (given.Has("calibration")) {
    ground.calibration = ReadCalibration(
        given["calibration"].cast<fs::path>(),
        given.Has("calibration_camera") ? given["calibration_camera"].cast<std::string>() : "");
  }
  return ground;
}

WorldLiftOptions LiftFrom(const py::dict& options) {
  WorldLiftOptions lift{.ground = GroundFrom(options)};
  Given(options).Take("flip", lift.average_flip);
  Given(options).Take("hands_and_feet", lift.hands_and_feet);
  return lift;
}

// (H, W, 3) bytes, R G B.
using RgbArray = InputArray<uint8_t>;

py::array ToRgb(const Image& image) {
  py::array_t<uint8_t> rgb({image.height_px, image.width_px, 3});
  uint8_t* to = rgb.mutable_data();
  for (int y = 0; y < image.height_px; ++y) {
    const uint8_t* from = image.row(y);
    for (int x = 0; x < image.width_px; ++x, from += Image::kBytesPerPixel, to += 3) {
      to[0] = from[2], to[1] = from[1], to[2] = from[0];
    }
  }
  return rgb;
}

Image FromRgb(const RgbArray& rgb) {
  if (rgb.ndim() != 3 || rgb.shape(2) != 3) {
    throw py::value_error("a frame is an array of uint8 (height, width, 3)");
  }
  Image image(static_cast<int>(rgb.shape(1)), static_cast<int>(rgb.shape(0)));
  const uint8_t* from = rgb.data();
  for (int y = 0; y < image.height_px; ++y) {
    uint8_t* to = image.row(y);
    for (int x = 0; x < image.width_px; ++x, from += 3, to += Image::kBytesPerPixel) {
      to[0] = from[2], to[1] = from[1], to[2] = from[0];
    }
  }
  return image;
}

// A detector of Python's: its detect(frame, time_s) gives points (N, J, 2) and scores (N, J).
KeypointFinder FinderOf(const py::object& detector) {
  const auto layout = detector.attr("layout");
  // Threads without the GIL hold it, and may be the last to do so.
  const std::shared_ptr<py::object> held(new py::object(detector), [](py::object* object) {
    const py::gil_scoped_acquire acquire;
    delete object;
  });
  const auto find = [held](const Image& frame, double time_s) {
    const py::gil_scoped_acquire acquire;
    const py::tuple found = held->attr("detect")(ToRgb(frame), time_s);
    const auto points = InputArray<float>::ensure(found[0]),
               scores = InputArray<float>::ensure(found[1]);
    std::vector<std::vector<Keypoint>> people;
    if (points && points.size() == 0) return people;
    if (!points || !scores || points.ndim() != 3 || points.shape(2) != 2 || scores.ndim() != 2 ||
        scores.shape(0) != points.shape(0) || scores.shape(1) != points.shape(1)) {
      PyErr_Clear();
      const auto shape = [](const py::object& array) {
        return std::string(py::str(py::module_::import("numpy").attr("shape")(array)));
      };
      const std::string text = "the detector gave points " + shape(found[0]) + " and scores " +
                               shape(found[1]) + "; expected (N, J, 2) and (N, J)";
      throw Error(text, ErrorCode::kMismatch, {.expected = "(N, J, 2) and (N, J)"});
    }
    const auto xy = points.unchecked<3>();
    const auto score = scores.unchecked<2>();
    for (py::ssize_t n = 0; n < points.shape(0); ++n) {
      std::vector<Keypoint>& person = people.emplace_back();
      for (py::ssize_t j = 0; j < points.shape(1); ++j) {
        person.push_back({xy(n, j, 0), xy(n, j, 1), score(n, j)});
      }
    }
    return people;
  };
  return {find, layout.is_none() ? std::string() : layout.cast<std::string>()};
}

void TakeDetector(const Given& given, DetectorOptions& detector) {
  if (!given.Has("detector")) return;
  if (py::isinstance<py::str>(given["detector"])) {
    detector.size = SizeNamed(given["detector"].cast<std::string>());
  } else {
    detector.finder = FinderOf(given["detector"]);
  }
}

DetectorOptions DetectorFrom(const py::dict& options) {
  const Given given(options);
  DetectorOptions detector;
  TakeDetector(given, detector);
  given.Take("models_dir", detector.models_dir);
  given.Take("smooth_landmarks", detector.smooth);
  return detector;
}

VideoReaderOptions ReadFrom(const py::dict& options) {
  const Given given(options);
  VideoReaderOptions read;
  given.Take("start_s", read.start_s);
  given.Take("end_s", read.end_s);
  given.Take("max_frames", read.max_frames);
  given.Take("fps", read.captured_fps);
  return read;
}

PersonSelection PeopleFrom(const py::dict& options) {
  const Given given(options);
  PersonSelection people;
  given.Take("count", people.count);
  given.Take("ids", people.ids);
  return people;
}

RenderOptions RenderFrom(const py::dict& options) {
  const Given given(options);
  RenderOptions render;
  given.Take("height_px", render.height_px);
  given.Take("azimuth_deg", render.azimuth_deg);
  given.Take("elevation_deg", render.elevation_deg);
  given.Take("turntable_deg_per_s", render.turntable_deg_per_s);
  given.Take("title", render.title);
  if (given.Has("theme")) {
    render.theme = given["theme"].cast<std::string>() == "light" ? Theme::kLight : Theme::kDark;
  }
  return render;
}

// Without a lifter: keypoints only, and no motion.
py::tuple Process(const fs::path& video, const std::optional<fs::path>& lifter,
                  const py::dict& options, const py::object& on_progress) {
  const VideoReaderOptions read = ReadFrom(options);
  const DetectorOptions detector_options = DetectorFrom(options);
  FileDriverOptions driver{.people = PeopleFrom(options), .lift = LiftFrom(options)};
  Given(options).Take("raw", driver.raw);
  std::string warnings;
  ProcessedClip clip = Interruptible(on_progress, [&](const WorkMonitor& monitor) {
    std::optional<Lifter> model;
    if (lifter) model = Lifter::Load(*lifter);
    driver.lifter = model ? &*model : nullptr;
    VideoReader reader(video, read);
    const auto detector = DetectorFor(detector_options, driver.people);
    ProcessedClip processed = ProcessVideo(reader, *detector, driver, monitor);
    warnings = reader.decode_warnings();
    return processed;
  });
  MotionPtr motion;
  if (lifter) motion = std::make_shared<Motion>(std::move(clip.motion));
  return py::make_tuple(std::make_shared<KeypointSequence>(std::move(clip.keypoints)), motion,
                        warnings);
}

py::tuple Lift(const KeypointsPtr& keypoints, const fs::path& lifter, const py::dict& options,
               const py::object& on_progress) {
  const WorldLiftOptions lift = LiftFrom(options);
  ProcessedClip clip = Interruptible(on_progress, [&](const WorkMonitor& monitor) {
    return ProcessKeypoints(*keypoints, Lifter::Load(lifter), lift, monitor);
  });
  return py::make_tuple(std::make_shared<KeypointSequence>(std::move(clip.keypoints)),
                        std::make_shared<Motion>(std::move(clip.motion)));
}

void Render(const Motion& motion, const KeypointSequence* keypoints,
            const std::optional<fs::path>& video, const fs::path& output, const py::dict& options,
            const py::object& on_progress) {
  const RenderOptions render = RenderFrom(options);
  double smooth_s = kRenderSmoothing_s;
  Given(options).Take("smooth_s", smooth_s);
  Interruptible(on_progress, [&](const WorkMonitor& monitor) {
    CheckVideoOutput(output);
    Motion shown = motion;
    SmoothMotion(shown, smooth_s);
    if (keypoints != nullptr && video) {
      RefuseToOverwriteInput(*video, output);
      RenderOverVideo(shown, *keypoints, *video, output, render, {}, monitor);
    } else {
      RenderVideo(shown, output, render, monitor);
    }
  });
}

// Frames of a file, as an iterator of (frame, time_s).
class Frames {
 public:
  Frames(const fs::path& path, const py::dict& options)
      : reader_(path, ReadFrom(options)), start_s_(ReadFrom(options).start_s) {}
  const VideoInfo& info() const { return reader_.info(); }
  py::tuple Next() {
    bool is_there = false;
    {
      const py::gil_scoped_release release;
      is_there = reader_.Read(image_);
    }
    if (!is_there) throw py::stop_iteration();
    const double time_s = start_s_ + static_cast<double>(index_++) / info().captured_fps;
    return py::make_tuple(ToRgb(image_), time_s);
  }

 private:
  VideoReader reader_;
  double start_s_;
  int64_t index_ = 0;
  Image image_;
};

// Frames of a camera, an address, a pipe or a file, as they arrive.
class Source {
 public:
  Source(const std::string& source, int width_px, int height_px, double fps)
      : source_(internal::OpenLiveSource(
            source,
            {.width_px = width_px, .height_px = height_px, .fps = fps, .stop_requested = &stop_})) {
  }
  const internal::LiveSourceInfo& info() const { return source_->info(); }
  // (frame, time_s), or None at the end.
  py::object Read() {
    double time_s = 0;
    stop_ = false;
    const bool is_there = Interruptible(
        py::none(), [&](const WorkMonitor&) { return source_->Read(image_, time_s); }, stop_);
    if (is_there) return py::make_tuple(ToRgb(image_), time_s);
    const std::string text = source_->error_text();
    if (!text.empty()) throw Error(text, source_->error_code());
    return py::none();
  }

 private:
  std::atomic<bool> stop_ = false;
  std::unique_ptr<internal::LiveSource> source_;
  Image image_;
};

py::list Frozen(std::vector<PeopleInFrame> frames) {
  py::list list;
  for (PeopleInFrame& frame : frames) {
    py::list people;
    for (Person& person : frame.people) {
      py::dict values;
      values["id"] = person.id;
      const auto count = std::ssize(person.joints_in_world);
      values["joints_in_cam"] =
          Owning<float>({std::ssize(person.joints_in_cam), 3}, std::move(person.joints_in_cam));
      values["joints_in_world"] = Owning<float>({count, 3}, std::move(person.joints_in_world));
      values["keypoints"] =
          Owning<float>({std::ssize(person.keypoints), 3}, std::move(person.keypoints));
      values["feet_down"] = py::make_tuple((person.feet_down & kLeftFootDown) != 0,
                                           (person.feet_down & kRightFootDown) != 0);
      people.append(values);
    }
    list.append(
        py::make_tuple(frame.index, frame.time_s, std::string(NameOf(frame.grounding)), people));
  }
  return list;
}

LiveOptions LiveFrom(const fs::path& lifter, int width_px, int height_px, double fps,
                     const py::dict& options) {
  const Given given(options);
  LiveOptions live{.lifter = lifter, .width_px = width_px, .height_px = height_px, .fps = fps};
  TakeDetector(given, live.detector);
  given.Take("models_dir", live.detector.models_dir);
  given.Take("count", live.people);
  given.Take("lookahead", live.lookahead);
  given.Take("flip", live.average_flip);
  live.ground = GroundFrom(options);
  given.Take("hands_and_feet", live.hands_and_feet);
  return live;
}

void BindLive(py::module_& module) {
  py::class_<LivePoses>(module, "LivePoses")
      .def(py::init([](const fs::path& lifter, int width_px, int height_px, double fps,
                       const py::dict& options) {
        return std::make_unique<LivePoses>(LiveFrom(lifter, width_px, height_px, fps, options));
      }))
      .def("push",
           [](LivePoses& live, const RgbArray& frame, double time_s) {
             const Image image = FromRgb(frame);
             std::vector<PeopleInFrame> done;
             {
               const py::gil_scoped_release release;
               done = live.Push(image, time_s);
             }
             return Frozen(std::move(done));
           })
      .def("flush", [](LivePoses& live) {
        std::vector<PeopleInFrame> done;
        {
          const py::gil_scoped_release release;
          done = live.Flush();
        }
        return Frozen(std::move(done));
      });
  py::class_<Source>(module, "Source")
      .def(py::init<const std::string&, int, int, double>())
      .def_property_readonly("width_px", [](const Source& s) { return s.info().width_px; })
      .def_property_readonly("height_px", [](const Source& s) { return s.info().height_px; })
      .def_property_readonly("fps", [](const Source& s) { return s.info().fps; })
      .def("read", &Source::Read);
}

}  // namespace

void BindStages(py::module_& module) {
  module.def("process", &Process);
  module.def("lift", &Lift);
  module.def("render", &Render);
  module.def("ground",
             [](const KeypointSequence& keypoints, const Motion& motion, const py::dict& options) {
               const GroundOptions ground = GroundFrom(options);
               const py::gil_scoped_release release;
               auto grounded = std::make_shared<Motion>(motion);
               GroundMotion(keypoints, ground, *grounded);
               return grounded;
             });
  py::class_<Frames>(module, "Frames")
      .def(py::init<const fs::path&, const py::dict&>())
      .def_property_readonly("width_px", [](const Frames& f) { return f.info().width_px; })
      .def_property_readonly("height_px", [](const Frames& f) { return f.info().height_px; })
      .def_property_readonly("fps", [](const Frames& f) { return f.info().captured_fps; })
      .def_property_readonly("frame_count",
                             [](const Frames& f) { return f.info().estimated_frame_count; })
      .def("__iter__", [](Frames& frames) -> Frames& { return frames; })
      .def("__next__", &Frames::Next);
  module.def("missing_models", [](const std::string& size) {
    return MissingModels(DefaultModelsDir(), SizeNamed(size));
  });
  module.def("models_dir", &DefaultModelsDir);
  BindLive(module);
}

}  // namespace videopose::python
