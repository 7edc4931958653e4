// SPDX-License-Identifier: Apache-2.0

#include "videopose/live/json_line.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

namespace videopose::internal {
namespace {

using Buffer = fmt::memory_buffer;

// JSON has no NaN.
void Append(Buffer& out, double value, int digits) {
  if (std::isfinite(value)) {
    fmt::format_to(std::back_inserter(out), "{:.{}f}", value, digits);
  } else {
    out.append(std::string_view("null"));
  }
}

void Append(Buffer& out, const Vec3f& point) {
  out.push_back('[');
  Append(out, point.x, 4);
  out.push_back(',');
  Append(out, point.y, 4);
  out.push_back(',');
  Append(out, point.z, 4);
  out.push_back(']');
}

void Append(Buffer& out, const Keypoint& point) {
  out.push_back('[');
  Append(out, point.x_px, 1);
  out.push_back(',');
  Append(out, point.y_px, 1);
  out.push_back(',');
  Append(out, point.score, 2);
  out.push_back(']');
}

void AppendRotation(Buffer& out, std::string_view name, const Quaternion& q) {
  fmt::format_to(std::back_inserter(out), "\"{}\":[{:.6f},{:.6f},{:.6f},{:.6f}],", name, q.w, q.x,
                 q.y, q.z);
}

// Nothing of a camera that stands still.
void AppendCamera(Buffer& out, const PeopleInFrame& people) {
  if (people.begins_scene) out.append(std::string_view("\"begins_scene\":true,"));
  if (people.view) {
    AppendRotation(out, "view_rotation", people.view->first_from_cam);
    fmt::format_to(std::back_inserter(out), "\"view_zoom\":{:.4f},", people.view->zoom);
  }
  if (!people.camera) return;
  const auto& [rotation, position] = people.camera->world_from_cam;
  AppendRotation(out, "camera_rotation", rotation);
  fmt::format_to(std::back_inserter(out),
                 "\"camera_position\":[{:.4f},{:.4f},{:.4f}],\"focal_px\":{:.2f},", position.x,
                 position.y, position.z, MeanFocalPx(people.camera->lens));
}

template <typename Points>
void AppendAll(Buffer& out, std::string_view name, const Points& points) {
  fmt::format_to(std::back_inserter(out), ",\"{}\":[", name);
  for (size_t i = 0; i < points.size(); ++i) {
    if (i > 0) out.push_back(',');
    Append(out, points[i]);
  }
  out.push_back(']');
}

}  // namespace

std::string JsonLine(const Frame& frame, const PeopleInFrame& people, double delay_ms) {
  Buffer out;
  fmt::format_to(std::back_inserter(out),
                 R"({{"frame":{},"time_s":{:.4f},"delay_ms":{:.1f},"dropped":{},)"
                 R"("width_px":{},"height_px":{},"grounding":"{}",)",
                 frame.index, frame.time_s, delay_ms, frame.dropped_before,
                 frame.image ? frame.image->width_px : 0, frame.image ? frame.image->height_px : 0,
                 NameOf(people.grounding));
  AppendCamera(out, people);
  out.append(std::string_view("\"people\":["));
  const char* separator = "";
  for (const Person& person : people.people) {
    fmt::format_to(std::back_inserter(out), "{}{{\"id\":{}", separator, person.id);
    separator = ",";
    AppendAll(out, "keypoints", person.keypoints);
    if (!person.joints_in_cam.empty()) AppendAll(out, "joints", person.joints_in_cam);
    if (person.root_in_cam) {
      out.append(std::string_view(",\"root\":"));
      Append(out, *person.root_in_cam);
    }
    if (!person.joints_in_world.empty()) AppendAll(out, "world", person.joints_in_world);
    out.push_back('}');
  }
  out.append(std::string_view("]}"));
  return fmt::to_string(out);
}

}  // namespace videopose::internal
