// SPDX-License-Identifier: Apache-2.0

#include "videopose/engine/file_driver.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/base/ordered_pipeline.h"
#include "videopose/pose/clip_collector.h"

namespace videopose {

using namespace internal;
namespace {

void CheckOptions(const FileDriverOptions& options) {
  VP_CHECK(options.people.count >= 0, "{} people", options.people.count);
  if (options.lifter != nullptr && options.lift.ground.keep_roots &&
      !options.lifter->has_trajectory()) {
    Fail(ErrorCode::kInvalidArgument, {.option = "keep_roots"},
         "this lifter has no trajectory network");
  }
}

ProcessedClip Collect(const std::vector<PeopleInFrame>& frames, const ClipInfo& clip,
                      const std::vector<int>& ids, const PoseStages& stages,
                      const FileDriverOptions& options) {
  ClipCollector collector(clip, ids);
  for (const PeopleInFrame& frame : frames) collector.Add(frame);
  ProcessedClip result{.keypoints = collector.TakeKeypoints(), .tracks = {}, .motion = {}};
  if (!stages.ground) return result;
  result.motion = collector.TakeMotion();
  result.motion.camera = stages.ground->camera();
  const auto frame_count = static_cast<size_t>(result.motion.frame_count);
  for (PersonMotion& person : result.motion.people) {
    const auto own = stages.ground->own_floors_m().find(person.id);
    if (own != stages.ground->own_floors_m().end()) person.own_floor_m = own->second;
    if (!result.motion.camera) person.root_in_world.resize(frame_count, kNoJoint);
    if (options.lift.ground.camera_moving) continue;
    person.root_in_cam.resize(frame_count, kNoJoint);
    person.feet_down.resize(frame_count);
  }
  return result;
}

}  // namespace

PoseStages internal::WholeClipStages(const ClipInfo& clip, const FileDriverOptions& options,
                                     const std::vector<int>& ids, const WorkMonitor& monitor) {
  PoseStages stages;
  if (!options.raw) stages.sides.emplace(SideCorrectorOptions{.layout = clip.layout});
  GapFillerOptions fill{.clip = clip};
  if (options.lifter != nullptr) {
    options.lifter->CheckLifts(clip);
    fill = options.lifter->FillerOptions(clip);
    ClipInfo seen = clip;
    seen.focal_px = LensFor(options.lift.ground, clip.width_px, clip.height_px).focal_px.x;
    stages.lift.emplace(*options.lifter, seen,
                        LiftOptions{.average_flip = options.lift.average_flip, .monitor = monitor});
    stages.ground.emplace(GrounderOptions{.ground = options.lift.ground,
                                          .look_ahead = GroundLookAhead::kWholeClip,
                                          .clip = clip,
                                          .ids = ids});
  }
  fill.shows_filled = !options.raw;
  stages.fill.emplace(fill);
  return stages;
}

ProcessedClip internal::ProcessDetections(const VideoInfo& video, const KeypointLayout& layout,
                                          const DetectionSource& detect,
                                          const FileDriverOptions& options,
                                          const WorkMonitor& monitor) {
  CheckOptions(options);
  ClipInfo clip{.fps = video.captured_fps,
                .width_px = video.width_px,
                .height_px = video.height_px,
                .layout = layout};
  std::optional<PoseChain> chain;
  const auto start_chain = [&] {
    PoseStages stages = WholeClipStages(clip, options, {}, monitor);
    stages.select.emplace(PeopleSelectorOptions{
        .clip = clip, .people = options.people, .drop_low_confidence = !options.raw});
    chain.emplace(std::move(stages));
  };
  std::vector<PeopleInFrame> done;
  int64_t count = 0;
  detect([&](FrameDetections detections) {
    if (!chain) {
      clip.width_px = detections.width_px;  // the reader may scale
      clip.height_px = detections.height_px;
      start_chain();
    }
    const double time_s = static_cast<double>(count) / clip.fps;
    chain->Push(count++, time_s, std::move(detections.people), done);
  });
  if (!chain) start_chain();
  chain->Flush(done);
  const std::vector<TrackSummary>& tracks = chain->stages().select->tracks();
  std::vector<int> ids;
  for (const TrackSummary& track : tracks) ids.push_back(track.id);
  ProcessedClip result = Collect(done, clip, ids, chain->stages(), options);
  result.tracks = tracks;
  return result;
}

ProcessedClip ProcessVideo(VideoReader& reader, PoseDetector& detector,
                           const FileDriverOptions& options, const WorkMonitor& monitor) {
  const VideoInfo& info = reader.info();
  const auto detect = [&](const std::function<void(FrameDetections detections)>& take) {
    int64_t count = 0;
    // Decoding runs ahead on its own thread; nothing else is done between it and the detector.
    OrderedPipeline<Image, Image> frames;
    frames.produce = [&](Image& image) { return reader.Read(image); };
    frames.transform = [](Image& read, Image& image) { std::swap(read, image); };
    frames.consume = [&](Image& image) {
      const double time_s = static_cast<double>(count) / info.captured_fps;
      take({image.width_px, image.height_px, detector.Detect(image, time_s)});
      monitor.Report("detect", ++count, info.estimated_frame_count);
    };
    frames.Run();
  };
  return ProcessDetections(info, detector.layout(), detect, options, monitor);
}

ProcessedClip ProcessKeypoints(const KeypointSequence& keypoints, const Lifter& lifter,
                               const WorldLiftOptions& options, const WorkMonitor& monitor) {
  const FileDriverOptions driver{.lifter = &lifter, .lift = options};
  CheckOptions(driver);
  if (!(keypoints.fps > 0)) {
    Fail(ErrorCode::kInvalidArgument, {.option = "fps"},
         "keypoints at {} frames per second: expected a number above 0", keypoints.fps);
  }
  const ClipInfo clip = InfoOf(keypoints);
  std::vector<int> ids;
  for (const PersonKeypoints& person : keypoints.people) ids.push_back(person.id);
  PoseStages stages = WholeClipStages(clip, driver, ids, monitor);
  // Only files of our own detector have these. Its keypoints were mended with the help of other
  // looks at the image; without them the stage may decide otherwise.
  const auto is_ours = [](const PersonKeypoints& person) { return !person.extra_points.empty(); };
  if (std::ranges::any_of(keypoints.people, is_ours)) stages.sides.reset();
  PoseChain chain(std::move(stages));
  std::vector<PeopleInFrame> done;
  for (int64_t t = 0; t < keypoints.frame_count; ++t) chain.Push(PeopleAt(keypoints, t), done);
  chain.Flush(done);
  ProcessedClip result = Collect(done, clip, ids, chain.stages(), driver);
  result.keypoints.start_s = keypoints.start_s;
  return result;
}

}  // namespace videopose
