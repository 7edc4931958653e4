// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "videopose/base/atomic_file.h"
#include "videopose/export/html_data.h"
#include "videopose/export/web_files.h"
#include "videopose/ground/world.h"
#include "videopose/pose.h"
#include "videopose/pose/default_fps.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr double kStep_m = 0.0005, kStep_px = 0.5, kStep_deg = 0.5;
constexpr float kNothing = std::numeric_limits<float>::quiet_NaN();
// The most reliable angles from joint positions, left before right.
constexpr std::string_view kAngles[] = {
    "left_hip_flexion",   "right_hip_flexion",       "left_knee_flexion",
    "right_knee_flexion", "left_shoulder_elevation", "right_shoulder_elevation",
    "left_elbow_flexion", "right_elbow_flexion",     "trunk_flexion"};

json JsonOf(const CodedTrack& track) {
  json runs = json::array();
  for (const FrameRange& run : track.runs) runs.push_back({run.begin, run.end});
  return {
      {"runs", runs}, {"channels", track.channels}, {"step", track.step}, {"bytes", track.bytes}};
}

// A pose is complete or absent.
json JointsOf(const Motion& motion, const PersonMotion& person) {
  const JointTrack<Vec3f> joints = JointsInWorld(motion, person);
  std::vector<float> values(joints.size() * 3, kNothing);
  for (int64_t t = 0; t < joints.frame_count(); ++t) {
    const auto frame = joints.frame(t);
    if (!std::ranges::all_of(frame, [](const Vec3f& joint) { return IsFinite(joint); })) continue;
    float* out = values.data() + 3 * t * joints.joint_count();
    for (const Vec3f& joint : frame) {
      *out++ = joint.x;
      *out++ = joint.y;
      *out++ = joint.z;
    }
  }
  return JsonOf(EncodeTrack(values, 3 * motion.joint_count(), kStep_m));
}

json AnglesOf(const Motion& motion, const PersonMotion& person) {
  const std::vector<float> all = JointAnglesOf(motion, person);
  const auto names = JointAngleNames();
  std::vector<float> values;
  for (size_t at = 0; at + names.size() <= all.size(); at += names.size()) {
    for (const std::string_view angle : kAngles) {
      const size_t index = std::ranges::find(names, angle) - names.begin();
      values.push_back(index < names.size() ? all[at + index] : kNothing);
    }
  }
  return JsonOf(EncodeTrack(values, static_cast<int>(std::size(kAngles)), kStep_deg));
}

json KeypointsOf(const KeypointSequence& keypoints, int id) {
  std::vector<float> values;
  for (const PersonKeypoints& person : keypoints.people) {
    if (person.id != id) continue;
    for (const Keypoint& keypoint : person.keypoints) {
      const bool is_seen = keypoint.score > 0;
      values.push_back(is_seen ? keypoint.x_px : kNothing);
      values.push_back(is_seen ? keypoint.y_px : kNothing);
    }
    break;
  }
  return JsonOf(EncodeTrack(values, 2 * keypoints.joint_count(), kStep_px));
}

json LayoutOf(const KeypointLayout& layout) {
  json bones = json::array();
  for (const KeypointLayout::Bone& bone : layout.bones) bones.push_back({bone.from, bone.to});
  return {{"names", layout.joint_names}, {"bones", bones}};
}

json CameraOf(const Camera& camera) {
  const auto& [q, p] = camera.world_from_cam;
  return {{"rotation", {q.w, q.x, q.y, q.z}},
          {"position", {p.x, p.y, p.z}},
          {"focal", MeanFocalPx(camera.lens)}};
}

// As a relative URL: everything but letters, digits and a few signs as %XX.
std::string RelativeUrl(const fs::path& video, const fs::path& page) {
  const fs::path folder = fs::weakly_canonical(fs::absolute(page)).parent_path();
  const std::string relative =
      fs::weakly_canonical(fs::absolute(video)).lexically_relative(folder).generic_string();
  constexpr std::string_view kPlain = "-_.~/";
  std::string url;
  for (const char c : relative) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || kPlain.find(c) != std::string_view::npos;
    if (is_plain) {
      url += c;
    } else {
      url += fmt::format("%{:02X}", static_cast<uint8_t>(c));
    }
  }
  return url;
}

std::string EscapedForHtml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

// A script element ends at the first "</script", whatever surrounds it.
std::string ForScript(const json& value) {
  const std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  std::string escaped;
  for (const char c : text) {
    if (c == '<') {
      escaped += "\\u003c";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

json DataOf(const fs::path& path, const Motion& motion, const KeypointSequence* keypoints,
            const HtmlOptions& options) {
  const bool has_overlay = options.video && keypoints != nullptr;
  json people = json::array();
  for (const PersonMotion& person : motion.people) {
    json entry{{"id", person.id},
               {"joints", JointsOf(motion, person)},
               {"angles", AnglesOf(motion, person)}};
    if (has_overlay) entry["keypoints"] = KeypointsOf(*keypoints, person.id);
    people.push_back(std::move(entry));
  }
  json data{
      {"format", "videopose page 1"},
      {"fps", FpsOf(motion)},
      {"start", keypoints != nullptr ? keypoints->start_s : 0},
      {"frames", motion.frame_count},
      {"width", motion.width_px},
      {"height", motion.height_px},
      {"skeleton", {{"names", motion.skeleton.joint_names}, {"parents", motion.skeleton.parents}}},
      {"angles", std::vector<std::string>(std::begin(kAngles), std::end(kAngles))},
      {"people", std::move(people)}};
  if (!motion.cuts.empty()) data["cuts"] = motion.cuts;
  if (motion.camera) data["camera"] = CameraOf(*motion.camera);
  for (const Camera& camera : motion.camera_path) data["cameras"].push_back(CameraOf(camera));
  if (has_overlay) data["layout"] = LayoutOf(keypoints->layout);
  if (options.video) data["video"] = RelativeUrl(*options.video, path);
  return data;
}

}  // namespace

void WriteHtml(const fs::path& path, const Motion& motion, const KeypointSequence* keypoints,
               const HtmlOptions& options) {
  const std::string title = options.title.empty() ? path.stem().string() : options.title;
  const std::string data = ForScript(DataOf(path, motion, keypoints, options));
  WriteFileAtomically(path, web::Fill(web::k_page_html, {{"title", EscapedForHtml(title)},
                                                         {"style", web::k_page_css},
                                                         {"data", data},
                                                         {"view3d", web::k_view3d_js},
                                                         {"page", web::k_page_js}}));
}

}  // namespace videopose::internal
