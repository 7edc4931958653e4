// SPDX-License-Identifier: Apache-2.0

#include "videopose/engine/file_driver.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/base/ordered_pipeline.h"
#include "videopose/engine/camera_watch.h"
#include "videopose/pose/clip_collector.h"
#include "videopose/pose/scenes.h"
#include "videopose/refine/limb_ends.h"

namespace videopose {

using namespace internal;
namespace {

void CheckOptions(const FileDriverOptions& options) {
  VP_CHECK(options.scene >= 0, "scene {}", options.scene);
  VP_CHECK(options.people.count >= 0, "{} people", options.people.count);
  if (options.lifter != nullptr && options.lift.ground.keep_roots &&
      !options.lifter->has_trajectory()) {
    Fail(ErrorCode::kInvalidArgument, {.option = "keep_roots"},
         "this lifter has no trajectory network");
  }
}

ProcessedClip Collect(const std::vector<PeopleInFrame>& frames, const ClipInfo& clip,
                      const std::vector<int>& ids, const Grounder* ground, CameraTrack camera,
                      bool hands_and_feet) {
  ClipCollector collector(clip, ids);
  for (const PeopleInFrame& frame : frames) collector.Add(frame);
  ProcessedClip result{.keypoints = collector.TakeKeypoints(), .tracks = {}, .motion = {}};
  result.keypoints.camera = std::move(camera);
  if (ground == nullptr) return result;
  result.motion = collector.TakeMotion();
  result.motion.camera = ground->camera();
  result.motion.camera_path = ground->camera_path();
  result.motion.cuts = result.keypoints.camera.cuts;
  const auto frame_count = static_cast<size_t>(result.motion.frame_count);
  for (PersonMotion& person : result.motion.people) {
    const auto own = ground->own_floors_m().find(person.id);
    if (own != ground->own_floors_m().end()) person.own_floor_m = own->second;
    if (!result.motion.camera) person.root_in_world.resize(frame_count, kNoJoint);
    if (result.motion.grounding == Grounding::kCameraMoving) continue;
    person.root_in_cam.resize(frame_count, kNoJoint);
    person.feet_down.resize(frame_count);
  }
  if (hands_and_feet && HasHandsAndFeet(result.keypoints)) {
    result.motion = WithHandsAndFeet(result.motion, result.keypoints);
  }
  return result;
}

// One chain a scene, so that no stage sees frames from both sides of a cut; then all scenes through
// the stage ground.
class SceneChains {
 public:
  // `select` is left out where people are selected already.
  using MakeStages = std::function<PoseStages()>;
  SceneChains(ClipInfo clip, PersonSelection people, MakeStages make_stages)
      : clip_(std::move(clip)), people_(std::move(people)), make_stages_(std::move(make_stages)) {
    Start();
  }

  PoseChain& chain() { return *chain_; }
  std::vector<PeopleInFrame>& done() { return done_; }
  const std::optional<Grounder>& ground() const { return ground_; }

  // The next frame begins another scene.
  void Cut() {
    is_cut_ = true;
    EndScene();
    Start();
  }

  // People of later scenes have IDs of their own: counted on from the highest before.
  std::vector<TrackSummary> End(const CameraTrack& camera) {
    EndScene();
    DropUnseen();
    if (is_cut_ && !people_.ids.empty()) ChooseByIds();
    if (ground_) {
      ground_->SetCameraTrack(camera);
      std::vector<PeopleInFrame> lifted = std::move(done_);
      done_.clear();
      for (PeopleInFrame& frame : lifted) ground_->Push(std::move(frame), done_);
      ground_->Flush(done_);
    }
    return std::move(tracks_);
  }

 private:
  void Start() {
    PoseStages stages = make_stages_();
    if (stages.ground) ground_ = std::move(stages.ground);
    stages.ground.reset();
    chain_.emplace(std::move(stages));
    first_of_scene_ = done_.size();
  }

  void EndScene() {
    // IDs count over all scenes, so that people are chosen by them at the end.
    if (is_cut_ && !people_.ids.empty()) chain_->stages().select->KeepAll();
    chain_->Flush(done_);
    if (!chain_->stages().select) return;
    const int before = highest_id_;
    for (size_t i = first_of_scene_; i < done_.size(); ++i) {
      for (Person& person : done_[i].people) person.id += before;
    }
    for (TrackSummary track : chain_->stages().select->tracks()) {
      track.id += before;
      if (track.seen_frames > 0) highest_id_ = std::max(highest_id_, track.id);
      tracks_.push_back(track);
    }
  }

  // Scenes without people have one who is never seen, of whom one is enough.
  void DropUnseen() {
    if (!is_cut_) return;
    std::erase_if(tracks_, [](const TrackSummary& track) { return track.seen_frames == 0; });
    if (tracks_.empty()) tracks_.emplace_back();
  }

