// One person's values over time: T frames of J joints, row-major. The track knows both numbers, so
// that no caller has to carry them along.

#ifndef VIDEOPOSE_POSE_JOINT_TRACK_H_
#define VIDEOPOSE_POSE_JOINT_TRACK_H_

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "videopose/base/check.h"

namespace videopose {

template <typename T>
class JointTrack {
 public:
  JointTrack() = default;
  JointTrack(int64_t frame_count, int joint_count, const T& value = {})
      : joint_count_(joint_count), values_(Count(frame_count, joint_count), value) {}
  // `values`: T * J.
  JointTrack(std::vector<T> values, int joint_count)
      : joint_count_(joint_count), values_(std::move(values)) {
    VP_CHECK(joint_count > 0 && std::ssize(values_) % joint_count == 0, "{} values of {} joints",
             values_.size(), joint_count);
  }

  int64_t frame_count() const { return joint_count_ == 0 ? 0 : std::ssize(values_) / joint_count_; }
  int joint_count() const { return joint_count_; }
  bool empty() const { return values_.empty(); }

  std::span<T> frame(int64_t t) { return {values_.data() + t * joint_count_, Joints()}; }
  std::span<const T> frame(int64_t t) const {
    return {values_.data() + t * joint_count_, Joints()};
  }
  T& at(int64_t t, int64_t joint) { return *(values_.data() + t * joint_count_ + joint); }
  const T& at(int64_t t, int64_t joint) const {
    return *(values_.data() + t * joint_count_ + joint);
  }

  // Longer by frames of `value`, or shorter.
  void ResizeFrames(int64_t frame_count, const T& value = {}) {
    values_.resize(Count(frame_count, joint_count_), value);
  }
  // Another frame of J values; the first one of an empty track says what J is.
  void Append(std::span<const T> frame) {
    if (values_.empty()) joint_count_ = static_cast<int>(frame.size());
    VP_CHECK(frame.size() == Joints(), "{} joints after {}", frame.size(), joint_count_);
    values_.insert(values_.end(), frame.begin(), frame.end());
  }
  void EraseFrames(int64_t begin, int64_t end) {
    values_.erase(values_.begin() + begin * joint_count_, values_.begin() + end * joint_count_);
  }
  void Fill(const T& value) { values_.assign(values_.size(), value); }

  // All values, frame after frame.
  std::span<T> values() { return values_; }
  std::span<const T> values() const { return values_; }
  size_t size() const { return values_.size(); }
  T* data() { return values_.data(); }
  const T* data() const { return values_.data(); }
  auto begin() { return values_.begin(); }
  auto end() { return values_.end(); }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }
  T& operator[](size_t i) { return values_[i]; }
  const T& operator[](size_t i) const { return values_[i]; }

  bool operator==(const JointTrack&) const = default;

 private:
  size_t Joints() const { return static_cast<size_t>(joint_count_); }
  static size_t Count(int64_t frame_count, int joint_count) {
    return static_cast<size_t>(frame_count) * static_cast<size_t>(joint_count);
  }

  int joint_count_ = 0;
  std::vector<T> values_;
};

}  // namespace videopose

#endif  // VIDEOPOSE_POSE_JOINT_TRACK_H_
