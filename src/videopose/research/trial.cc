// SPDX-License-Identifier: Apache-2.0

#include "videopose/research/trial.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <span>
#include <utility>

#include "videopose/base/error.h"
#include "videopose/base/extension.h"
#include "videopose/config/config_file.h"
#include "videopose/config/options_file.h"
#include "videopose/import/joint_layouts.h"
#include "videopose/media/media_formats.h"
#include "videopose/motion_files/c3d.h"
#include "videopose/motion_files/trc.h"
#include "videopose/pose/h36m17.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;
using Map = std::vector<std::pair<std::string, std::vector<std::string>>>;

constexpr const char* kTableName = "trial.yaml";
constexpr std::array<std::string_view, 2> kTruths = {".trc", ".c3d"};
constexpr std::array<std::string_view, 4> kCalibrations = {".toml", ".yaml", ".yml", ".xml"};

// What trial.yaml says.
struct TrialTable {
  std::string folder, truth, calibration_units = "m", axes;
  std::vector<std::string> calibration;
  double delay = 0;
  Map videos, joints;
};

Map ReadMap(const ConfigNode& node, const std::string& file) {
  if (node.kind != ConfigNode::Kind::kMap) {
    Fail("{}: line {}: expected {} as a map", file, node.line, node.key);
  }
  Map map;
  for (const ConfigNode& item : node.items) {
    std::vector<std::string> values;
    ReadValue(item, values);
    map.emplace_back(item.key, std::move(values));
  }
  return map;
}

TrialTable ReadTable(const fs::path& path) {
  const std::string file = path.string();
  TrialTable table;
  OptionTable rows;
  rows.Add("folder", table.folder, "");
  rows.Add("truth", table.truth, "");
  rows.Add("calibration", table.calibration, "");
  rows.Add("calibration_units", table.calibration_units, "");
  rows.Add("axes", table.axes, "");
  rows.Add("delay", table.delay, "");
  for (const ConfigNode& item : ParseConfig(ReadConfigFile(file), file).items) {
    try {
      if (item.key == "videos") {
        table.videos = ReadMap(item, file);
      } else if (item.key == "joints") {
        table.joints = ReadMap(item, file);
      } else {
        rows.Get(item.key).Set(item);
      }
    } catch (const OptionError& error) {
      Fail("{}: line {}: {}", file, item.line, error.what());
    }
  }
  return table;
}

// Files of the folder itself, sorted.
std::vector<fs::path> FilesIn(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().filename().string().starts_with(".")) continue;
    if (entry->is_regular_file(error)) files.push_back(entry->path());
  }
  if (error) {
    Fail(ErrorCode::kFileNotFound, "{}: cannot read this folder: {}", folder.string(),
         error.message());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> NamesOf(const std::vector<fs::path>& paths) {
  std::vector<std::string> names;
  for (const fs::path& path : paths) names.push_back(path.filename().string());
  return names;
}

bool IsOneOf(const fs::path& path, std::span<const std::string_view> extensions) {
  return std::ranges::find(extensions, LowerCaseExtension(path)) != extensions.end();
}

// Letters and digits in lower case: "cam_01" is part of "walk_cam01.mp4".
std::string Folded(std::string_view name) {
  std::string folded;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) folded += static_cast<char>(std::tolower(byte));
  }
  return folded;
}

class TrialReader {
 public:
  explicit TrialReader(const fs::path& path) {
    std::error_code ignored;
    if (!fs::exists(path, ignored)) {
      Fail(ErrorCode::kFileNotFound, "{}: no such file or folder", path.string());
    }
    const bool is_folder = fs::is_directory(path, ignored);
    table_file_ = is_folder ? path / kTableName : path;
    if (fs::exists(table_file_, ignored)) table_ = ReadTable(table_file_);
    folder_ = is_folder ? path : path.parent_path();
    if (!table_.folder.empty()) folder_ /= table_.folder;
    files_ = FilesIn(folder_.empty() ? "." : folder_);
  }

