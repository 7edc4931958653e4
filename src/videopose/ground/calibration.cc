// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "videopose/base/error.h"
#include "videopose/config/config_file.h"
#include "videopose/ground.h"

namespace videopose {

using namespace internal;
namespace {

constexpr double kLargest_px = 1e6;

// Names are compared without case, underscores and the like: "Camera_Matrix" is "cameramatrix".
std::string Folded(std::string_view name) {
  std::string folded;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') folded += static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) folded += c;
  }
  return folded;
}

// The first node, anywhere, whose name is one of these.
const ConfigNode* Find(const ConfigNode& node, const std::vector<std::string_view>& names) {
  for (const ConfigNode& item : node.items) {
    if (std::find(names.begin(), names.end(), Folded(item.key)) != names.end()) return &item;
  }
  for (const ConfigNode& item : node.items) {
    if (const ConfigNode* found = Find(item, names)) return found;
  }
  return nullptr;
}

const std::vector<std::string_view> kMatrixNames = {"cameramatrix",     "k",          "mtx",
                                                    "intrinsicmatrix",  "intrinsics", "intrinsic",
                                                    "cameraintrinsics", "m1",         "matrix"};

// One camera of several, e.g. of Pose2Sim's or Anipose's: [cam_01] with its name, matrix, ...
struct NamedCamera {
  std::string name;
  const ConfigNode* node = nullptr;
};

std::vector<NamedCamera> NamedCameras(const ConfigNode& root) {
  const auto is_camera = [](const ConfigNode& node) {
    return Find(node, kMatrixNames) != nullptr || Find(node, {"fx"}) != nullptr;
  };
  std::vector<NamedCamera> cameras;
  for (const ConfigNode& item : root.items) {
    if (item.kind != ConfigNode::Kind::kMap || !is_camera(item)) continue;
    const ConfigNode* name = Find(item, {"name", "cameraname"});
    cameras.push_back({name != nullptr ? name->text : item.key, &item});
  }
  return cameras;
}

// Whether the file has one camera, whose matrix is not inside of anything.
bool IsOneCamera(const ConfigNode& root) {
  return std::any_of(root.items.begin(), root.items.end(), [](const ConfigNode& item) {
    return std::find(kMatrixNames.begin(), kMatrixNames.end(), Folded(item.key)) !=
           kMatrixNames.end();
  });
}

// The one of that name, or the only one.
const ConfigNode& ChooseCamera(const ConfigNode& root, const std::string& file,
                               const std::string& camera) {
  const std::vector<NamedCamera> cameras = NamedCameras(root);
  if (camera.empty() && (IsOneCamera(root) || cameras.size() < 2)) return root;
  std::vector<std::string> names;
  for (const NamedCamera& found : cameras) {
    if (!camera.empty() && (found.name == camera || found.node->key == camera)) return *found.node;
    names.push_back(found.name);
  }
  if (names.empty()) {
    Fail(ErrorCode::kInvalidArgument, "{}: has no cameras by name, so none '{}'", file, camera);
  }
  if (camera.empty()) {
    Fail(ErrorCode::kInvalidArgument, "{}: which camera? It has {}", file, fmt::join(names, ", "));
  }
  Fail(ErrorCode::kInvalidArgument, "{}: has no camera '{}'; it has {}", file, camera,
       fmt::join(names, ", "));
}

class Reader {
 public:
  Reader(const ConfigNode& root, const std::string& name) : root_(root), name_(name) {}

  Lens Read() const {
    Lens lens;
    ReadMatrix(lens);
    ReadSize(lens);
    ReadDistortion(lens);
    return lens;
  }

  // Nothing where the file has neither rotation nor translation.
  std::optional<Rigid3d> ReadPlace() const {
    const ConfigNode* rotation =
        Find(root_, {"rotation", "rotationmatrix", "rotationvector", "rvec", "r"});
    const ConfigNode* translation = Find(root_, {"translation", "translationvector", "tvec", "t"});
    std::vector<double> turn, shift;
    if (rotation != nullptr && translation != nullptr) {
      turn = Numbers(*rotation);
      shift = Numbers(*translation);
    } else if (const ConfigNode* both =
                   Find(root_, {"extrinsics", "extrinsic", "extrinsicmatrix", "rt"})) {
      const std::vector<double> rows = Numbers(*both);
      if (rows.size() != 12 && rows.size() != 16) {
        Fail("{}: {} has {} numbers, expected 3 or 4 rows of 4", name_, both->key, rows.size());
      }
      for (const size_t i : {0, 4, 8}) {
        turn.insert(turn.end(), {rows[i], rows[i + 1], rows[i + 2]});
        shift.push_back(rows[i + 3]);
      }
    } else {
      return std::nullopt;
    }
    if (shift.size() != 3) {
      Fail("{}: a camera's translation has {} numbers, expected 3", name_, shift.size());
    }
    return Rigid3d{RotationFrom(turn), {shift[0], shift[1], shift[2]}};
  }

