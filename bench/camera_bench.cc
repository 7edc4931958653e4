// SPDX-License-Identifier: Apache-2.0

// How right people and the camera are in the world where the camera moves: films a figure in a
// cluttered room by cameras of several kinds, and sends the videos through the whole program.
// docs/camera.md holds the table.
//
//   camera_bench [HEIGHT_PX] [FOLDER] [CAMERA] [live]   360 rows; FOLDER keeps the videos; CAMERA
//                                                       is the part of a name, as "walks"; live:
//                                                       as `live` makes of them, frame by frame

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/test_data.h"
#include "videopose/base/error.h"
#include "videopose/base/statistics.h"
#include "videopose/camera_motion/camera_decision.h"
#include "videopose/detect.h"
#include "videopose/engine/live_driver.h"
#include "videopose/geometry/align.h"
#include "videopose/ground/world.h"
#include "videopose/lift.h"
#include "videopose/media.h"
#include "videopose/media/live_source.h"
#include "videopose/pose/h36m17.h"
#include "videopose/process.h"
#include "videopose/synthetic/moving_shot.h"

namespace videopose::internal {
namespace {

constexpr double kFps = 25;
constexpr size_t kJoints = 17;

std::filesystem::path Film(const MovingShot& shot, const std::filesystem::path& path) {
  if (std::filesystem::exists(path)) return path;
  const Lens& lens = shot.cameras[0].lens;
  VideoWriter writer(path, {.width_px = lens.width_px,
                            .height_px = lens.height_px,
                            .frame_rate = {static_cast<int>(kFps), 1}});
  Image image;
  for (int64_t t = 0; t < shot.frame_count(); ++t) {
    shot.RenderFrame(t, image);
    writer.Write(image);
  }
  writer.Close();
  return path;
}

// T * 17 points, x y z triples, of frames in which there is a pose.
struct Joints {
  std::vector<float> truth, found;
  size_t frames() const { return truth.size() / (3 * kJoints); }
  std::span<const float> Part(const std::vector<float>& all, size_t begin, size_t length) const {
    return std::span(all).subspan(begin * 3 * kJoints, length * 3 * kJoints);
  }
};

Joints JointsOf(const MovingShot& shot, const Motion& motion) {
  Joints joints;
  const JointTrack<Vec3f> world = JointsInWorld(motion, motion.people[0]);
  for (int64_t t = 0; t < std::min(motion.frame_count, shot.frame_count()); ++t) {
    if (!IsFinite(world.at(t, 0))) continue;
    size_t j = 0;
    for (const Vec3d& joint : Human36mJoints(shot.poses[static_cast<size_t>(t)])) {
      const Vec3f found = world.at(t, static_cast<int64_t>(j++));
      for (const double x : {joint.x, joint.y, joint.z})
        joints.truth.push_back(static_cast<float>(x));
      joints.found.insert(joints.found.end(), {found.x, found.y, found.z});
    }
  }
  return joints;
}

// Of frames in a common world.
Joints JointsOf(const MovingShot& shot, const std::vector<PeopleInFrame>& frames) {
  Joints joints;
  for (const PeopleInFrame& frame : frames) {
    if (!HasCamera(frame.grounding) || frame.people.empty()) continue;
    const std::vector<Vec3f>& world = frame.people[0].joints_in_world;
    if (world.empty() || frame.index >= shot.frame_count()) continue;
    size_t j = 0;
    for (const Vec3d& joint : Human36mJoints(shot.poses[static_cast<size_t>(frame.index)])) {
      const Vec3f& found = world[j++];
      for (const double x : {joint.x, joint.y, joint.z})
        joints.truth.push_back(static_cast<float>(x));
      joints.found.insert(joints.found.end(), {found.x, found.y, found.z});
    }
  }
  return joints;
}

// Rotation and translation that bring `found` to `truth` over these frames; no scale.
Similarity Rigidly(const Joints& joints, size_t begin, size_t length) {
  const auto found = joints.Part(joints.found, begin, length),
             truth = joints.Part(joints.truth, begin, length);
  Similarity fit = AlignSimilarity(found, truth);
  Vec3d middle_found, middle_truth;
  for (size_t i = 0; i < found.size(); i += 3) {
    middle_found = middle_found + Vec3d{found[i], found[i + 1], found[i + 2]};
    middle_truth = middle_truth + Vec3d{truth[i], truth[i + 1], truth[i + 2]};
  }
  const double share = 3.0 / static_cast<double>(found.size());
  fit.scale = 1;
  fit.translation_in_b = share * middle_truth - Rotate(fit.b_from_a, share * middle_found);
  return fit;
}

Vec3d PointAt(const std::vector<float>& all, size_t frame, size_t joint) {
  const float* p = &all[(frame * kJoints + joint) * 3];
  return {p[0], p[1], p[2]};
}

double MeanError_mm(const Joints& joints, size_t begin, size_t length, const Similarity& fit) {
  double sum = 0;
  for (size_t t = begin; t < begin + length; ++t) {
    for (size_t j = 0; j < kJoints; ++j) {
      sum += Norm(Apply(fit, PointAt(joints.found, t, j)) - PointAt(joints.truth, t, j));
    }
  }
  return 1000 * sum / static_cast<double>(length * kJoints);
}

struct Errors {
  double rotation_deg = 0, worst_deg = 0;  // of the camera since the first frame
  double zoom_percent = 0;                 // median
  double w_mpjpe_mm = 0, wa_mpjpe_mm = 0;  // over 100 frames aligned on the first two, on all
  double root_percent = 0;                 // mean root error, aligned over the clip, of the path
  double skating_mm_s = 0;                 // of ankles of feet that stand in truth
};

void MeasureCamera(const MovingShot& shot, const CameraTrack& track, Errors& errors) {
  std::vector<double> rotations, zooms;
  for (size_t t = 0; t < shot.cameras.size(); ++t) {
    if (!track.views.empty() && t >= track.views.size()) break;
    const CameraView found = track.views.empty() ? CameraView{} : track.views[t];
    const Camera &first = shot.cameras[0], &now = shot.cameras[t];
    const CameraView truth{Inverse(first.world_from_cam.rotation) * now.world_from_cam.rotation,
                           now.lens.focal_px.x / first.lens.focal_px.x};
    rotations.push_back(DegreesBetween(found, truth));
    zooms.push_back(100 * std::abs(found.zoom / truth.zoom - 1));
  }
  errors.worst_deg = *std::ranges::max_element(rotations);
  errors.rotation_deg = Median(rotations);
  errors.zoom_percent = Median(zooms);
}

void MeasurePerson(const MovingShot& shot, const Joints& joints, Errors& errors) {
  constexpr size_t kSegment = 100;
  std::vector<double> w, wa;
  for (size_t begin = 0; begin < joints.frames(); begin += kSegment) {
    const size_t length = std::min(kSegment, joints.frames() - begin);
    if (length < 2 || (begin > 0 && length < kSegment / 2)) break;
    w.push_back(MeanError_mm(joints, begin, length, Rigidly(joints, begin, 2)));
    wa.push_back(MeanError_mm(joints, begin, length, Rigidly(joints, begin, length)));
  }
  errors.w_mpjpe_mm = Median(w);
  errors.wa_mpjpe_mm = Median(wa);
  const Similarity fit = Rigidly(joints, 0, joints.frames());
  double off_m = 0, path_m = 0, slide_m = 0;
  int64_t steps = 0;
  for (size_t t = 0; t < joints.frames(); ++t) {
    off_m += Norm(Apply(fit, PointAt(joints.found, t, 0)) - PointAt(joints.truth, t, 0));
    if (t == 0) continue;
    path_m += Norm(PointAt(joints.truth, t, 0) - PointAt(joints.truth, t - 1, 0));
    for (const size_t ankle : {size_t{3}, size_t{6}}) {
      const Vec3d truth = PointAt(joints.truth, t, ankle) - PointAt(joints.truth, t - 1, ankle);
      if (shot.fps * Norm(truth) > 0.05 || PointAt(joints.truth, t, ankle).z > 0.1) continue;
      const Vec3d found = PointAt(joints.found, t, ankle) - PointAt(joints.found, t - 1, ankle);
      slide_m += std::hypot(found.x, found.y);
      ++steps;
    }
  }
  errors.root_percent = 100 * off_m / static_cast<double>(joints.frames()) / std::max(path_m, 0.1);
  errors.skating_mm_s =
      1000 * slide_m * shot.fps / static_cast<double>(std::max<int64_t>(1, steps));
}

struct Kind {
  std::string name;
  CameraMove move;
  ShotTroubles troubles = {};
};

std::vector<Kind> Kinds() {
  // As of a telephone indoors.
  const ShotTroubles phone{.exposure_s = 0.010, .readout_s = 0.016}, crates{.has_crates = true};
  ShotTroubles all = phone;
  all.has_crates = true;
  return {{"still", CameraMove::kStill},
          {"still, crates go by", CameraMove::kStill, crates},
          {"pan by 115", CameraMove::kPan},
          {"pan by 115, crates go by", CameraMove::kPan, crates},
          {"pan by 115, rolling shutter, blur", CameraMove::kPan, phone},
          {"by hand", CameraMove::kSway},
          {"by hand, rolling shutter, blur, crates", CameraMove::kSway, all},
          {"zoom 1:2", CameraMove::kZoom},
          {"pan, zoom, by hand", CameraMove::kPanBySway},
          {"walks along", CameraMove::kWalkAlong},
          {"walks behind", CameraMove::kFollow},
          {"walks around", CameraMove::kArc},
          {"walks along, by hand", CameraMove::kWalkByHand},
          {"walks along, by hand, rolling shutter, blur, crates", CameraMove::kWalkByHand, all}};
}

// All frames, as fast as they go.
std::vector<PeopleInFrame> RunLiveOn(const std::filesystem::path& video, const MovingShot& shot,
                                     CameraMotion camera) {
  const Lens& lens = shot.cameras[0].lens;
  LiveOptions options{
      .lifter = SourceFile("models/lifter_causal.bin"),
      .width_px = lens.width_px,
      .height_px = lens.height_px,
      .fps = kFps,
      .ground = {.focal_px = lens.focal_px.x, .height_m = shot.height_m, .camera = camera}};
  options.model.causal = true;
  PoseChain chain = LiveChain(options, false);
  const auto detector = DetectorFor(options.detector, {.count = 1});
  std::vector<PeopleInFrame> frames;
  RunLive(OpenLiveSource(video.string()), *detector, chain,
          [&](const Frame&, const PeopleInFrame& people) { frames.push_back(people); }, {});
  return frames;
}

void PrintScenes(int height_px, const std::filesystem::path& folder, const std::string& name,
                 bool is_live) {
  const Lifter lifter = Lifter::Load(SourceFile("models/lifter.bin"));
  fmt::print(
      "| camera | decided | rotation, degrees (worst) | zoom, % | W-MPJPE mm | WA-MPJPE mm | root, "
      "% "
      "of path | skating, mm/s | --camera static: W-MPJPE mm, root %, skating |\n"
      "|---|---|---|---|---|---|---|---|---|\n");
  int number = 0;
  for (const Kind& kind : Kinds()) {
    ++number;
    if (kind.name.find(name) == std::string::npos) continue;
    const MovingShot shot = MakeMovingShot(kind.move, height_px, kFps, 1e9, kind.troubles);
    const auto video = Film(shot, folder / fmt::format("camera_{}_{}.mp4", number, height_px));
    const auto measure = [&](CameraMotion camera, bool& moves) {
      if (is_live) {
        const std::vector<PeopleInFrame> frames = RunLiveOn(video, shot, camera);
        Errors errors;
        CameraTrack track;
        for (const PeopleInFrame& frame : frames) {
          moves = moves || frame.view;
          track.views.push_back(frame.view.value_or(CameraView()));
        }
        MeasureCamera(shot, track, errors);
        MeasurePerson(shot, JointsOf(shot, frames), errors);
        return errors;
      }
      VideoReader reader(video);
      const auto detector = DetectorFor({}, {});
      FileDriverOptions options{.lifter = &lifter};
      options.lift.ground = {
          .focal_px = shot.cameras[0].lens.focal_px.x, .height_m = shot.height_m, .camera = camera};
      const ProcessedClip clip = ProcessVideo(reader, *detector, options, {});
      Errors errors;
      moves = !clip.keypoints.camera.views.empty();
      MeasureCamera(shot, clip.keypoints.camera, errors);
      if (clip.motion.camera) MeasurePerson(shot, JointsOf(shot, clip.motion), errors);
      return errors;
    };
    bool moves = false, unused = false;
    const Errors e = measure(CameraMotion::kAuto, moves);
    const Errors s = measure(CameraMotion::kStatic, unused);
    fmt::print(
        "| {} | {} | {:.2f} ({:.2f}) | {:.1f} | {:.0f} | {:.0f} | {:.1f} | {:.0f} | {:.0f}, "
        "{:.1f}, {:.0f} |\n",
        kind.name, moves ? "moving" : "static", e.rotation_deg, e.worst_deg, e.zoom_percent,
        e.w_mpjpe_mm, e.wa_mpjpe_mm, e.root_percent, e.skating_mm_s, s.w_mpjpe_mm, s.root_percent,
        s.skating_mm_s);
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace videopose::internal

int main(int argc, char** argv) {
  using namespace videopose;
  try {
    internal::PrintScenes(argc > 1 ? std::stoi(argv[1]) : 360,
                          argc > 2 ? argv[2] : std::filesystem::temp_directory_path(),
                          argc > 3 ? argv[3] : "", argc > 4 && std::string_view(argv[4]) == "live");
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