  Trial Read() {
    Trial trial;
    trial.delay_frames = table_.delay;
    if (!table_.axes.empty()) {
      try {
        trial.axes = AxisOrder::Parse(table_.axes);
      } catch (const Error& error) {
        Fail("{}: {}", table_file_.string(), error.what());
      }
    }
    ReadCameras();
    trial.truth_file = TruthFile();
    ReadTruth(trial);
    trial.cameras = WithVideos();
    return trial;
  }

 private:
  fs::path Given(const std::string& name) const {
    fs::path path = folder_ / name;
    if (!fs::exists(path)) {
      Fail(ErrorCode::kFileNotFound, "{}: there is no {}", table_file_.string(), path.string());
    }
    return path;
  }
  template <typename F>
  std::vector<fs::path> FilesThat(const F& are_meant) const {
    std::vector<fs::path> found;
    for (const fs::path& file : files_) {
      if (are_meant(file)) found.push_back(file);
    }
    return found;
  }

  void ReadCameras() {
    std::vector<fs::path> files;
    for (const std::string& name : table_.calibration) files.push_back(Given(name));
    if (files.empty()) {
      files = FilesThat([&](const fs::path& file) {
        return IsOneOf(file, kCalibrations) && file.filename() != table_file_.filename() &&
               file.filename() != kTableName;
      });
    }
    if (files.empty()) {
      Fail(ErrorCode::kFileNotFound, "{}: no calibration of the cameras in it ({})",
           folder_.string(), fmt::join(kCalibrations, ", "));
    }
    const double metres =
        1 / UnitsInMetre({.units = table_.calibration_units}, table_file_.string());
    for (const fs::path& file : files) {
      for (CalibratedCamera& camera : ReadCalibratedCameras(file)) {
        if (camera.name.empty()) camera.name = file.stem().string();
        if (camera.cam_from_world) {
          Vec3d& translation = camera.cam_from_world->translation;
          translation = metres * translation;
        }
        cameras_.push_back(std::move(camera));
      }
    }
    calibration_ = files.size() == 1 ? files[0].string() : folder_.string();
  }

  std::string CameraNames() const {
    std::vector<std::string> names;
    for (const CalibratedCamera& camera : cameras_) names.push_back(camera.name);
    return fmt::format("{}", fmt::join(names, ", "));
  }

  std::vector<TrialCamera> WithVideos() const {
    std::vector<TrialCamera> found;
    const auto add = [&](const CalibratedCamera& camera, const fs::path& video) {
      if (!camera.cam_from_world) {
        Fail(
            "{}: camera {} has no place (rotation and translation), by which the truth is "
            "compared with its images",
            calibration_, camera.name);
      }
      const bool is_taken = std::ranges::any_of(
          found, [&](const TrialCamera& other) { return other.calibrated.name == camera.name; });
      if (is_taken) {
        Fail("{}: camera {} has two videos; {} says which is meant (videos: camera: file)",
             video.string(), camera.name, kTableName);
      }
      found.push_back({camera, video});
    };
    for (const auto& [name, video] : table_.videos) {
      const CalibratedCamera* camera = CameraNamed(name);
      if (camera == nullptr) {
        Fail("{}: videos: no camera '{}' in {}; it has {}", table_file_.string(), name,
             calibration_, CameraNames());
      }
      if (video.size() != 1) {
        Fail("{}: videos: camera {} has {} files, expected one", table_file_.string(), name,
             video.size());
      }
      add(*camera, Given(video[0]));
    }
    if (!found.empty()) return found;
    const std::vector<fs::path> videos = FilesThat([](const fs::path& file) {
      const MediaFormat* format = FindMediaFormat(file);
      return format != nullptr && format->is_moving();
    });
    if (videos.empty()) Fail(ErrorCode::kFileNotFound, "{}: no video in it", folder_.string());
    for (const fs::path& video : videos) add(CameraOf(video, videos.size()), video);
    return found;
  }

  const CalibratedCamera* CameraNamed(const std::string& name) const {
    for (const CalibratedCamera& camera : cameras_) {
      if (camera.name == name || Folded(camera.name) == Folded(name)) return &camera;
    }
    return nullptr;
  }