 private:
  // Of a matrix by rows, or of Rodrigues' vector: the axis times the angle in radians.
  Quaternion RotationFrom(const std::vector<double>& r) const {
    if (r.size() == 3) {
      const Vec3d turn{r[0], r[1], r[2]};
      const double angle_rad = Norm(turn);
      return angle_rad < kNoDirection ? Quaternion{} : FromAxisAngle(Normalized(turn), angle_rad);
    }
    if (r.size() != 9) {
      Fail("{}: a camera's rotation has {} numbers, expected 9 (a matrix) or 3 (a vector)", name_,
           r.size());
    }
    constexpr double kRounding = 1e-3;  // files may keep few digits
    const Vec3d x{r[0], r[3], r[6]}, y{r[1], r[4], r[7]}, z{r[2], r[5], r[8]};
    if (std::abs(Norm(x) - 1) > kRounding || std::abs(Norm(y) - 1) > kRounding ||
        Norm(Cross(x, y) - z) > 3 * kRounding) {
      Fail("{}: a camera's rotation matrix is none: its columns are not three axes", name_);
    }
    const Vec3d x_axis = Normalized(x), z_axis = Normalized(Cross(x, y));
    return FromAxes(x_axis, Cross(z_axis, x_axis), z_axis);
  }

  double Number(const ConfigNode& node) const {
    double value = 0;
    const char* end = node.text.data() + node.text.size();
    const auto [rest, error] = std::from_chars(node.text.data(), end, value);
    if (error != std::errc() || rest != end || !std::isfinite(value)) {
      Fail("{}: expected a number, found '{}'", name_, node.text.substr(0, 40));
    }
    return value;
  }

  // The numbers of a list, a list of lists, or a map with `data`.
  std::vector<double> Numbers(const ConfigNode& node) const {
    if (const ConfigNode* data = Find(node, {"data"})) return Numbers(*data);
    if (node.items.empty()) return {Number(node)};
    std::vector<double> numbers;
    for (const ConfigNode& item : node.items) {
      for (const double number : Numbers(item)) numbers.push_back(number);
    }
    return numbers;
  }

  std::optional<double> NumberOf(std::string_view name) const {
    const ConfigNode* node = Find(root_, {name});
    return node == nullptr ? std::nullopt : std::optional(Number(*node));
  }

  void ReadMatrix(Lens& lens) const {
    std::vector<double> k;
    if (const ConfigNode* matrix = Find(root_, kMatrixNames)) k = Numbers(*matrix);
    const auto fx = NumberOf("fx"), fy = NumberOf("fy"), cx = NumberOf("cx"), cy = NumberOf("cy");
    if (k.empty() && fx && cx && cy) k = {*fx, fy.value_or(*fx), *cx, *cy};
    if (k.empty()) {
      Fail(
          "{}: no camera_matrix (nor K, cameraMatrix, mtx, fx); expected a calibration as OpenCV "
          "writes it (YAML, JSON or XML), ROS, or Pose2Sim (TOML)",
          name_);
    }
    if (k.size() == 9) {
      if (k[1] != 0 || k[3] != 0 || k[6] != 0 || k[7] != 0 || k[8] != 1) {
        Fail("{}: the camera matrix is not of the form fx 0 cx, 0 fy cy, 0 0 1", name_);
      }
      k = {k[0], k[4], k[2], k[5]};
    }
    if (k.size() != 4) {
      Fail("{}: the camera matrix has {} numbers, expected 9", name_, k.size());
    }
    if (!(k[0] > 0 && k[0] < kLargest_px && k[1] > 0 && k[1] < kLargest_px &&
          std::abs(k[2]) < kLargest_px && std::abs(k[3]) < kLargest_px)) {
      Fail("{}: fx {}, fy {}, cx {}, cy {} is no camera; expected pixels", name_, k[0], k[1], k[2],
           k[3]);
    }
    lens.focal_px = {k[0], k[1]};
    lens.centre_px = {k[2], k[3]};
  }

