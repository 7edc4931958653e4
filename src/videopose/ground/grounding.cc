// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/base/statistics.h"
#include "videopose/ground.h"
#include "videopose/ground/body_measures.h"
#include "videopose/ground/camera_views.h"
#include "videopose/ground/contacts.h"
#include "videopose/ground/floor.h"
#include "videopose/ground/foot_anchors.h"
#include "videopose/ground/ground_options.h"
#include "videopose/ground/on_floor.h"
#include "videopose/ground/root_track.h"
#include "videopose/ground/smoothing.h"
#include "videopose/ground/walk_scale.h"
#include "videopose/pose/scenes.h"
#include "videopose/refine/pose_refiner.h"
#include "videopose/refine/rigid_bones.h"

namespace videopose {

using namespace internal;
namespace {

constexpr double kStanceDuration_s = 0.25;  // of one piece of evidence for the floor
// A person who is this much of their longest stands on straight legs.
constexpr double kStraightLegs = 0.85;
constexpr double kFootSigma_m = 0.12;  // of lifted feet
// Lifters are uncertain of a camera's pitch, and set bodies too upright before it: true lean
// towards the camera by lifted lean. From 1.01 to 1.10 was measured (docs/world.md).
constexpr double kTrueLean = 1.06;
constexpr double kUprightTrunk = 0.64;  // a trunk within 50 degrees of upright: its cosine
constexpr int kRefinements = 2, kAnchorRounds = 4;
// People are scaled to share one floor by at most this factor, and only if the camera is high
// enough over the floor for a reliable factor; others stand on a box, a roof, or are cut off at
// the feet, and have a floor of their own.
constexpr double kLargestRescale = 1.06, kLowestCamera_m = 0.4;

// Of the detector's joints hips differ most from those of the lifter.
constexpr double kHipWeight = 0.3;

// Only once roots are known: foreshortened limbs are too short, but in depth, not in the image.
void RefinePerson(std::span<const JointRay> rays, std::span<const JointAnchor> anchors,
                  const Skeleton& skeleton, double fps, MovingFrame first_from_cam,
                  PersonMotion& person) {
  const auto joints = static_cast<size_t>(skeleton.joint_count());
  const std::vector<double> lengths_m = SteadyBoneLengths(skeleton, person.joints_in_cam);
  std::vector<JointSight> sights;
  for (size_t i = 0; i < rays.size(); ++i) {
    const bool is_hip = skeleton.joint_names[i % joints].ends_with("_hip");
    sights.push_back({rays[i].ray, (is_hip ? kHipWeight : 1) * rays[i].score});
  }
  for (const FrameRange& run : PosedRanges(person)) {
    std::vector<JointAnchor> in_run;
    for (JointAnchor anchor : anchors) {
      if (anchor.frame < run.begin || anchor.frame >= run.end) continue;
      anchor.frame -= run.begin;
      in_run.push_back(anchor);
    }
    const auto begin = static_cast<size_t>(run.begin), length = static_cast<size_t>(run.length());
    const std::span<Vec3f> poses =
        person.joints_in_cam.values().subspan(begin * joints, length * joints);
    const std::span<Vec3f> roots = std::span(person.root_in_cam).subspan(begin, length);
    std::span<const JointSight> seen = sights;
    if (!seen.empty()) seen = seen.subspan(begin * joints, length * joints);
    const RefinedPoses refined =
        RefinePoses({.skeleton = &skeleton,
                     .fps = fps,
                     .bone_lengths_m = lengths_m,
                     .joints_in_cam = poses,
                     .root_in_cam = roots,
                     .sights = seen,
                     .anchors = in_run,
                     .first_from_cam = Part(first_from_cam, run.begin, run.length())});
    std::ranges::copy(refined.joints_in_cam, poses.begin());
    std::ranges::copy(refined.root_in_cam, roots.begin());
  }
}

class SceneSolver {
 public:
  SceneSolver(const KeypointSequence& keypoints, const GroundOptions& options, Motion& motion)
      : keypoints_(keypoints),
        options_(options),
        motion_(motion),
        lens_(LensFor(options, motion.width_px, motion.height_px)),
        views_(options.camera == CameraMotion::kStatic ? CameraViews()
                                                       : ViewsThrough(keypoints.camera, lens_)),
        body_(FindBodyJoints(motion.skeleton)) {}

