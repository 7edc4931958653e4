// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/window_sampler.h"

#include <algorithm>
#include <array>
#include <utility>

#include "videopose/base/check.h"
#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

// Frames [first, first + count) of x (T, ...), the edge repeated, to `out`.
template <typename CopyFrame>
void ForEachFrame(const Tensor& x, int64_t first, int64_t count, const CopyFrame& copy) {
  const int64_t frames = x.dim(0), size = x.size() / frames;
  for (int64_t t = 0; t < count; ++t) {
    copy(x.data() + std::clamp<int64_t>(first + t, 0, frames - 1) * size, size, t);
  }
}

std::array<float, 9> Values(const ScreenIntrinsics& k) {
  return {k.fx, k.fy, k.cx, k.cy, k.k1, k.k2, k.k3, k.p1, k.p2};
}

}  // namespace

WindowSampler::Mirror WindowSampler::MirrorOf(std::span<const int> mirrored, int64_t coordinates) {
  Mirror mirror;
  for (const int joint : mirrored) {
    for (int64_t i = 0; i < coordinates; ++i) {
      mirror.source.push_back(static_cast<int32_t>(joint * coordinates + i));
      mirror.sign.push_back(i == 0 ? -1.0F : 1.0F);
    }
  }
  return mirror;
}

WindowSampler::WindowSampler(std::span<const Sequence> sequences, JointSymmetry symmetry,
                             const WindowSamplerOptions& options)
    : sequences_(sequences),
      options_(options),
      random_(options.random),
      before_epoch_(options.random.state()) {
  const int64_t stride = options.stride;
  VP_CHECK(stride >= 1 && options.batch_size >= stride && options.pad >= 0,
           "batches of {}, stride {}, pad {}", options.batch_size, stride, options.pad);
  VP_CHECK(!sequences.empty(), "nothing to learn from");
  const int64_t features = sequences[0].keypoints.shape.back();
  keypoint_mirror_ = MirrorOf(symmetry.keypoints, features);
  pose_mirror_ = MirrorOf(symmetry.joints, 3);
  root_mirror_ = MirrorOf(std::array{0}, 3);
  for (size_t s = 0; s < sequences.size(); ++s) {
    VP_CHECK(sequences[s].has_poses() == sequences[0].has_poses() &&
                 sequences[s].intrinsics.has_value() == sequences[0].intrinsics.has_value(),
             "sequences with and without ground truth or cameras");
    const int64_t frames = sequences[s].frame_count();
    const int64_t chunks = (frames + stride - 1) / stride;
    const int64_t first = -((chunks * stride - frames) / 2);
    for (int32_t mirrored = 0; mirrored < (options.mirror ? 2 : 1); ++mirrored) {
      for (int64_t i = 0; i < chunks; ++i) {
        windows_.push_back({static_cast<int32_t>(s), mirrored, first + i * stride});
      }
    }
  }
  VP_CHECK(!windows_.empty(), "sequences without frames");
  shuffled_.resize(windows_.size());
}

int64_t WindowSampler::batches_per_epoch() const {
  const int64_t per_batch = options_.batch_size / options_.stride;
  return (windows_per_epoch() + per_batch - 1) / per_batch;
}

void WindowSampler::StartEpoch() {
  before_epoch_ = random_.state();
  const std::vector<int64_t> order = random_.Permutation(windows_per_epoch());
  for (size_t i = 0; i < order.size(); ++i) shuffled_[i] = windows_[static_cast<size_t>(order[i])];
}

std::span<const WindowSampler::Window> WindowSampler::Next() {
  if (next_batch_ == batches_per_epoch()) {
    next_batch_ = 0;
    return {};
  }
  if (next_batch_ == 0) StartEpoch();
  const auto per_batch = static_cast<size_t>(options_.batch_size / options_.stride);
  const size_t begin = static_cast<size_t>(next_batch_++) * per_batch;
  return std::span(shuffled_).subspan(begin, std::min(per_batch, shuffled_.size() - begin));
}

std::span<const WindowSampler::Window> WindowSampler::NextEndless() {
  const std::span<const Window> windows = Next();
  return windows.empty() ? Next() : windows;
}

void WindowSampler::SetPosition(const Position& position) {
  if (position.next_batch < 0 || position.next_batch > batches_per_epoch()) {
    Fail(ErrorCode::kMismatch,
         "the checkpoint was written at batch {} of an epoch, but the data make {} batches: they "
         "are not those it was trained on",
         position.next_batch, batches_per_epoch());
  }
  if (position.next_batch > 0) {
    random_ = RandomState(position.random_before_epoch);
    StartEpoch();
  }
  random_ = RandomState(position.random);
  next_batch_ = position.next_batch;
}

void WindowSampler::Fill(std::span<const Window> windows, WindowBatch& batch) const {
  const Sequence& any = sequences_[0];
  const auto count = static_cast<int64_t>(windows.size());
  const auto resize = [&](std::vector<float>& values, bool wanted, int64_t per_window) {
    values.resize(wanted ? static_cast<size_t>(count * per_window) : 0);
  };
  const auto keypoint_size = static_cast<int64_t>(keypoint_mirror_.source.size());
  const auto pose_size = static_cast<int64_t>(pose_mirror_.source.size());
  batch.windows = count;
  resize(batch.keypoints, true, window_frames() * keypoint_size);
  resize(batch.poses, any.has_poses(), options_.stride * pose_size);
  resize(batch.roots, any.has_poses(), options_.stride * 3);
  resize(batch.intrinsics, any.intrinsics.has_value(), 9);

  for (int64_t w = 0; w < count; ++w) {
    const Window& window = windows[static_cast<size_t>(w)];
    const Sequence& sequence = sequences_[static_cast<size_t>(window.sequence)];
    const auto copy = [&](const Tensor& x, const Mirror& mirror, int64_t first, int64_t frames,
                          float* out) {
      ForEachFrame(x, first, frames, [&](const float* from, int64_t size, int64_t t) {
        VP_CHECK(size == static_cast<int64_t>(mirror.source.size()), "frames of {} values, not {}",
                 size, mirror.source.size());
        float* to = out + t * size;
        if (window.mirrored == 0) {
          std::copy_n(from, size, to);
          return;
        }
        for (int64_t i = 0; i < size; ++i) {
          const auto at = static_cast<size_t>(i);
          to[i] = mirror.sign[at] * from[mirror.source[at]];
        }
      });
    };
    copy(sequence.keypoints, keypoint_mirror_,
         window.first_frame - options_.pad - options_.causal_shift, window_frames(),
         batch.keypoints.data() + w * window_frames() * keypoint_size);
    if (any.has_poses()) {
      copy(sequence.poses, pose_mirror_, window.first_frame, options_.stride,
           batch.poses.data() + w * options_.stride * pose_size);
      copy(sequence.roots, root_mirror_, window.first_frame, options_.stride,
           batch.roots.data() + w * options_.stride * 3);
    }
    if (any.intrinsics) {
      const ScreenIntrinsics& camera = *sequence.intrinsics;
      const auto values = Values(window.mirrored != 0 ? Mirrored(camera) : camera);
      std::copy(values.begin(), values.end(), batch.intrinsics.begin() + w * 9);
    }
  }
}

}  // namespace videopose::internal
