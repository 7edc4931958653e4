// SPDX-License-Identifier: Apache-2.0

#include "videopose/engine/file_driver.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <utility>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/base/ordered_pipeline.h"
#include "videopose/camera_motion/cut_finder.h"
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

// Opens with the first frame, since the reader may scale.
class ClipMaker::Impl {
 public:
  Impl(const VideoInfo& video, const KeypointLayout& layout, const FileDriverOptions& options,
       const WorkMonitor& monitor)
      : video_(video),
        options_(options),
        monitor_(monitor),
        clip_{.fps = video.captured_fps,
              .width_px = video.width_px,
              .height_px = video.height_px,
              .layout = layout} {
    CheckOptions(options);
  }

  FrameRole Begin(int width_px, int height_px, SmallImage image) {
    if (!chains_) {
      clip_.width_px = width_px;
      clip_.height_px = height_px;
      Open();
    }
    const std::optional<SceneCut> cut = cut_finder_.Push(image);
    if (cut) ++scene_;
    const int64_t index = count_++;
    FrameRole role{.begins_scene = cut && options_.scene == 0,
                   .is_wanted = options_.scene == 0 || scene_ == options_.scene};
    if (cut) {
      MarkMixed(cut->mixed_frames);
      PassOn(0);
    }
    if (role.begins_scene) chains_->Cut();
    if (!role.is_wanted) return role;
    if (!first_) first_ = index;
    index_ = index - *first_;
    role.time_s = time_s();
    waiting_.push_back({.index = index_,
                        .time_s = role.time_s,
                        .begins_scene = role.begins_scene,
                        .image = std::move(image),
                        .people = {}});
    return role;
  }

  void Take(std::vector<DetectedPerson> people) {
    waiting_.back().people = std::move(people);
    PassOn(DissolveFinder::kLongest);
  }

  ProcessedClip End() {
    if (!chains_) Open();
    if (options_.scene > scene_) {
      Fail(ErrorCode::kInvalidArgument,
           {.expected = fmt::format("1 to {}", scene_), .option = "scene"},
           "there is no scene {}: the video has {}", options_.scene, scene_);
    }
    PassOn(0);
    CameraTrack track = camera_->End();
    std::vector<TrackSummary> tracks = chains_->End(track);
    std::vector<int> ids;
    for (const TrackSummary& summary : tracks) ids.push_back(summary.id);
    const std::optional<Grounder>& ground = chains_->ground();
    ProcessedClip result = Collect(chains_->done(), clip_, ids, ground ? &*ground : nullptr,
                                   std::move(track), options_.lift.hands_and_feet);
    result.tracks = std::move(tracks);
    result.keypoints.start_s =
        static_cast<double>(first_.value_or(0)) / video_.frame_rate.per_second();
    return result;
  }

 private:
  // Frames whose people are known. They wait for as long as they may turn out to be of a dissolve.
  struct WaitingFrame {
    int64_t index;
    double time_s;
    bool begins_scene;
    SmallImage image;
    std::vector<DetectedPerson> people;
  };

  // Frames that show two scenes, the newest of those that wait. They belong to the first one, as
  // long as that one is what is mostly seen. The camera is taken to stand still in them.
  void MarkMixed(int count) {
    const int64_t first = std::max<int64_t>(0, std::ssize(waiting_) - count);
    for (int64_t i = first; i < std::ssize(waiting_); ++i) {
      WaitingFrame& frame = waiting_[static_cast<size_t>(i)];
      if (2 * (i - first) >= count) frame.people.clear();
      if (i > 0) frame.image = waiting_[static_cast<size_t>(i - 1)].image;
    }
  }

  // To camera and chain, all but so many.
  void PassOn(int64_t keep) {
    while (std::ssize(waiting_) > keep) {
      WaitingFrame frame = std::move(waiting_.front());
      waiting_.pop_front();
      camera_->Push(std::move(frame.image), frame.people, frame.begins_scene);
      chains_->chain().Push(frame.index, frame.time_s, std::move(frame.people), chains_->done());
    }
  }

  void Open() {
    chains_.emplace(clip_, options_.people, [this] {
      PoseStages stages = WholeClipStages(clip_, options_, {}, monitor_);
      stages.select.emplace(PeopleSelectorOptions{
          .clip = clip_, .people = options_.people, .drop_low_confidence = !options_.raw});
      return stages;
    });
    camera_.emplace(LensFor(options_.lift.ground, clip_.width_px, clip_.height_px),
                    options_.lift.ground.camera);
  }

  double time_s() const { return static_cast<double>(index_) / clip_.fps; }

  const VideoInfo video_;
  const FileDriverOptions options_;
  const WorkMonitor monitor_;
  ClipInfo clip_;
  std::optional<SceneChains> chains_;
  std::optional<CameraWatch> camera_;
  CutFinder cut_finder_;
  std::deque<WaitingFrame> waiting_;
  int64_t count_ = 0;
  int scene_ = 1;
  std::optional<int64_t> first_;  // frame that is wanted
  int64_t index_ = 0;             // of the newest, from that one on
};

ClipMaker::ClipMaker(const VideoInfo& video, const KeypointLayout& layout,
                     const FileDriverOptions& options, const WorkMonitor& monitor)
    : impl_(std::make_unique<Impl>(video, layout, options, monitor)) {}
ClipMaker::~ClipMaker() = default;
ClipMaker::FrameRole ClipMaker::Begin(int width_px, int height_px, SmallImage image) {
  return impl_->Begin(width_px, height_px, std::move(image));
}
void ClipMaker::Take(std::vector<DetectedPerson> people) { impl_->Take(std::move(people)); }
ProcessedClip ClipMaker::End() { return impl_->End(); }

ProcessedClip ProcessVideo(VideoReader& reader, PoseDetector& detector,
                           const FileDriverOptions& options, const WorkMonitor& monitor) {
  const VideoInfo& info = reader.info();
  ClipMaker maker(info, detector.layout(), options, monitor);
  int64_t count = 0;
  // Decoding runs ahead on its own thread; nothing else is done between it and the detector.
  OrderedPipeline<Image, Image> frames;
  frames.produce = [&](Image& image) { return reader.Read(image); };
  frames.transform = [](Image& read, Image& image) { std::swap(read, image); };
  frames.consume = [&](Image& image) {
    const ClipMaker::FrameRole role =
        maker.Begin(image.width_px, image.height_px, MakeSmall(image));
    if (role.begins_scene) detector.StartScene();
    if (role.is_wanted) maker.Take(detector.Detect(image, role.time_s));
    monitor.Report("detect", ++count, info.estimated_frame_count);
  };
  frames.Run();
  return maker.End();
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