  void Solve() {
    for (PersonMotion& person : motion_.people) {
      MoveToFirst(first_from_cam(), person);
      AddPerson(person);
    }
    if (!people_.empty()) {
      WalkWithCamera();
      FindWorld();
    }
    for (PersonMotion& person : motion_.people) MoveBack(first_from_cam(), person);
  }

 private:
  // Where the camera walks: in metres, if people tell how far; else its place is taken as fixed.
  void WalkWithCamera() {
    const std::vector<Vec3d>& places = views_.places_in_first;
    if (places.empty()) return;
    std::vector<Walker> walkers;
    for (const Subject& person : people_) walkers.push_back({person.motion, person.rays});
    const std::optional<double> scale =
        WalkScale(walkers, motion_.skeleton, motion_.fps, first_from_cam(), places);
    if (!scale) return;
    for (size_t t = 0; t < places.size(); ++t) {
      const Vec3d place = *scale * places[t];
      views_.first_from_cam[t].translation = place;
      for (const Subject& person : people_) {
        Vec3f& root = person.motion->root_in_cam[t];
        root = (root.Cast<double>() + place).Cast<float>();
      }
    }
    for (Subject& person : people_) {
      if (!person.keep_roots) FitPerson(person, {});
    }
    walks_ = true;
  }

  void FindWorld() {
    FindFloor(nullptr);
    if (options_.lock_feet) LeanAsCameraDoes();
    if (options_.lock_feet) ShareFloor();
    for (int i = 0; i < kRefinements; ++i) {
      const Floor floor = floor_;
      FindContacts(&floor);
      if (options_.lock_feet) AnchorRoots();
      FindFloor(&floor);
    }
    const Floor floor = floor_;
    if (options_.lock_feet) AnchorRoots();
    FindContacts(&floor);
    for (Subject& person : people_) {
      person.motion->feet_down = FeetDown(person.contacts, motion_.frame_count);
      if (options_.refine) Refine(person);
    }
    PlaceCamera();
  }

  MovingFrame first_from_cam() const { return views_.first_from_cam; }

  struct Subject {
    PersonMotion* motion;
    std::vector<JointRay> rays;  // empty: not known
    bool keep_roots;
    double ankle_height_m;
    FootContacts contacts;
    std::optional<double> own_level_m;  // of a floor of their own, as Floor::level_m
  };

  void AddPerson(PersonMotion& person) {
    const double height_m = StandingHeight(person, motion_.skeleton);
    if (!(height_m > 0)) {
      person.root_in_cam.assign(static_cast<size_t>(motion_.frame_count), kNoJoint);
      person.feet_down.assign(static_cast<size_t>(motion_.frame_count), 0);
      return;
    }
    const double scale = options_.height_m ? *options_.height_m / height_m : 1;
    Scale(person, scale);
    people_.push_back(
        {.motion = &person, .ankle_height_m = kAnkleShareOfHeight * scale * height_m});
    const auto seen =
        std::find_if(keypoints_.people.begin(), keypoints_.people.end(),
                     [&](const PersonKeypoints& candidate) { return candidate.id == person.id; });
    Subject& added = people_.back();
    added.keep_roots = options_.keep_roots && !person.root_in_cam.empty();
    if (seen != keypoints_.people.end()) {
      added.rays = JointRays(keypoints_, *seen, motion_.skeleton, lens_, views_);
    } else if (!added.keep_roots) {
      Fail(ErrorCode::kMismatch, "person {} has no keypoints", person.id);
    }
    if (!added.keep_roots) FitPerson(added, {});
  }

  void FitPerson(Subject& person, std::span<const PositionPrior> priors) const {
    FitRoots(person.rays, priors, motion_.fps, *person.motion, first_from_cam());
  }

  static void Scale(PersonMotion& person, double scale) {
    const auto factor = static_cast<float>(scale);
    for (Vec3f& joint : person.joints_in_cam) joint = factor * joint;
    for (Vec3f& root : person.root_in_cam) root = factor * root;
  }