  void ChooseByIds() {
    KeepChosen(ChoosePeople(people_, clip_, tracks_), tracks_);
    for (PeopleInFrame& frame : done_) {
      std::erase_if(frame.people, [&](const Person& person) {
        return std::ranges::find(tracks_, person.id, &TrackSummary::id) == tracks_.end();
      });
    }
  }

  ClipInfo clip_;
  PersonSelection people_;
  MakeStages make_stages_;
  bool is_cut_ = false;
  std::optional<PoseChain> chain_;
  std::optional<Grounder> ground_;
  std::vector<PeopleInFrame> done_;
  size_t first_of_scene_ = 0;
  int highest_id_ = 0;
  std::vector<TrackSummary> tracks_;
};

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

ProcessedClip ProcessVideo(VideoReader& reader, PoseDetector& detector,
                           const FileDriverOptions& options, const WorkMonitor& monitor) {
  CheckOptions(options);
  const VideoInfo& info = reader.info();
  ClipInfo clip{.fps = info.captured_fps,
                .width_px = info.width_px,
                .height_px = info.height_px,
                .layout = detector.layout()};
  std::optional<SceneChains> chains;
  std::optional<CameraWatch> camera;
  const auto start = [&] {
    chains.emplace(clip, options.people, [&] {
      PoseStages stages = WholeClipStages(clip, options, {}, monitor);
      stages.select.emplace(PeopleSelectorOptions{
          .clip = clip, .people = options.people, .drop_low_confidence = !options.raw});
      return stages;
    });
    camera.emplace(LensFor(options.lift.ground, clip.width_px, clip.height_px),
                   options.lift.ground.camera);
  };
  int64_t count = 0;
  int scene = 1;
  std::optional<int64_t> first;  // frame that is wanted

  // Decoding runs ahead on its own thread; nothing else is done between it and the detector.
  OrderedPipeline<Image, Image> frames;
  frames.produce = [&](Image& image) { return reader.Read(image); };
  frames.transform = [](Image& read, Image& image) { std::swap(read, image); };
  frames.consume = [&](Image& image) {
    if (!chains) {
      clip.width_px = image.width_px;  // the reader may scale
      clip.height_px = image.height_px;
      start();
    }
    const bool is_cut = camera->IsCutBefore(image);
    if (is_cut) ++scene;
    const bool is_wanted = options.scene == 0 || scene == options.scene;
    if (is_cut && options.scene == 0) {
      chains->Cut();
      detector.StartScene();
    }
    if (is_wanted) {
      if (!first) first = count;
      const double time_s = static_cast<double>(count - *first) / clip.fps;
      std::vector<DetectedPerson> people = detector.Detect(image, time_s);
      camera->Follow(people);
      chains->chain().Push(count - *first, time_s, std::move(people), chains->done());
    }
    monitor.Report("detect", ++count, info.estimated_frame_count);
  };
  frames.Run();
  if (!chains) start();
  if (options.scene > scene) {
    Fail(ErrorCode::kInvalidArgument,
         {.expected = fmt::format("1 to {}", scene), .option = "scene"},
         "there is no scene {}: the video has {}", options.scene, scene);
  }
  CameraTrack track = camera->End();
  if (options.scene > 0) track.cuts.clear();
  const std::vector<TrackSummary> tracks = chains->End(track);
  std::vector<int> ids;
  for (const TrackSummary& summary : tracks) ids.push_back(summary.id);
  const std::optional<Grounder>& ground = chains->ground();
  ProcessedClip result = Collect(chains->done(), clip, ids, ground ? &*ground : nullptr,
                                 std::move(track), options.lift.hands_and_feet);
  result.tracks = tracks;
  result.keypoints.start_s = static_cast<double>(first.value_or(0)) / info.frame_rate.per_second();
  return result;
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
  // Only files of our own detector have a mouth. Its keypoints were mended with the help of other
  // looks at the image; without them the stage may decide otherwise.
  const auto is_ours = [](const PersonKeypoints& person) {
    static const int mouth = BlazePose33().IndexOf("left_mouth");
    for (int64_t t = 0; t < person.extra_points.frame_count(); ++t) {
      if (person.extra_points.at(t, mouth).score > 0) return true;
    }
    return false;
  };
  const bool is_mended = std::ranges::any_of(keypoints.people, is_ours);
  SceneChains chains(clip, {}, [&] {
    PoseStages stages = WholeClipStages(clip, driver, ids, monitor);
    if (is_mended) stages.sides.reset();
    return stages;
  });
  for (const FrameRange& scene : ScenesOf(keypoints.camera.cuts, keypoints.frame_count)) {
    if (scene.begin > 0) chains.Cut();
    for (int64_t t = scene.begin; t < scene.end; ++t) {
      chains.chain().Push(PeopleAt(keypoints, t), chains.done());
    }
  }
  chains.End(keypoints.camera);
  ProcessedClip result = Collect(chains.done(), clip, ids, &*chains.ground(), keypoints.camera,
                                 options.hands_and_feet);
  result.keypoints.start_s = keypoints.start_s;
  return result;
}

}  // namespace videopose
