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
                 R"("width_px":{},"height_px":{},"grounding":"{}","people":[)",
                 frame.index, frame.time_s, delay_ms, frame.dropped_before,
                 frame.image ? frame.image->width_px : 0, frame.image ? frame.image->height_px : 0,
                 NameOf(people.grounding));
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