  void FindContacts(const Floor* floor) {
    for (Subject& person : people_) {
      const Floor own = floor == nullptr ? Floor() : FloorOf(person, *floor);
      person.contacts = internal::FindContacts(*person.motion, person.rays, motion_.skeleton,
                                               motion_.fps, floor == nullptr ? nullptr : &own,
                                               person.ankle_height_m, first_from_cam());
    }
  }

  Floor FloorOf(const Subject& person) const { return FloorOf(person, floor_); }
  static Floor FloorOf(const Subject& person, const Floor& shared) {
    return {shared.up_in_cam, person.own_level_m.value_or(shared.level_m)};
  }

  void Refine(const Subject& person) const {
    const std::vector<JointAnchor> anchors =
        options_.lock_feet ? FootAnchors(person.contacts, FloorOf(person), person.ankle_height_m,
                                         motion_.skeleton, *person.motion)
                           : std::vector<JointAnchor>();
    RefinePerson(person.rays, anchors, motion_.skeleton, motion_.fps, first_from_cam(),
                 *person.motion);
  }

  // Where an ankle in contact is: in one place, on the floor.
  Vec3d PlaceOf(const Subject& person, FrameRange contact, int ankle) const {
    const Vec3d place = MedianInCam(*person.motion, contact, ankle);
    const double over_m = HeightOver(FloorOf(person), place) - person.ankle_height_m;
    return place - over_m * floor_.up_in_cam;
  }

  // From feet in contact, by an earlier estimate of the floor if there is one.
  void FindFloor(const Floor* before) {
    if (before == nullptr) FindContacts(nullptr);
    FloorEvidence evidence;
    evidence.person_count = people_.size();
    for (size_t p = 0; p < people_.size(); ++p) {
      AddStances(p, evidence);
      AddBalances(people_[p], evidence);
    }
    const FloorEstimate estimate = EstimateFloor(evidence);
    floor_ = estimate.floor;
    levels_m_ = estimate.level_of_person_m;
    if (evidence.stances.empty()) {
      floor_.level_m = LowestLevel();
    } else if (options_.lock_feet) {
      floor_.level_m = SharedLevel(evidence);
    }
    for (size_t p = 0; p < people_.size(); ++p) {
      if (people_[p].own_level_m) people_[p].own_level_m = levels_m_[p];
    }
  }

  void AddStances(size_t p, FloorEvidence& evidence) const {
    const Subject& person = people_[p];
    const auto longest = std::max<int64_t>(1, std::llround(kStanceDuration_s * motion_.fps));
    for (const size_t side : {0, 1}) {
      for (const FrameRange& contact : person.contacts[side]) {
        for (int64_t begin = contact.begin; begin < contact.end; begin += longest) {
          const FrameRange piece{begin, std::min(contact.end, begin + longest)};
          evidence.stances.push_back(
              {MedianInCam(*person.motion, piece, body_.ankles[side]), person.ankle_height_m, p});
        }
      }
    }
  }

  void AddBalances(const Subject& person, FloorEvidence& evidence) const {
    std::vector<Vec3d> arrows;  // from between the feet to the centre of mass
    std::vector<double> lengths_m;
    for (int64_t t = 0; t < motion_.frame_count; ++t) {
      if (!person.motion->has_pose(t)) continue;
      const auto joints = person.motion->frame(t);
      const auto joint = [&](int j) { return joints[j].Cast<double>(); };
      const Vec3d ankles = 0.5 * (joint(body_.ankles[0]) + joint(body_.ankles[1]));
      Vec3d arrow = CentreOfMass(joints, body_) - ankles;
      if (!leans_) arrow = Leaning(t, arrow);
      const Vec3d ahead = Cross(joint(body_.hips[0]) - joint(body_.hips[1]), arrow);
      const double ahead_m = person.ankle_height_m * kBalanceShareOfHeight / kAnkleShareOfHeight;
      arrows.push_back(Norm(ahead) > 1e-6 ? arrow - ahead_m * Normalized(ahead) : arrow);
      lengths_m.push_back(Norm(arrows.back()));
    }
    const double long_one_m = ValueAtRank(lengths_m, std::ssize(lengths_m) * 9 / 10);
    for (size_t i = 0; i < arrows.size(); ++i) {
      if (lengths_m[i] < kStraightLegs * long_one_m || lengths_m[i] < 1e-3) continue;
      evidence.balances.push_back({1 / lengths_m[i] * arrows[i], 1 / motion_.fps});
    }
  }

