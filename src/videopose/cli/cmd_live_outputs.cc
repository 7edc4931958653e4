// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/cmd_live_outputs.h"

#include <cmath>
#include <cstdio>

#include "videopose/cli/standard_output.h"
#include "videopose/live/json_line.h"
#include "videopose/live/osc.h"
#include "videopose/media/frame_rate.h"
#include "videopose/media/media_formats.h"
#include "videopose/refine/limb_ends.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

bool IsVideo(const fs::path& path) {
  const MediaFormat* format = FindMediaFormat(path);
  return format != nullptr && format->is_moving() && format->is_written;
}

}  // namespace

LiveOutputs::LiveOutputs(const LiveOutputOptions& options, const std::string& source,
                         const LiveSourceInfo& info, bool drops)
    : prints_json_(options.json || (options.files.empty() && options.udp.empty() &&
                                    options.osc.empty() && !options.serve_port)),
      hands_and_feet_(options.hands_and_feet) {
  if (!options.udp.empty()) udp_.emplace(options.udp);
  if (!options.osc.empty()) osc_.emplace(options.osc);
  for (const fs::path& path : options.files) {
    if (!IsVideo(path)) exports_.poses.push_back(path);
  }
  CheckExports(exports_, source);
  for (const fs::path& path : options.files) {
    if (!IsVideo(path)) continue;
    const FrameRate rate{std::llround(info.fps * 1000), 1000};
    videos_.emplace_back(path, std::make_unique<LiveVideo>(
                                   path, LiveVideoOptions{.render = options.render,
                                                          .frame_rate = rate,
                                                          .are_several = options.are_several,
                                                          .hands_and_feet = options.hands_and_feet,
                                                          .drops = drops}));
  }
  if (!exports_.poses.empty()) clip_.emplace(ClipInfo{info.fps, info.width_px, info.height_px});
  if (options.serve_port) {
    server_.emplace(LiveServerOptions{.address = options.bind,
                                      .port = *options.serve_port,
                                      .host_names = options.host_names,
                                      .token = options.token});
  }
}

void LiveOutputs::PrintJson(const std::string& line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  if (FlushStandardOutput() == 0) return;
  prints_json_ = false;
  is_pointless_ = !udp_ && !osc_ && !server_ && videos_.empty() && !clip_;
}

void LiveOutputs::Take(const Frame& frame, const PeopleInFrame& people) {
  const double delay_ms = MillisecondsSince(frame.arrived);
  delays_.Add(delay_ms);
  if (prints_json_ || udp_ || server_) {
    const std::string line = JsonLine(frame, people, delay_ms);
    if (prints_json_) PrintJson(line);
    if (udp_) udp_->Send(line);
    if (server_) server_->Publish(frame.index, frame.image, line);
  }
  if (osc_) {
    for (const std::string& packet : OscPackets(people)) osc_->Send(packet);
  }
  if (clip_) clip_->Add(people);
  for (const auto& [path, video] : videos_) video->Add(frame, people);
}

std::vector<fs::path> LiveOutputs::Close(const GroundOptions& ground) {
  server_.reset();
  std::vector<fs::path> files;
  if (delays_.count() == 0) return files;
  for (const auto& [path, video] : videos_) {
    video->Close();
    files.push_back(path);
  }
  if (clip_) {
    Motion motion = clip_->TakeMotion();
    KeypointSequence keypoints = clip_->TakeKeypoints();
    if (!keypoints.camera.views.empty()) {
      keypoints.camera.focal_px =
          MeanFocalPx(LensFor(ground, keypoints.width_px, keypoints.height_px));
    }
    GroundMotion(keypoints, ground, motion);
    if (hands_and_feet_ && HasHandsAndFeet(keypoints)) {
      motion = WithHandsAndFeet(motion, keypoints);
    }
    const std::vector<fs::path> written = WriteExports(exports_, motion, &keypoints);
    files.insert(files.end(), written.begin(), written.end());
  }
  return files;
}

}  // namespace videopose::internal
