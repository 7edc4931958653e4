// SPDX-License-Identifier: Apache-2.0

#include "videopose/motion_files/bvh.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/base/read_file.h"
#include "videopose/geometry/angle.h"
#include "videopose/motion_files/axis_turn.h"

namespace videopose::internal {
namespace {

constexpr int64_t kMaxFrames = 100'000'000;
constexpr size_t kMaxJoints = 10'000, kMaxDepth = 1'000;
// Whatever the unit, no person is so far away; sums and products of such numbers stay finite.
constexpr double kMaxNumber = 1e12;

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

// The file's words, with the line each stands in. Exporters differ in case, line ends and white
// space, also around colons and opening braces.
class Words {
 public:
  explicit Words(const std::filesystem::path& path) : path_(path) {
    text_ = ReadFile(path);
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;  // UTF-8's byte order mark
  }

  // Up to white space or past a colon; empty at the end.
  std::string_view Next() {
    while (at_ < text_.size() && IsSpace(text_[at_])) Advance();
    const size_t begin = at_;
    while (at_ < text_.size() && !IsSpace(text_[at_])) {
      Advance();
      if (text_[at_ - 1] == ':') break;
    }
    return std::string_view(text_).substr(begin, at_ - begin);
  }
  // What is left of this line up to a brace: names may hold spaces and colons.
  std::string Name() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    const size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != '\r' && text_[at_] != '{') {
      ++at_;
    }
    size_t end = at_;
    while (end > begin && IsSpace(text_[end - 1])) --end;
    if (end == begin) FailHere("expected the name of a joint");
    return text_.substr(begin, end - begin);
  }
  void Expect(std::string_view word) {
    const std::string_view found = Next();
    if (!EqualIgnoringCase(found, word)) {
      FailHere(fmt::format("expected {}, found {}", word, Quoted(found)));
    }
  }
  double Number() {
    std::string_view word = Next();
    if (word.starts_with('+')) word.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size() ||
        !(std::abs(value) <= kMaxNumber)) {
      FailHere(fmt::format("expected a number, found {}", Quoted(word)));
    }
    return value;
  }
  int64_t Count(int64_t most) {
    const double value = Number();
    if (!(value >= 0 && value <= static_cast<double>(most)) || value != std::floor(value)) {
      FailHere(fmt::format("expected a count up to {}, found {}", most, value));
    }
    return static_cast<int64_t>(value);
  }
  size_t BytesLeft() const { return text_.size() - at_; }

  static std::string Quoted(std::string_view word) {
    return word.empty() ? "the end of the file" : fmt::format("'{:.40}'", word);
  }
  [[noreturn]] void FailHere(const std::string& what) const {
    Fail("{}: line {}: {}; is it a complete BVH file?", path_.string(), line_, what);
  }

 private:
  static bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
  void Advance() {
    if (text_[at_] == '\n') ++line_;
    ++at_;
  }

  std::filesystem::path path_;
  std::string text_;
  size_t at_ = 0;
  int64_t line_ = 1;
};

BvhChannel ReadChannel(Words& words) {
  static constexpr std::array<std::string_view, 6> kNames = {"Xposition", "Yposition", "Zposition",
                                                             "Xrotation", "Yrotation", "Zrotation"};
  const std::string_view word = words.Next();
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (EqualIgnoringCase(word, kNames[i])) return static_cast<BvhChannel>(i);
  }
  words.FailHere(fmt::format("expected a channel, found {}", Words::Quoted(word)));
}