  // A body's direction with its true lean towards the camera.
  Vec3d Leaning(int64_t t, const Vec3d& direction) const {
    Vec3d in_cam = TurnedBack(first_from_cam(), t, direction);
    in_cam.z *= kTrueLean;
    return Turned(first_from_cam(), t, in_cam);
  }

  // No foot contact: the floor is under the lowest ankles.
  double LowestLevel() const {
    std::vector<double> levels_m;
    for (const Subject& person : people_) {
      for (int64_t t = 0; t < motion_.frame_count; ++t) {
        if (!person.motion->has_pose(t)) continue;
        for (const int ankle : body_.ankles) {
          const Vec3d in_cam = JointInCam(*person.motion, t, ankle);
          levels_m.push_back(Dot(floor_.up_in_cam, in_cam) - person.ankle_height_m);
        }
      }
    }
    const int64_t low = std::ssize(levels_m) / 20;
    return ValueAtRank(std::move(levels_m), low);
  }

  // Lifted bodies are set too upright before a camera that looks up or down: turns all people by
  // that error.
  void LeanAsCameraDoes() {
    const auto lean = [](const Vec3d& up_in_cam) {
      return FromAxisAngle({1, 0, 0}, (1 - 1 / kTrueLean) * std::asin(-up_in_cam.z));
    };
    for (Subject& person : people_) {
      for (int64_t t = 0; t < motion_.frame_count; ++t) {
        const Quaternion turn = lean(TurnedBack(first_from_cam(), t, floor_.up_in_cam));
        for (Vec3f& joint : person.motion->frame(t)) {
          const Vec3d in_cam = TurnedBack(first_from_cam(), t, joint.Cast<double>());
          joint = Turned(first_from_cam(), t, Rotate(turn, in_cam)).Cast<float>();
        }
      }
      if (!person.keep_roots) FitPerson(person, {});
    }
    leans_ = true;
  }

  // People of other sizes than lifted seem to stand higher or lower, but not if all stand on one
  // floor: scales about the camera by floor / own level, which changes nothing in the image.
  void ShareFloor() {
    if (people_.size() < 2) return;
    for (size_t p = 0; p < people_.size(); ++p) {
      if (!AreFarBelow(floor_.level_m, levels_m_[p])) continue;
      if (!CanShare(floor_.level_m, levels_m_[p])) {
        people_[p].own_level_m = levels_m_[p];
        continue;
      }
      if (options_.height_m || options_.keep_roots || walks_) continue;
      const double scale = floor_.level_m / levels_m_[p];
      Scale(*people_[p].motion, scale);
      people_[p].ankle_height_m *= scale;
    }
  }

  // Far enough below the camera for their ratio to say anything.
  static bool AreFarBelow(double floor_m, double level_m) {
    return floor_m <= -kLowestCamera_m && level_m <= -kLowestCamera_m;
  }
  static bool CanShare(double floor_m, double level_m) {
    if (!AreFarBelow(floor_m, level_m)) return true;
    const double scale = floor_m / level_m;
    return scale <= kLargestRescale && scale >= 1 / kLargestRescale;
  }

  // Of the people without a floor of their own: the mean of their floors if all can share it, else
  // the floor that most stances share.
  double SharedLevel(const FloorEvidence& evidence) const {
    std::vector<double> levels_m, stances;
    for (size_t p = 0; p < people_.size(); ++p) {
      if (people_[p].own_level_m) continue;
      levels_m.push_back(levels_m_[p]);
      stances.push_back(std::ranges::count(evidence.stances, p, &FloorEvidence::Stance::person));
    }
    const auto share = [&](double level_m, auto&& add) {
      double sum = 0;
      for (size_t i = 0; i < levels_m.size(); ++i) {
        if (CanShare(level_m, levels_m[i])) sum += add(i);
      }
      return sum;
    };
    const auto support = [&](double level_m) {
      return share(level_m, [&](size_t i) { return stances[i]; });
    };
    double best_m = std::accumulate(levels_m.begin(), levels_m.end(), 0.0) /
                    std::max<double>(1, levels_m.size());
    for (const double level_m : levels_m) {
      if (support(level_m) > support(best_m)) best_m = level_m;
    }
    if (support(best_m) == 0) return floor_.level_m;
    return share(best_m, [&](size_t i) { return stances[i] * levels_m[i]; }) / support(best_m);
  }