  // The one whose name is part of the video's, the longest of several.
  const CalibratedCamera& CameraOf(const fs::path& video, size_t video_count) const {
    if (cameras_.size() == 1 && video_count == 1) return cameras_[0];
    const std::string stem = Folded(video.stem().string());
    const CalibratedCamera* best = nullptr;
    for (const CalibratedCamera& camera : cameras_) {
      const std::string name = Folded(camera.name);
      const bool is_longer = best == nullptr || name.size() > Folded(best->name).size();
      if (!name.empty() && stem.find(name) != std::string::npos && is_longer) best = &camera;
    }
    if (best == nullptr) {
      Fail(
          "{}: no camera of {} is called so (it has {}); {} says which it is (videos: camera: "
          "file)",
          video.string(), calibration_, CameraNames(), kTableName);
    }
    return *best;
  }

  fs::path TruthFile() const {
    if (!table_.truth.empty()) return Given(table_.truth);
    const std::vector<fs::path> found =
        FilesThat([](const fs::path& file) { return IsOneOf(file, kTruths); });
    if (found.empty()) {
      Fail(ErrorCode::kFileNotFound, "{}: no truth in it ({})", folder_.string(),
           fmt::join(kTruths, ", "));
    }
    if (found.size() > 1) {
      Fail("{}: which truth? There are {}; {} says it (truth: file)", folder_.string(),
           fmt::join(NamesOf(found), ", "), kTableName);
    }
    return found[0];
  }

  void ReadTruth(Trial& trial) const {
    const fs::path& file = trial.truth_file;
    const MarkerTrial markers = LowerCaseExtension(file) == ".c3d" ? ReadC3d(file) : ReadTrc(file);
    trial.rate_hz = markers.rate_hz;
    const auto metres = static_cast<float>(1 / UnitsInMetre(markers, file.string()));
    const Skeleton& skeleton = Human36m17();
    const int64_t frames = markers.points.dim(0);
    const std::map<std::string, std::vector<int64_t>> sources = MarkersOfJoints(markers, file);
    const auto joint_at = [&](const std::string& joint, int64_t t) {
      const auto found = sources.find(joint);
      if (found == sources.end()) return kNoJoint;
      Vec3f sum;
      for (const int64_t marker : found->second) {
        const float* x = markers.points.data() + 3 * (t * markers.points.dim(1) + marker);
        sum = sum + Vec3f{x[0], x[1], x[2]};
      }
      return metres / static_cast<float>(found->second.size()) * sum;
    };
    trial.joints_in_file = {frames, skeleton.joint_count(), kNoJoint};
    for (int64_t t = 0; t < frames; ++t) {
      const std::span<Vec3f> frame = trial.joints_in_file.frame(t);
      for (size_t j = 0; j < frame.size(); ++j) frame[j] = joint_at(skeleton.joint_names[j], t);
      using namespace h36m17;
      if (!IsFinite(frame[kHip])) frame[kHip] = 0.5F * (frame[kLeftHip] + frame[kRightHip]);
      if (!IsFinite(frame[kThorax])) {
        frame[kThorax] = 0.5F * (frame[kLeftShoulder] + frame[kRightShoulder]);
      }
      if (sources.contains("nose")) trial.nose_in_file.push_back(joint_at("nose", t));
    }
  }