  void ReadSize(Lens& lens) const {
    std::vector<double> size;
    const ConfigNode* width = Find(root_, {"imagewidth", "width", "widthpx"});
    const ConfigNode* height = Find(root_, {"imageheight", "height", "heightpx"});
    if (width != nullptr && height != nullptr) {
      size = {Number(*width), Number(*height)};
    } else if (const ConfigNode* both =
                   Find(root_, {"imagesize", "resolution", "imgsize", "size"})) {
      size = Numbers(*both);
    } else {
      return;
    }
    if (size.size() != 2 || !(size[0] >= 1 && size[0] <= 1e5 && size[1] >= 1 && size[1] <= 1e5)) {
      Fail("{}: the image's size is {}, expected width and height in pixels", name_,
           fmt::join(size, " x "));
    }
    lens.width_px = static_cast<int>(size[0]);
    lens.height_px = static_cast<int>(size[1]);
  }

  bool IsFisheye() const {
    const ConfigNode* model = Find(root_, {"distortionmodel", "model", "cameramodel"});
    const std::string name = model == nullptr ? "" : Folded(model->text);
    const ConfigNode* flag = Find(root_, {"fisheye", "fisheyemodel"});
    return name == "equidistant" || name == "fisheye" || name == "kannalabrandt4" ||
           (flag != nullptr && (flag->text == "1" || Folded(flag->text) == "true"));
  }

  void ReadDistortion(Lens& lens) const {
    const bool fisheye = IsFisheye();
    lens.model = fisheye ? Lens::Model::kFisheye : Lens::Model::kBrown;
    std::vector<double> values;
    if (const ConfigNode* node =
            Find(root_, {"distortioncoefficients", "distortioncoeffs", "distcoeffs", "distortion",
                         "distortions", "dist", "d", "distcoef"});
        node != nullptr && !(node->items.empty() && node->text.empty())) {
      values = Numbers(*node);
    } else if (const auto k1 = NumberOf("k1")) {
      const auto or_0 = [&](std::string_view name) { return NumberOf(name).value_or(0); };
      values = fisheye ? std::vector{*k1, or_0("k2"), or_0("k3"), or_0("k4")}
                       : std::vector{*k1, or_0("k2"), or_0("p1"), or_0("p2"), or_0("k3")};
    }
    // Thin prisms and tilted sensors (more than 8 numbers) are only understood where they are 0.
    const size_t known = fisheye ? 4 : 8;
    while (values.size() > known && values.back() == 0) values.pop_back();
    const size_t count = values.size();
    const bool fits = fisheye ? count == 0 || count == 4
                              : count == 0 || count == 2 || count == 4 || count == 5 || count == 8;
    if (!fits) {
      Fail("{}: {} distortion coefficients, expected {}", name_, count,
           fisheye ? "4 (fisheye)" : "4, 5 or 8 (k1 k2 p1 p2 k3 k4 k5 k6)");
    }
    for (const double value : values) {
      if (std::abs(value) > 1e4) Fail("{}: distortion coefficient {} is none", name_, value);
    }
    std::copy(values.begin(), values.end(), lens.distortion.begin());
  }

  const ConfigNode& root_;
  const std::string& name_;
};

}  // namespace

Lens ParseCalibration(std::string_view text, const std::string& name,
                      const std::string& camera) try {
  const ConfigNode root = ParseConfig(text, name);
  return Reader(ChooseCamera(root, name, camera), name).Read();
} catch (Error& error) {
  error.Complete(ErrorCode::kWrongFormat, {});
  throw;
}

Lens ReadCalibration(const std::filesystem::path& path, const std::string& camera) try {
  return ParseCalibration(ReadConfigFile(path.string()), path.string(), camera);
} catch (Error& error) {
  RethrowFromReading(path, error);
}

std::vector<CalibratedCamera> internal::ParseCalibratedCameras(std::string_view text,
                                                               const std::string& name) try {
  const ConfigNode root = ParseConfig(text, name);
  std::vector<NamedCamera> named;
  if (!IsOneCamera(root)) named = NamedCameras(root);
  if (named.empty()) named.push_back({"", &root});
  std::vector<CalibratedCamera> cameras;
  for (const NamedCamera& camera : named) {
    const Reader reader(*camera.node, name);
    cameras.push_back({camera.name, reader.Read(), reader.ReadPlace()});
  }
  return cameras;
} catch (Error& error) {
  error.Complete(ErrorCode::kWrongFormat, {});
  throw;
}

std::vector<CalibratedCamera> internal::ReadCalibratedCameras(
    const std::filesystem::path& path) try {
  return ParseCalibratedCameras(ReadConfigFile(path.string()), path.string());
} catch (Error& error) {
  RethrowFromReading(path, error);
}

}  // namespace videopose