  // Fits the roots again, with the prior that a foot in contact is in one place and on the floor.
  // The place comes from the roots so far, hence a few rounds.
  void AnchorRoots() {
    for (Subject& person : people_) {
      if (person.keep_roots) continue;
      for (int round = 0; round < kAnchorRounds; ++round) FitPerson(person, PriorsOf(person));
    }
  }

  std::vector<PositionPrior> PriorsOf(const Subject& person) const {
    std::vector<PositionPrior> priors;
    for (const size_t side : {0, 1}) {
      const int ankle = body_.ankles[side];
      for (const FrameRange& contact : person.contacts[side]) {
        const Vec3d place = PlaceOf(person, contact, ankle);
        for (int64_t t = contact.begin; t < contact.end; ++t) {
          const auto joints = person.motion->frame(t);
          priors.push_back({t, place - joints[ankle].Cast<double>(), kFootSigma_m});
        }
      }
    }
    AddPriorsOutOfFloor(person, priors);
    return priors;
  }

  // A lying person has no foot contact that tells the distance, but no trunk is below the floor:
  // the person is moved nearer, along the root's ray, until it is not. (An upright person below the
  // floor may have gone down stairs.)
  void AddPriorsOutOfFloor(const Subject& person, std::vector<PositionPrior>& priors) const {
    const double least_m = person.ankle_height_m * kLyingShareOfHeight / kAnkleShareOfHeight;
    for (int64_t t = 0; t < motion_.frame_count; ++t) {
      if (!person.motion->has_pose(t)) continue;
      const auto joints = person.motion->frame(t);
      const Vec3d root = person.motion->root_in_cam[t].Cast<double>();
      const Vec3d trunk = joints[body_.thorax].Cast<double>();
      const double thorax_m = Dot(floor_.up_in_cam, trunk);
      if (thorax_m > kUprightTrunk * Norm(trunk)) continue;
      const double lowest_m = std::min(0.0, thorax_m) - least_m;
      const Vec3d eye = OriginOf(first_from_cam(), t);
      const double eye_m = Dot(floor_.up_in_cam, eye);
      const double root_m = Dot(floor_.up_in_cam, root) - eye_m;
      const double level_m = FloorOf(person).level_m - eye_m;
      if (root_m + lowest_m >= level_m || root_m > -kLowestCamera_m) continue;
      priors.push_back({t, eye + (level_m - lowest_m) / root_m * (root - eye), kFootSigma_m});
    }
  }

  // z up; x to the camera's right along the floor; the origin under the first standing pose. The
  // floor is the lowest of all, so that no person is below it.
  void PlaceCamera() {
    const Vec3d& up = floor_.up_in_cam;
    Floor lowest = floor_;
    for (const Subject& person : people_) {
      lowest.level_m = std::min(lowest.level_m, FloorOf(person).level_m);
    }
    const Vec3d right = Normalized(Vec3d{1, 0, 0} - up.x * up);
    const Vec3d start = FirstStandingRoot();
    const Vec3d origin = start - HeightOver(lowest, start) * up;
    const Rigid3d cam_from_world{FromAxes(right, Cross(up, right), up), origin};
    motion_.camera = Camera{lens_, Inverse(cam_from_world)};
    for (size_t t = 0; t < first_from_cam().size(); ++t) {
      motion_.camera_path.push_back({views_.LensAt(lens_, static_cast<int64_t>(t)),
                                     motion_.camera->world_from_cam * first_from_cam()[t]});
    }
    for (Subject& person : people_) {
      const double over_m = FloorOf(person).level_m - lowest.level_m;
      if (over_m > 0) person.motion->own_floor_m = over_m;
    }
  }

  // The first person's root at the first foot contact, or else in any frame.
  Vec3d FirstStandingRoot() const {
    const PersonMotion& person = *people_.front().motion;
    int64_t first = -1;
    for (int64_t t = 0; t < motion_.frame_count; ++t) {
      if (!person.has_pose(t)) continue;
      if (first < 0) first = t;
      if (person.feet_down[t] != 0) {
        first = t;
        break;
      }
    }
    return person.root_in_cam[first].Cast<double>();
  }