  // By the table, else by the markers' names.
  std::map<std::string, std::vector<int64_t>> MarkersOfJoints(const MarkerTrial& markers,
                                                              const fs::path& file) const {
    std::map<std::string, std::vector<int64_t>> sources;
    std::vector<std::string> known = Human36m17().joint_names;
    known.emplace_back("nose");
    for (int64_t m = 0; m < std::ssize(markers.labels); ++m) {
      std::string joint = CanonicalJoint(markers.labels[static_cast<size_t>(m)]);
      if (joint == "pelvis") joint = "hip";
      if (joint == "neck") joint = "thorax";
      // Spine and head are defined in too many ways.
      const bool is_meant = joint.starts_with("left_") || joint.starts_with("right_") ||
                            joint == "hip" || joint == "thorax" || joint == "nose";
      if (is_meant && std::ranges::count(known, joint) > 0) sources.try_emplace(joint, 1, m);
    }
    for (const auto& [joint, names] : table_.joints) {
      if (std::ranges::count(known, joint) == 0) {
        Fail("{}: joints: '{}' is none; expected {}", table_file_.string(), joint,
             fmt::join(known, ", "));
      }
      std::vector<int64_t>& found = sources[joint];
      found.clear();
      for (const std::string& name : names) {
        const auto at = std::ranges::find(markers.labels, name);
        if (at == markers.labels.end()) {
          Fail("{}: joints: {} has no marker '{}'; it has {}", table_file_.string(), file.string(),
               name, fmt::join(markers.labels, ", "));
        }
        found.push_back(at - markers.labels.begin());
      }
    }
    std::vector<std::string> missing;
    for (const char* joint : {"left_hip", "right_hip"}) {
      if (!sources.contains(joint)) missing.emplace_back(joint);
    }
    if (!missing.empty()) {
      Fail("{}: no marker is called {}; it has {}; {} says which are meant (joints: joint: marker)",
           file.string(), fmt::join(missing, " or "), fmt::join(markers.labels, ", "), kTableName);
    }
    return sources;
  }

  fs::path folder_, table_file_;
  TrialTable table_;
  std::vector<fs::path> files_;
  std::vector<CalibratedCamera> cameras_;
  std::string calibration_;  // where they are, for messages
};

}  // namespace

AxisOrder AxisOrder::Parse(const std::string& text) {
  AxisOrder order;
  size_t axis = 0;
  int sign = 1;
  std::array<int, 3> times{};
  bool is_one = true;
  for (const char c : text) {
    if (c == '-' && sign == 1) {
      sign = -1;
    } else if (c >= 'x' && c <= 'z' && axis < 3) {
      order.axis_[axis] = c - 'x';
      order.sign_[axis++] = sign;
      ++times[static_cast<size_t>(c - 'x')];
      sign = 1;
    } else {
      is_one = false;
    }
  }
  is_one = is_one && sign == 1 && times == std::array{1, 1, 1};
  if (!is_one) Fail("axes '{}': expected x, y and z in some order, such as zxy or x-zy", text);
  if (!order.IsRightHanded()) Fail("axes '{}' would mirror the person", text);
  return order;
}

std::vector<AxisOrder> AxisOrder::All() {
  std::vector<AxisOrder> all;
  std::array<int, 3> axis = {0, 1, 2};
  do {
    for (int signs = 0; signs < 8; ++signs) {
      AxisOrder order;
      order.axis_ = axis;
      for (size_t i = 0; i < 3; ++i) order.sign_[i] = ((signs >> i) & 1) != 0 ? -1 : 1;
      if (order.IsRightHanded()) all.push_back(order);
    }
  } while (std::next_permutation(axis.begin(), axis.end()));
  return all;
}

bool AxisOrder::IsRightHanded() const {
  const int turns = (axis_[0] + 1) % 3 == axis_[1] ? 1 : -1;
  return turns * sign_[0] * sign_[1] * sign_[2] == 1;
}

Vec3f AxisOrder::WorldFromFile(const Vec3f& x_in_file) const {
  const std::array<float, 3> x = {x_in_file.x, x_in_file.y, x_in_file.z};
  const auto at = [&](size_t i) {
    return static_cast<float>(sign_[i]) * x[static_cast<size_t>(axis_[i])];
  };
  return {at(0), at(1), at(2)};
}

std::string AxisOrder::Text() const {
  std::string text;
  for (size_t i = 0; i < 3; ++i) {
    if (sign_[i] < 0) text += '-';
    text += static_cast<char>('x' + axis_[i]);
  }
  return text;
}

Trial ReadTrial(const fs::path& path) { return TrialReader(path).Read(); }

}  // namespace videopose::internal
