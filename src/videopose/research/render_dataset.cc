// SPDX-License-Identifier: Apache-2.0

#include "videopose/research/render_dataset.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "videopose/base/error.h"
#include "videopose/media.h"
#include "videopose/pose/default_fps.h"
#include "videopose/render.h"
#include "videopose/render/frame_rate.h"
#include "videopose/render/render_clip.h"

namespace videopose::internal {
namespace {

constexpr double kNoticeableStretch = 0.02;

// Which groups there are, before it is known how long the video is.
FrameGroups GroupsOf(const DatasetClip& clip, const RenderDatasetOptions& options) {
  const int64_t frames = clip.poses.dim(0);
  const std::string what = fmt::format("{} {}, camera {}", clip.sequence.subject,
                                       clip.sequence.action, clip.sequence.camera);
  if (frames <= options.skip_frames) {
    Fail("{}: has keypoints for {} frames; skipping {} leaves nothing to render", what, frames,
         options.skip_frames);
  }
  int64_t count = (frames - options.skip_frames) / options.downsample;
  if (options.limit_frames) count = std::min(count, *options.limit_frames);
  if (count == 0) {
    Fail("{}: there are {} frames to render, fewer than the {} that become one", what,
         frames - options.skip_frames, options.downsample);
  }
  return {.begin = options.skip_frames, .count = count, .downsample = options.downsample};
}

// The means of groups of frames, from the first group on.
class GroupReader {
 public:
  GroupReader(VideoReader& reader, const FrameGroups& frames) : reader_(reader), frames_(frames) {
    for (int64_t i = 0; i < frames.begin && reader_.Read(frame_); ++i) continue;
  }

  // False after the last whole group.
  bool Read(Image& mean) {
    if (frames_.downsample == 1) return reader_.Read(mean);
    for (int i = 0; i < frames_.downsample; ++i) {
      if (!reader_.Read(frame_)) return false;
      sums_.resize(frame_.bgrx.size());
      for (size_t k = 0; k < sums_.size(); ++k) {
        sums_[k] = frame_.bgrx[k] + (i == 0 ? 0U : sums_[k]);
      }
    }
    if (mean.width_px != frame_.width_px || mean.height_px != frame_.height_px) {
      mean = Image(frame_.width_px, frame_.height_px);
    }
    const auto count = static_cast<uint32_t>(frames_.downsample);
    for (size_t k = 0; k < sums_.size(); ++k) {
      mean.bgrx[k] = static_cast<uint8_t>((sums_[k] + count / 2) / count);
    }
    return true;
  }

 private:
  VideoReader& reader_;
  const FrameGroups& frames_;
  Image frame_;
  std::vector<uint32_t> sums_;
};

std::optional<VideoReader> OpenVideo(const RenderDatasetOptions& options,
                                     const FrameGroups& frames) {
  if (options.video.empty()) return std::nullopt;
  return VideoReader(options.video, {.max_frames = frames.begin + frames.count * frames.downsample,
                                     .scale_to_height_px = options.height_px});
}

FrameRate RateOf(const Dataset& dataset, const std::optional<VideoReader>& video, int downsample) {
  FrameRate rate = FrameRateOf(FpsOrDefault(dataset.keypoints().fps));
  if (dataset.fps() > 0) {
    rate = FrameRateOf(dataset.fps());
  } else if (video) {
    rate = video->info().frame_rate;
  }
  rate.denominator *= downsample;
  return rate;
}

// Of the image the keypoints are drawn over. They are scaled with it, so that a copy of
// the video in another size serves as well.
void FitToVideo(const VideoInfo& video, const std::filesystem::path& path, DrawnDatasetClip& drawn,
                std::vector<std::string>& warnings) {
  const KeypointSequence& keypoints = drawn.keypoints;
  const double stretch = static_cast<double>(video.width_px) * keypoints.height_px /
                         (static_cast<double>(video.height_px) * keypoints.width_px);
  drawn.reconstruction.width_px = video.width_px;
  drawn.reconstruction.height_px = video.height_px;
  if (std::abs(stretch - 1) < kNoticeableStretch) return;
  warnings.push_back(fmt::format(
      "{}: the video is {} x {} pixels, the keypoints are of one with {} x {}; they are stretched "
      "over it",
      path.string(), video.width_px, video.height_px, keypoints.width_px, keypoints.height_px));
}

RenderOptions PanelsFor(const RenderDatasetOptions& options, const DrawnDatasetClip& drawn) {
  RenderOptions render{.height_px = options.height_px, .panel_titles = true};
  if (options.ground_truth && drawn.truth) render.panels.push_back(PanelKind::kTruth);
  return render;
}

}  // namespace

RenderDatasetResult RenderDataset(const Dataset& dataset, const DatasetClip& clip,
                                  const RenderDatasetOptions& options) {
  const FrameGroups frames = GroupsOf(clip, options);
  std::optional<VideoReader> video = OpenVideo(options, frames);
  const FrameRate rate = RateOf(dataset, video, options.downsample);
  DrawnDatasetClip drawn = DrawnClipOf(dataset, clip, frames, rate.per_second());
  RenderDatasetResult result;
  if (video) FitToVideo(video->info(), options.video, drawn, result.warnings);
  const RenderOptions render = PanelsFor(options, drawn);
  const VideoRenderer renderer(drawn.reconstruction, &drawn.keypoints, render,
                               drawn.truth ? &*drawn.truth : nullptr);
  VideoWriter writer(options.output, {.width_px = renderer.width_px(),
                                      .height_px = renderer.height_px(),
                                      .frame_rate = rate,
                                      .bitrate_kbps = options.bitrate_kbps});

  std::optional<GroupReader> groups;
  if (video) groups.emplace(*video, frames);
  int64_t read = 0;
  const auto next = [&](ClipInput& input) {
    input.index = input.t = read++;
    return input.t < frames.count && (!groups || groups->Read(input.image));
  };
  result.frame_count = RenderClip(renderer, next, frames.count, options.monitor, writer);
  if (result.frame_count == 0) {
    Fail("{}: ends before frame {}, the last of the first group to be rendered",
         options.video.string(), frames.begin + frames.downsample);
  }
  writer.Close();
  if (video && !video->decode_warnings().empty()) {
    result.warnings.push_back(video->decode_warnings());
  }
  return result;
}

DrawnDatasetClip DrawnClip(const Dataset& dataset, const DatasetClip& clip,
                           const RenderDatasetOptions& options) {
  const FrameGroups frames = GroupsOf(clip, options);
  const std::optional<VideoReader> video = OpenVideo(options, frames);
  return DrawnClipOf(dataset, clip, frames, RateOf(dataset, video, options.downsample).per_second(),
                     CameraOf(dataset, clip));
}

}  // namespace videopose::internal