void ReadJoint(Words& words, std::string name, int parent, bool is_end_site, size_t depth,
               BvhClip& clip) {
  if (depth > kMaxDepth || clip.joints.size() >= kMaxJoints) {
    words.FailHere("more joints than any skeleton has");
  }
  const int index = clip.joints.size();
  BvhJoint joint{.name = std::move(name), .parent = parent, .first_channel = clip.channel_count};
  words.Expect("{");
  words.Expect("OFFSET");
  for (double& value : joint.offset) value = words.Number();
  if (!is_end_site) {
    words.Expect("CHANNELS");
    const int64_t count = words.Count(6);
    for (int64_t i = 0; i < count; ++i) joint.channels.push_back(ReadChannel(words));
    clip.channel_count += count;
  }
  clip.joints.push_back(std::move(joint));
  for (;;) {
    const std::string_view word = words.Next();
    if (word == "}") return;
    if (EqualIgnoringCase(word, "JOINT") && !is_end_site) {
      ReadJoint(words, words.Name(), index, false, depth + 1, clip);
    } else if (EqualIgnoringCase(word, "End") && !is_end_site) {
      words.Expect("Site");
      ReadJoint(words, clip.joints[index].name + "_end", index, true, depth + 1, clip);
    } else {
      words.FailHere(fmt::format("expected JOINT, End Site or }}, found {}", Words::Quoted(word)));
    }
  }
}

}  // namespace

int BvhClip::IndexOf(std::string_view joint_name) const {
  for (size_t j = 0; j < joints.size(); ++j) {
    if (joints[j].name == joint_name) return static_cast<int>(j);
  }
  return -1;
}

BvhClip ReadBvh(const std::filesystem::path& path) try {
  Words words(path);
  BvhClip clip;
  words.Expect("HIERARCHY");
  words.Expect("ROOT");
  ReadJoint(words, words.Name(), -1, false, 0, clip);
  words.Expect("MOTION");
  words.Expect("Frames:");
  clip.frame_count = words.Count(kMaxFrames);
  words.Expect("Frame");
  words.Expect("Time:");
  clip.frame_time_s = words.Number();
  if (!(clip.frame_time_s > 0 && clip.frame_time_s < 1000)) {
    words.FailHere(fmt::format("a frame time of {} s", clip.frame_time_s));
  }
  if (clip.channel_count == 0) words.FailHere("the skeleton has no channels");
  // A number takes at least two characters, so do not allocate for more than the file can hold.
  const auto count =
      static_cast<size_t>(clip.frame_count) * static_cast<size_t>(clip.channel_count);
  if (count > words.BytesLeft() / 2 + 1) {
    words.FailHere(fmt::format("{} frames of {} values are announced, the file ends before",
                               clip.frame_count, clip.channel_count));
  }
  clip.values.resize(count);
  for (float& value : clip.values) value = words.Number();
  if (!words.Next().empty()) {
    words.FailHere(fmt::format("more than the {} frames that are announced", clip.frame_count));
  }
  return clip;
} catch (Error& error) {
  RethrowFromReading(path, error);
}

std::vector<Rigid3d> PlaceJoints(const BvhClip& clip, int64_t frame) {
  VP_CHECK(frame >= 0 && frame < clip.frame_count, "frame {} of {}", frame, clip.frame_count);
  const float* values = clip.values.data() + frame * clip.channel_count;
  std::vector<Rigid3d> file_from_joint;
  for (const BvhJoint& joint : clip.joints) {
    std::array<double, 3> translation = joint.offset;
    Quaternion rotation;
    bool has_position = false;
    for (size_t c = 0; c < joint.channels.size(); ++c) {
      const double value = values[joint.first_channel + static_cast<int>(c)];
      const auto channel = static_cast<int>(joint.channels[c]);
      if (channel < 3) {
        // Positions take the offset's place: what all exporters mean, whatever the root's offset.
        if (!has_position) translation = {0, 0, 0};
        has_position = true;
        translation[channel] = value;
      } else {
        rotation =
            rotation * AboutAxis(static_cast<size_t>(channel - 3), RadiansFromDegrees(value));
      }
    }
    const Rigid3d parent_from_joint = {rotation, {translation[0], translation[1], translation[2]}};
    file_from_joint.push_back(joint.parent < 0 ? parent_from_joint
                                               : file_from_joint[joint.parent] * parent_from_joint);
  }
  return file_from_joint;
}

}  // namespace videopose::internal