  const KeypointSequence& keypoints_;
  const GroundOptions& options_;
  Motion& motion_;
  Lens lens_;
  CameraViews views_;
  BodyJoints body_;
  std::vector<Subject> people_;
  Floor floor_;
  std::vector<double> levels_m_;
  bool leans_ = false;  // lifted bodies were turned with the camera
  bool walks_ = false;  // the camera, over a known way
};

// Each frame's roots are where the camera is then.
void RefineWithoutWorld(const KeypointSequence& keypoints, const GroundOptions& options,
                        Motion& motion) {
  const Lens lens = LensFor(options, motion.width_px, motion.height_px);
  for (PersonMotion& person : motion.people) {
    const auto seen = std::ranges::find(keypoints.people, person.id, &PersonKeypoints::id);
    if (seen == keypoints.people.end()) continue;
    const std::vector<JointRay> rays = JointRays(keypoints, *seen, motion.skeleton, lens);
    FitRoots(rays, {}, motion.fps, person);
    RefinePerson(rays, {}, motion.skeleton, motion.fps, {}, person);
  }
}

bool HasNoWorld(const CameraTrack& camera, const GroundOptions& options) {
  if (options.camera == CameraMotion::kStatic) return false;
  return camera.views.empty() ? options.camera == CameraMotion::kMoving : IsLost(camera);
}

// Each scene is a world of its own. Where no person tells where a scene's camera is, it is where
// the one before was.
void SolveScenes(const KeypointSequence& keypoints, const GroundOptions& options, Motion& motion) {
  const std::vector<FrameRange> scenes = ScenesOf(motion.cuts, motion.frame_count);
  if (scenes.size() == 1) return SceneSolver(keypoints, options, motion).Solve();
  std::vector<std::optional<Camera>> path;
  for (const FrameRange& frames : scenes) {
    Motion scene = SceneOf(motion, frames);
    SceneSolver(SceneOf(keypoints, frames), options, scene).Solve();
    PutScene(scene, frames.begin, motion);
    for (int64_t t = 0; t < frames.length(); ++t) {
      path.push_back(scene.camera ? scene.camera_at(t) : path.empty() ? std::nullopt : path.back());
    }
  }
  const auto first =
      std::ranges::find_if(path, [](const std::optional<Camera>& at) { return at.has_value(); });
  if (first == path.end()) return;
  const Camera known = **first;
  for (const std::optional<Camera>& at : path) motion.camera_path.push_back(at.value_or(known));
  motion.camera = known;
}

}  // namespace

void GroundMotion(const KeypointSequence& keypoints, const GroundOptions& options, Motion& motion) {
  VP_CHECK(keypoints.frame_count == motion.frame_count, "{} frames of keypoints, {} of poses",
           keypoints.frame_count, motion.frame_count);
  VP_CHECK(motion.fps > 0, "a motion at {} frames per second", motion.fps);
  VP_CHECK(
      keypoints.camera.views.empty() || std::ssize(keypoints.camera.views) == keypoints.frame_count,
      "{} views of the camera in {} frames", keypoints.camera.views.size(), keypoints.frame_count);
  CheckGroundOptions(options);
  motion.camera.reset();
  motion.camera_path.clear();
  motion.grounding = Grounding::kNone;
  motion.cuts = keypoints.camera.cuts;
  for (PersonMotion& person : motion.people) person.root_in_world.clear();
  if (options.smooth_s > 0) SmoothMotion(motion, options.smooth_s);
  if (HasNoWorld(keypoints.camera, options)) {
    if (options.refine) RefineWithoutWorld(keypoints, options, motion);
    for (PersonMotion& person : motion.people) {
      person.root_in_cam.clear();
      person.feet_down.clear();
    }
    motion.grounding = Grounding::kCameraMoving;
    StandOnFloor(&keypoints, motion);
    return;
  }
  SolveScenes(keypoints, options, motion);
  if (motion.camera) {
    motion.grounding = KnowsLens(options) ? Grounding::kGivenLens : Grounding::kAssumedLens;
  } else {
    StandOnFloor(&keypoints, motion);
  }
}

}  // namespace videopose
