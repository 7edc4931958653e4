// SPDX-License-Identifier: Apache-2.0

// Lists of frames as MediaPipe's users, MoveNet and TensorFlow.js write them. Points are lists
// [x, y, z, visibility], objects {"x", "y", "z", "visibility" or "score", "name"}, or objects by
// the joints' names {"nose": {"x", "y"}, ...}. A frame is a person's points, a list of people, or
// an object that has one of these under "landmarks", "pose_landmarks", "keypoints" and the like.

#include <algorithm>
#include <array>

#include "videopose/base/error.h"
#include "videopose/import/joint_layouts.h"
#include "videopose/import/json_input.h"
#include "videopose/import/readers.h"

namespace videopose::internal {
namespace {

using nlohmann::json;

constexpr size_t kMediaPipePoints = 33;

// The names of people in frames, and of frames in documents.
const json* PeopleInDocument(const json& frame) {
  return AnyMember(frame, {"landmarks", "pose_landmarks", "poseLandmarks", "keypoints", "poses",
                           "pose", "landmark", "people", "persons"});
}
const json* FramesOf(const json& root) {
  return AnyMember(root, {"frames", "data", "results", "predictions"});
}

bool IsPoint(const json& value) {
  if (value.is_array()) {
    return value.size() >= 2 && value.size() <= 5 &&
           std::all_of(value.begin(), value.end(),
                       [](const json& v) { return v.is_number() || v.is_null(); });
  }
  return Member(value, "x") != nullptr && Member(value, "y") != nullptr;
}

// Points in order, or by name.
bool IsPerson(const json& value) {
  constexpr size_t kFewest = 5;
  return value.is_structured() && value.size() >= kFewest && IsPoint(value.front()) &&
         std::all_of(value.begin(), value.end(), IsPoint);
}

class Reader {
 public:
  explicit Reader(const std::string& what) : what_(what) {}

  void AddFrame(const json& frame, int64_t number, int depth = 0) {
    constexpr int kDeepest = 4;
    if (IsPerson(frame)) {
      AddPerson(frame, number);
    } else if (const json* people = PeopleInDocument(frame);
               people != nullptr && depth < kDeepest) {
      AddFrame(*people, number, depth + 1);
    } else if (frame.is_array() && depth < kDeepest) {
      for (const json& person : frame) AddFrame(person, number, depth + 1);
    } else if (!frame.is_null() && !(frame.is_structured() && frame.empty())) {
      Fail("{}: frame {}: expected people's points, found {}", what_, number, Describe(frame));
    }
  }

  Detections detections{.format = "landmarks"};

 private:
  // A list's third number is z where there is a fourth or the points are MediaPipe's.
  Keypoint ReadPoint(const json& point, size_t point_count) const {
    if (point.is_array()) {
      double score = 1;
      if (point.size() >= 4) {
        score = NumberOf(point[3]);
      } else if (point.size() == 3 && point_count != kMediaPipePoints) {
        score = NumberOf(point[2]);
      }
      return UsablePoint(NumberOf(point[0]), NumberOf(point[1]), score);
    }
    const json* score = AnyMember(point, {"visibility", "score", "confidence", "likelihood"});
    return UsablePoint(NumberOf(point["x"]), NumberOf(point["y"]),
                       score == nullptr ? 1 : NumberOf(*score));
  }

  void AddPerson(const json& person, int64_t frame) {
    Detection detection{.frame = frame, .points = {}};
    std::vector<std::string>& names = detections.joint_names;
    if (person.is_array()) {
      for (const json& point : person) {
        detection.points.push_back(ReadPoint(point, person.size()));
        const json* name = Member(point, "name");
        if (detections.found.empty() && name != nullptr && name->is_string()) {
          names.push_back(name->get<std::string>());
        }
      }
    } else {
      if (detections.found.empty()) {
        for (const auto& [name, unused] : person.items()) names.push_back(name);
      }
      // By name, as a frame may lack some.
      for (const std::string& name : names) {
        const json* point = Member(person, name);
        detection.points.push_back(point == nullptr ? Keypoint{}
                                                    : ReadPoint(*point, person.size()));
      }
    }
    detections.found.push_back(std::move(detection));
  }

  const std::string& what_;
};

// Whether there is a person in one of the first frames as parsed.
bool LooksLikeFrame(const json& frame, int depth = 0) {
  constexpr int kDeepest = 4;
  if (IsPerson(frame)) return true;
  if (depth == kDeepest) return false;
  if (const json* people = PeopleInDocument(frame)) return LooksLikeFrame(*people, depth + 1);
  return frame.is_array() && !frame.empty() && LooksLikeFrame(frame.front(), depth + 1);
}

}  // namespace

MaybeDetections ReadMediaPipe(const json& root, const std::string& what) {
  const json* frames = FramesOf(root);
  if (frames == nullptr) frames = &root;
  Reader reader(what);
  if (IsPerson(*frames) || PeopleInDocument(*frames) != nullptr) {
    if (!LooksLikeFrame(*frames)) return std::nullopt;
    reader.AddFrame(*frames, 0);
    reader.detections.frame_count = 1;
  } else {
    if (!frames->is_array() || std::none_of(frames->begin(), frames->end(), [](const json& frame) {
          return LooksLikeFrame(frame);
        })) {
      return std::nullopt;
    }
    int64_t next = 0;
    for (const json& frame : *frames) {
      const auto number = WholeNumberOf(
          AnyMember(frame, {"frame", "frame_id", "frame_number", "frame_index", "frameIndex"}));
      if (number && *number >= next) {
        next = *number;
        reader.detections.numbering = FrameNumbering::kFrames;
      }
      if (!reader.detections.first_frame) reader.detections.first_frame = next;
      reader.AddFrame(frame, next++);
    }
    reader.detections.frame_count = next - reader.detections.first_frame.value_or(0);
  }
  if (reader.detections.found.empty()) return std::nullopt;
  const bool is_mediapipe = reader.detections.found[0].points.size() == kMediaPipePoints;
  reader.detections.format = is_mediapipe ? "MediaPipe landmarks" : "points by frame (MoveNet)";
  if (const json* fps = Member(root, "fps")) reader.detections.fps = NumberOf(*fps);
  if (!std::isfinite(reader.detections.fps)) reader.detections.fps = 0;
  for (const auto& [key, size_px] : {std::pair("width", &reader.detections.width_px),
                                     std::pair("height", &reader.detections.height_px)}) {
    const int64_t size = WholeNumberOf(Member(root, key)).value_or(0);
    if (size > 0 && size <= 1 << 20) *size_px = size;
  }
  return std::move(reader.detections);
}

}  // namespace videopose::internal
