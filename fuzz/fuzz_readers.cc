// SPDX-License-Identifier: Apache-2.0

// The readers of files, and the fast network against the plain one.

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>

#include "inputs.h"
#include "support/test_data.h"
#include "target.h"
#include "videopose/arrays/npy.h"
#include "videopose/arrays/npz.h"
#include "videopose/arrays/pickle.h"
#include "videopose/arrays/torch_checkpoint.h"
#include "videopose/arrays/torch_checkpoint_writer.h"
#include "videopose/base.h"
#include "videopose/base/read_file.h"
#include "videopose/base/worker_pool.h"
#include "videopose/config/config_file.h"
#include "videopose/files.h"
#include "videopose/formats/file_formats.h"
#include "videopose/ground/calibration.h"
#include "videopose/import/keypoint_formats.h"
#include "videopose/lift.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/lift/gap_filler.h"
#include "videopose/lift/lift_stage.h"
#include "videopose/lift/stream_network.h"
#include "videopose/lift/test_plain_model.h"
#include "videopose/lift/test_weights.h"
#include "videopose/motion_files/amc.h"
#include "videopose/scientific/archive_reader.h"
#include "videopose/scientific/cdf.h"
#include "videopose/scientific/hdf5_file.h"
#include "videopose/scientific/mat_file.h"
#include "videopose/scientific/test_archive.h"
#include "videopose/tflite/test_small_model.h"
#include "videopose/tflite/tflite_model.h"
#include "videopose/tflite/xnn_network.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;
using Seeds = std::vector<std::string>;

constexpr size_t kLongestSeed = 20'000;

fs::path Held(const std::string& input) {
  static MemoryFile file;
  return file.Hold(input);
}

// Whatever it throws, as long as it is an Error.
template <typename Action>
void Try(const Action& action) {
  try {
    action();
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch)
  }
}

Seeds Files(std::initializer_list<const char*> paths) {
  Seeds seeds;
  for (const char* path : paths) {
    const fs::path file = TestData(path);
    seeds.push_back(file.extension() == ".json" ? Shortened(file) : ReadFile(file));
  }
  return seeds;
}

Seeds Folder(const char* path, size_t most = 4) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(TestData(path))) {
    if (entry.is_regular_file() && entry.file_size() <= kLongestSeed) files.push_back(entry);
  }
  std::sort(files.begin(), files.end());
  Seeds seeds;
  for (const fs::path& file : files) {
    if (seeds.size() < most) seeds.push_back(ReadFile(file));
  }
  return seeds;
}

// ------------------------------------------------------------------------------------- arrays

void UseArray(const NpyArray& array) {
  const std::string what = "array";
  Try([&] { ToTensor<float>(array, what); });
  Try([&] { ToTensor<int64_t>(array, what); });
  Try([&] { ToTensor<uint8_t>(array, what); });
  Try([&] { ToStrings(array, what); });
  Try([&] { ToObject(array, what).Describe(); });
  Try([&] {
    const BasicTensor<double> values = ToTensor<double>(array, what);
    const std::string again = EncodeNpy(MakeNpy(values));
    const auto read = ToTensor<double>(ParseNpy(SharedBytes::Own(again), what), what);
    Demand(read.shape == values.shape &&
               std::ranges::equal(read.values, values.values, {}, std::bit_cast<uint64_t, double>,
                                  std::bit_cast<uint64_t, double>),
           "what is written is read again");
  });
}

void FuzzNpy(const std::string& input) {
  UseArray(ParseNpy(SharedBytes::Own(std::string(input)), "array.npy"));
}

void FuzzPickle(const std::string& input) {
  PickleValue value = Unpickle(SharedBytes::Own(std::string(input)),
                               {.name = "pickle", .allow_global = IsNumpyGlobal})
                          .value;
  DecodeNumpy(value, "pickle");
  (void)value.Describe();
  const std::string again = Pickle(EncodeNumpy(value));
  Unpickle(SharedBytes::Own(again), {.name = "pickle", .allow_global = IsNumpyGlobal});
}

void FuzzNpz(const std::string& input) {
  const NpzReader file(Held(AsFile(input)));
  for (const std::string& name : file.names()) Try([&] { UseArray(file.Read(name)); });
}

void UseTensors(const TorchCheckpoint& file, const PickleValue& value, int depth) {
  if (TorchCheckpoint::IsTensor(value)) {
    Try([&] { TorchCheckpoint::InfoOf(value, "tensor"); });
    Try([&] { file.ReadFloats(value, "tensor"); });
    Try([&] { file.ReadIntegers(value, "tensor"); });
  } else if (value.node() != nullptr && depth < 5) {
    Try([&] { file.ReadStateDict(value, "dict"); });
    for (const PickleValue& item : value.node()->items) UseTensors(file, item, depth + 1);
  }
}

void FuzzTorch(const std::string& input) {
  const fs::path path = Held(AsFile(input));
  const TorchCheckpoint file = TorchCheckpoint::Read(path);
  UseTensors(file, file.root(), 0);
  Try([&] { DescribeCheckpoint(path); });
  ReadLiftCheckpoint(path);
}

fs::path SeedFolder() {
  static const fs::path folder = [] {
    std::string pattern = (fs::temp_directory_path() / "videopose_seeds_XXXXXX").string();
    return fs::path(mkdtemp(pattern.data()));
  }();
  static const struct Remover {
    ~Remover() { fs::remove_all(folder); }
    fs::path folder;
  } remover{folder};
  return folder;
}

Seeds NpySeeds() {
  return {
      EncodeNpy(MakeNpy(BasicTensor<float>({3, 17, 2}))),
      EncodeNpy(MakeNpy(BasicTensor<double>({2, 17, 3}))),
      EncodeNpy(MakeNpy(std::vector<std::string>{"nose", "knee"})), EncodeNpy(MakeNpy(int64_t{25})),
      EncodeNpy(MakeNpyObject(PickleValue::Dict(
          {{PickleValue::String("S1"), PickleValue::Array(MakeNpy(BasicTensor<float>({2})))}})))};
}

Seeds PickleSeeds() {
  const PickleValue value = PickleValue::Dict(
      {{PickleValue::String("a"), PickleValue::Array(MakeNpy(BasicTensor<float>({2, 3})))},
       {PickleValue::String("b"), PickleValue::Bytes(SharedBytes::Own(std::string("x")))},
       {PickleValue::Int(-1), PickleValue::Float(0.5)}});
  return {Pickle(EncodeNumpy(value), 2), Pickle(EncodeNumpy(value), 3), "(lp0\nI1\naF2.5\na."};
}

Seeds ZipSeeds(std::initializer_list<const char*> paths) {
  Seeds seeds;
  for (const char* path : paths) {
    const fs::path file = TestData(path);
    if (fs::file_size(file) <= kLongestSeed) seeds.push_back(ReadFile(file));
    const Members members = Unzipped(file, kLongestSeed);
    if (!members.empty()) seeds.push_back(JoinMembers(members));
  }
  return seeds;
}

// What torch.save wrote before version 1.6, of a zip archive's storages.
std::string LegacyTorch(const PickleValue& root, const Members& members) {
  std::vector<PickleValue> keys;
  std::string storages;
  for (const auto& [name, content] : members) {
    const size_t slash = name.find("/data/");
    if (slash == std::string::npos) continue;
    const std::string key = name.substr(slash + 6);
    keys.push_back(PickleValue::String(key));
    // Whole numbers have 8 bytes, the head's half-precision ones 2.
    const size_t item_bytes = content.size() == 8 ? 8 : content.size() == 102 ? 2 : 4;
    const auto count = static_cast<int64_t>(content.size() / item_bytes);
    storages.append(reinterpret_cast<const char*>(&count), sizeof(count));
    storages += content;
  }
  const auto named = [](const char* name, PickleValue value) {
    return std::pair(PickleValue::String(name), std::move(value));
  };
  const PickleValue system = PickleValue::Dict({named("protocol_version", PickleValue::Int(1001)),
                                                named("little_endian", PickleValue::Bool(true))});
  return Pickle(PickleValue::BigInt("119547037146038801333356")) + Pickle(PickleValue::Int(1001)) +
         Pickle(system) + Pickle(EncodeNumpy(root)) + Pickle(PickleValue::List(keys)) + storages;
}

// A network of one channel.
Seeds TorchSeeds() {
  TorchCheckpointWriter writer;
  const auto named = [](const char* name, PickleValue value) {
    return std::pair(PickleValue::String(name), std::move(value));
  };
  std::vector<std::pair<PickleValue, PickleValue>> state;
  state.push_back(named("expand_conv.weight", writer.AddTensor(Tensor({1, 34, 1}))));
  for (const char* name : {"weight", "bias", "running_mean", "running_var"}) {
    state.push_back(
        named((std::string("expand_bn.") + name).c_str(), writer.AddTensor(Tensor({1}, {1.0F}))));
  }
  state.push_back(
      named("expand_bn.num_batches_tracked", writer.AddTensor(BasicTensor<int64_t>({}, {1}))));
  state.push_back(named("shrink.weight", writer.AddHalfTensor(Tensor({51, 1, 1}))));
  state.push_back(named("shrink.bias", writer.AddTensor(Tensor({51}))));
  const PickleValue root = PickleValue::Dict({named("epoch", PickleValue::Int(1)),
                                              named("lr", PickleValue::Float(0.001)),
                                              named("model_pos", PickleValue::Dict(state))});
  const fs::path path = SeedFolder() / "small.bin";
  writer.Write(path, root);
  const Members members = Unzipped(path, kLongestSeed);
  return {ReadFile(path), JoinMembers(members), LegacyTorch(root, members)};
}

// --------------------------------------------------------------------------------- scientific

void FuzzCdf(const std::string& input) {
  const CdfReader file(SharedBytes::Own(std::string(input)), "data.cdf");
  for (const CdfVariable& variable : file.variables()) {
    Try([&] { UseArray(file.Read(variable.name)); });
  }
}

void FuzzMat(const std::string& input) {
  const MatFile file(Held(input));
  for (const MatFile::Variable& variable : file.variables()) {
    Try([&] { file.Read(variable.name); });
  }
}

void FuzzHdf5(const std::string& input) {
  const Hdf5File file(input, "data.h5");
  for (const std::string& name : file.names()) Try([&] { file.Read(name); });
}

void FuzzArchive(const std::string& input) {
  ArchiveReader archive(Held(input), {.max_unpacked_gib = 1});
  while (archive.Next()) {
    const fs::path name = archive.name();
    Demand(!name.is_absolute() && std::ranges::count(name, "..") == 0,
           "no name leads out of an archive");
    (void)archive.Read();
  }
}

Seeds MatSeeds() {
  Seeds seeds =
      Files({"fixtures/mat/teststruct_7.4_GLNX86.mat", "fixtures/mat/teststructnest_6.1_SOL2.mat"});
  for (const std::string& seed : Folder("golden_raw/h36m_mat", 2)) seeds.push_back(seed);
  // Version 4: the type (0: little-endian doubles), rows, columns, no imaginary part, the name.
  std::string old;
  for (const int32_t number : {0, 2, 1, 0, 2}) {
    old.append(reinterpret_cast<const char*>(&number), sizeof(number));
  }
  seeds.push_back(old + std::string("x\0", 2) + std::string(16, '\1'));
  return seeds;
}

Seeds Hdf5Seeds() {
  const fs::path path = SeedFolder() / "small.h5";
  const Hdf5Lock lock;
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const std::array<hsize_t, 2> shape = {4, 3};
  const std::array<double, 12> values{};
  const hid_t plain = H5Screate_simple(2, shape.data(), nullptr);
  const hid_t poses =
      H5Dcreate2(file, "poses", H5T_IEEE_F64LE, plain, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Dwrite(poses, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  H5Dclose(poses), H5Sclose(plain);
  const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(properties, 2, shape.data());
  H5Pset_deflate(properties, 6);
  const hid_t space = H5Screate_simple(2, shape.data(), nullptr);
  const hid_t data =
      H5Dcreate2(file, "deflated", H5T_IEEE_F32LE, space, H5P_DEFAULT, properties, H5P_DEFAULT);
  H5Dwrite(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  H5Dclose(data), H5Sclose(space), H5Pclose(properties), H5Fclose(file);
  return {ReadFile(path)};
}

Seeds ArchiveSeeds() {
  Seeds seeds;
  for (const char* name : {"small.zip", "small.tar.gz"}) {
    const fs::path path = SeedFolder() / name;
    WriteArchive(path, {{"h36m/S1/a.h5", "content"}, {"h36m/S1/b.h5", std::string(300, 'b')}});
    seeds.push_back(ReadFile(path));
  }
  return seeds;
}

// ---------------------------------------------------------------------------- poses, keypoints

void CheckKeypoints(const KeypointSequence& keypoints) {
  Demand(keypoints.fps > 0 && std::isfinite(keypoints.fps), "there is a frame rate");
  Demand(keypoints.width_px > 0 && keypoints.height_px > 0, "there is a size of the image");
  for (const PersonKeypoints& person : keypoints.people) {
    Demand(person.keypoints.frame_count() == keypoints.frame_count &&
               person.keypoints.joint_count() == keypoints.joint_count(),
           "all people have all frames and joints");
    for (const Keypoint& point : person.keypoints) {
      Demand(point.score >= 0 && point.score <= 1, "a score is between 0 and 1");
      Demand(point.score == 0 || (std::isfinite(point.x_px) && std::isfinite(point.y_px)),
             "a point that is seen has a place");
    }
  }
}

void CheckMotion(const Motion& motion) {
  Demand(motion.fps > 0 && std::isfinite(motion.fps), "there is a frame rate");
  for (const PersonMotion& person : motion.people) {
    Demand(person.joints_in_cam.frame_count() == motion.frame_count &&
               person.joints_in_cam.joint_count() == motion.joint_count(),
           "all people have all frames and joints");
    Demand(person.root_in_cam.empty() || std::ssize(person.root_in_cam) == motion.frame_count,
           "roots are of all frames");
  }
}

void FuzzMotion(const FileFormat& format, const std::string& input) {
  FileContent file(Held(AsFile(input)));
  if (!format.recognises(file)) return;
  if (format.describe) Try([&] { format.describe(file); });
  const PoseClip clip = format.read_motion(file, 25);
  CheckMotion(clip.motion);
  if (clip.keypoints) CheckKeypoints(*clip.keypoints);
}

void FuzzKeypoints(const KeypointFormat& format, const std::string& input) {
  FileContent file(Held(AsFile(input)));
  if (const auto found = ImportAs(format, file)) CheckKeypoints(found->keypoints);
}

// Members are the files of a folder; their names are ours.
void FuzzFolder(const KeypointFormat& format, const std::string& input) {
  static const fs::path folder = [] {
    fs::path path = SeedFolder() / "frames";
    fs::create_directories(path);
    return path;
  }();
  int number = 0;
  for (const auto& [name, content] : SplitMembers(input)) {
    const bool is_text = name.ends_with(".txt");
    if (number == 3) break;
    std::ofstream(folder / fmt::format("f_{}.{}", number++, is_text ? "txt" : "json")) << content;
  }
  const struct Emptied {
    ~Emptied() {
      for (const auto& file : fs::directory_iterator(folder)) fs::remove(file);
    }
  } emptied;
  FileContent file(folder);
  if (const auto found = ImportAs(format, file)) CheckKeypoints(found->keypoints);
}

void FuzzAmc(const std::string& input) {
  static MemoryFile skeleton, motion;
  const Members members = SplitMembers(input);
  if (members.size() < 2) return;
  const BvhClip clip = ReadAmc(skeleton.Hold(members[0].second), motion.Hold(members[1].second));
  if (clip.frame_count > 0) PlaceJoints(clip, clip.frame_count - 1);
}

// Our own small clip, in every format.
Seeds MotionSeeds(const FileFormat& format) {
  static const Motion motion = [] {
    BasicTensor<float> poses({2, 17, 3});
    for (size_t i = 0; i < poses.values.size(); ++i) {
      poses.values[i] = std::sin(static_cast<float>(i));
    }
    const fs::path path = SeedFolder() / "poses.npy";
    WriteNpy(path, MakeNpy(poses));
    return ReadMotion(path, 25).motion;
  }();
  Seeds seeds;
  for (const std::string_view extension : format.extensions) {
    if (!format.writes_motion()) continue;
    const fs::path path = SeedFolder() / ("motion" + std::string(extension));
    WriteMotion(path, motion);
    seeds.push_back(ReadFile(path));
    if (extension == ".npz") seeds.push_back(JoinMembers(Unzipped(path, kLongestSeed)));
  }
  if (format.name == "TRC") seeds.push_back(Files({"fixtures/trc/pose2sim_static_0-12.trc"})[0]);
  return seeds;
}

Seeds OwnKeypointSeeds() {
  const KeypointSequence keypoints =
      ImportKeypoints(TestData("fixtures/openpose/body25b_multi_cam01/cam01.0001.json"));
  Seeds seeds;
  for (const char* extension : {".npz", ".json"}) {
    const fs::path path = SeedFolder() / (std::string("keypoints") + extension);
    WriteKeypoints(path, keypoints);
    seeds.push_back(ReadFile(path));
    if (path.extension() == ".npz") seeds.push_back(JoinMembers(Unzipped(path, kLongestSeed)));
  }
  return seeds;
}

std::string Repeated(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += (i == 0 ? "" : ", ") + text;
  return all;
}

Seeds KeypointSeeds(std::string_view format) {
  const std::string points = Repeated("310.5, 240.25, 0.9", 17), pairs = Repeated("[31.5, 2]", 17);
  if (format == "videopose keypoints") return OwnKeypointSeeds();
  if (format == "OpenPose") {
    return Files(
        {"fixtures/openpose/body25b_multi_cam01/cam01.0001.json",
         "fixtures/openpose/body25b_edge_cases/multi_cam01.0001_first_person_empty_keypoints.json",
         "fixtures/openpose/halpe26_rtmpose_cam03/frame_00001.json"});
  }
  if (format == "AlphaPose") {
    Seeds seeds = Files({"fixtures/alphapose/halpe26_idx_int_first40.json",
                         "fixtures/alphapose/halpe26_idx_list_44frames.json"});
    seeds.push_back(fmt::format(
        R"({{"1.jpg": [{{"keypoints": [{0}], "scores": 2, "idx": 3}}], "2.jpg": []}})", points));
    return seeds;
  }
  if (format == "COCO results") {
    return Files({"fixtures/coco/mmpose_test_coco_det_AP_H_56.json",
                  "fixtures/coco/person_keypoints_val2014_fakekeypoints100_results.json"});
  }
  if (format.starts_with("COCO ann")) return Files({"fixtures/coco/mmpose_test_coco.json"});
  if (format == "MMPose") {
    return Files({"fixtures/mmpose/CONSTRUCTED_topdown_demo_video.json",
                  "fixtures/mmpose/inferencer_image_hezhexi2002_test.json"});
  }
  if (format == "Ultralytics YOLO") {
    return {fmt::format(R"([[{{"name": "person", "class": 0, "confidence": 0.9, "track_id": 1,
"box": {{"x1": 1, "y1": 2, "x2": 30, "y2": 40}},
"keypoints": {{"x": [{0}], "y": [{0}], "visible": [{0}]}}}}]])",
                        Repeated("0.5", 17))};
  }
  if (format.starts_with("Ultralytics YOLO, a")) {
    return {"0 0.5 0.5 0.2 0.6" + [] {
      std::string text;
      for (int i = 0; i < 17; ++i) text += " 0.5 0.4 0.9";
      return text + " 1\n";
    }()};
  }
  if (format == "Kinetics-skeleton") {
    return {fmt::format(
        R"({{"data": [{{"frame_index": 1, "skeleton": [{{"pose": [{}], "score": [{}]}}]}},
{{"frame_index": 2, "skeleton": []}}], "label": "dancing", "label_index": 5}})",
        Repeated("0.5, 0.25", 18), Repeated("0.5", 18))};
  }
  if (format.starts_with("MediaPipe")) {
    Seeds seeds = Files({"fixtures/tfjs_mediapipe/pose_1.json",
                         "fixtures/tfjs_mediapipe/pose_squats_3d.full.json"});
    std::erase_if(seeds, [](const std::string& seed) { return seed.size() > kLongestSeed; });
    seeds.push_back(
        fmt::format(R"([{{"landmarks": [[{}]]}}])",
                    Repeated(R"({"x": 0.5, "y": 0.25, "z": 0, "visibility": 0.9})", 33)));
    seeds.push_back(
        fmt::format(R"([{{"score": 0.9, "keypoints": [{}]}}])",
                    Repeated(R"({"x": 310, "y": 24, "score": 0.9, "name": "nose"})", 17)));
    return seeds;
  }
  if (format.starts_with("Detectron")) {
    return ZipSeeds({"golden_raw/detectron_h36m/S1/Directions.55011271.mp4.npz",
                     "golden_raw/custom_in/dance.mp4.npz"});
  }
  if (format.starts_with("NumPy")) {
    Seeds seeds = {EncodeNpy(MakeNpy(BasicTensor<float>({3, 17, 2}))),
                   EncodeNpy(MakeNpy(BasicTensor<double>({2, 17, 3}))),
                   EncodeNpy(MakeNpy(BasicTensor<float>({1, 2, 17, 3})))};
    for (const std::string& seed : Seeds(seeds)) {
      seeds.push_back(JoinMembers({{"keypoints.npy", seed}, {"scores.npy", seed}}));
    }
    return seeds;
  }
  if (format == "DeepLabCut") {
    return {
        "scorer,D,D,D,D,D,D\nindividuals,a,a,a,b,b,b\nbodyparts,ankle1,ankle1,ankle1,knee1,knee1,"
        "knee1\ncoords,x,y,likelihood,x,y,likelihood\n0,1,2,0.5,3,4,0.6\nclip/img0041.png,1,2,"
        "0.5,3,,0.6\n"};
  }
  if (format.starts_with("columns")) {
    return {"frame,nose_x,nose_y,nose_score,left_knee_x,left_knee_y\n0,1,2,0.5,3,4\n1,1,2,0.5,,\n",
            "person;frame;nose_x;nose_y\n1;0;1;2\n2;0;4;5\n"};
  }
  if (format.starts_with("a folder")) {
    const std::string frame = KeypointSeeds("OpenPose")[0];
    return {JoinMembers({{"0.json", frame}, {"1.json", "[]"}, {"2.json", frame}}),
            JoinMembers({{"0.txt", KeypointSeeds("Ultralytics YOLO, a")[0]}})};
  }
  return {points, pairs};
}

Seeds AmcSeeds() {
  return {JoinMembers({{"a.asf", R"(:version 1.10
:units
  mass 1.0
  length 0.45
  angle deg
:root
   order TX TY TZ RX RY RZ
   axis XYZ
   position 0 0 0
   orientation 0 0 0
:bonedata
  begin
     id 1
     name lfemur
     direction 0.34 -0.93 0
     length 7.1
     axis 0 0 20 XYZ
    dof rx ry rz
    limits (-160.0 20.0)
           (-70.0 70.0)
           (-60.0 70.0)
  end
:hierarchy
  begin
    root lfemur
  end
)"},
                       {"a.amc", R"(#!OML
:FULLY-SPECIFIED
:DEGREES
1
root 9.37 17.8 -17.3 -2 -3 -1.5
lfemur 2.5 0.5 -17
2
root 9.3 17.9 -17.2 -2 -3 -1.4
lfemur 2.6 0.4 -16
)"}})};
}

// ------------------------------------------------------------------------------ settings, graphs

void FuzzConfig(const std::string& input) {
  // The name tells TOML from YAML.
  const bool is_toml = input.starts_with("#toml");
  ParseConfig(input, is_toml ? "config.toml" : "config.yaml");
}

void FuzzCalibration(const std::string& input) {
  const bool is_toml = input.starts_with("#toml");
  for (const CalibratedCamera& camera :
       ParseCalibratedCameras(input, is_toml ? "cameras.toml" : "cameras.yaml")) {
    Demand(camera.lens.width_px >= 0, "a lens has a size");
  }
}

Seeds ConfigSeeds() {
  return {"network: {architecture: 3,3,3, channels: 1024}\na: [1, 2, {b: c}]\nd: &x 1\ne: *x\n",
          "#toml\n[a]\nb = 1.5\nc = [1, 2]\nd = \"text\"\n[a.e]\nf = 2020-01-01\n",
          "<?xml version=\"1.0\"?>\n<opencv_storage><a><b>1 2 3</b></a></opencv_storage>\n",
          "{\"a\": [1, 2.5], \"b\": null}", "%YAML:1.0\n---\na: !!opencv-matrix\n   rows: 1\n"};
}

Seeds CalibrationSeeds() {
  return {
      "image_width: 1280\nimage_height: 720\ncamera_matrix:\n  rows: 3\n  cols: 3\n  data: "
      "[900., 0., 640., 0., 900., 360., 0., 0., 1.]\ndistortion_coefficients:\n  rows: 1\n  "
      "cols: 5\n  data: [0.1, 0., 0., 0., 0.]\n",
      "#toml\n[cam_1]\nname = \"cam_1\"\nsize = [1088.0, 1920.0]\nmatrix = [[1681.2, 0.0, 544.0],"
      " [0.0, 1681.2, 960.0], [0.0, 0.0, 1.0]]\ndistortions = [0.0, 0.0, 0.0, 0.0]\nrotation = "
      "[1.2, 0.1, 0.2]\ntranslation = [0.1, 0.2, 3.0]\nfisheye = false\n",
      "%YAML:1.0\n---\nK_01: !!opencv-matrix\n   rows: 3\n   cols: 3\n   dt: d\n   data: [900., "
      "0., 640., 0., 900., 360., 0., 0., 1.]\nR_01: [0.1, 0.2, 0.3]\nT_01: [1, 2, 3]\n",
      "{\"focal_px\": 1000, \"width_px\": 1920, \"height_px\": 1080}",
      "<opencv_storage><camera_matrix type_id=\"opencv-matrix\"><rows>3</rows><cols>3</cols><dt>d"
      "</dt><data>900. 0. 640. 0. 900. 360. 0. 0. 1.</data></camera_matrix><image_width>1280"
      "</image_width><image_height>720</image_height></opencv_storage>"};
}

Seeds TfliteSeeds() {
  const std::vector<uint8_t> bytes = FlatWriter::File(SmallModel());
  return {std::string(bytes.begin(), bytes.end())};
}

void FuzzTflite(const std::string& input) {
  TfliteModel model =
      ParseTfliteModel({reinterpret_cast<const uint8_t*>(input.data()), input.size()}, "a.tflite");
  std::vector<std::string> outputs;
  for (const int output : model.outputs) {
    outputs.push_back(model.tensors[static_cast<size_t>(output)].name);
  }
  int64_t values = 0;
  for (const TfliteTensor& tensor : model.tensors) {
    values += std::min<int64_t>(tensor.element_count(), 1'000'000);
  }
  if (values > 1'000'000) return;  // honest networks are that large, and slow
  static WorkerPool pool(1);
  XnnNetwork network(std::move(model), outputs, pool);
  std::ranges::fill(network.input(), 0.5F);
  network.Run();
}

// ------------------------------------------------------------------------------------- networks

// Takes numbers from the front of an input; zeros after its end.
class Numbers {
 public:
  explicit Numbers(const std::string& input) : input_(input) {}
  int Next(int count) {  // 0 ... count - 1
    return at_ < input_.size() ? static_cast<unsigned char>(input_[at_++]) % count : 0;
  }

 private:
  const std::string& input_;
  size_t at_ = 0;
};

void DemandSame(std::span<const float> actual, std::span<const double> plain, const char* promise) {
  Demand(actual.size() == plain.size(), promise);
  for (size_t i = 0; i < actual.size(); ++i) {
    Demand(std::abs(actual[i] - plain[i]) <= 1e-5 * (1 + std::abs(plain[i])), promise);
  }
}

// A network of the input's choice, plainly, in batches, and frame by frame.
void FuzzNetwork(const std::string& input) {
  Numbers numbers(input);
  TemporalArchitecture a{.channels = 1 + numbers.Next(12),
                         .input_channels = 1 + numbers.Next(6),
                         .output_channels = 3 * (1 + numbers.Next(2)),
                         .causal = numbers.Next(2) == 1,
                         .dense = numbers.Next(4) == 1};
  const int blocks = 1 + numbers.Next(3);
  for (int i = 0; i < blocks; ++i) a.widths.push_back(2 * numbers.Next(3) + 1);
  RandomValues random(static_cast<unsigned>(numbers.Next(256)));
  const TemporalWeights weights = RandomWeights(random, a);
  const int64_t frames = 1 + numbers.Next(24), cols = a.input_channels;
  std::vector<float> rows(static_cast<size_t>(frames * cols));
  for (float& value : rows) value = static_cast<float>(numbers.Next(256) - 128) / 128;

  // Edges repeated, as all callers do it.
  Signal padded;
  std::vector<float> padded_rows;
  for (int64_t t = -a.pad_before(); t < frames + a.pad_after(); ++t) {
    const auto* row = rows.data() + std::clamp<int64_t>(t, 0, frames - 1) * cols;
    padded.emplace_back(row, row + cols);
    padded_rows.insert(padded_rows.end(), row, row + cols);
  }
  std::vector<double> plain;
  for (const auto& row : PlainForward(weights, padded)) {
    plain.insert(plain.end(), row.begin(), row.end());
  }
  const TemporalModel model(weights);
  DemandSame(model.Forward(Tensor({std::ssize(padded), cols}, padded_rows)).values, plain,
             "batches give what the plain network gives");

  StreamNetwork network(weights, {.lookahead = a.pad_after()});
  std::vector<float> streamed, output(static_cast<size_t>(a.output_channels));
  const int64_t sequence = 0;
  for (int64_t t = 0; t < frames + a.pad_after(); ++t) {
    const float* row = rows.data() + std::min(t, frames - 1) * cols;
    network.Push({&sequence, 1}, {row, 1, cols}, {output.data(), 1, a.output_channels});
    if (t >= a.pad_after()) streamed.insert(streamed.end(), output.begin(), output.end());
  }
  DemandSame(streamed, plain, "frame by frame it gives what the plain network gives");
}

// Keypoints with holes of one or two people, as a whole clip and frame by frame.
void FuzzLifter(const std::string& input) {
  static const fs::path kScreen = TestData("golden/ck_333/epoch_1.bin"),
                        kCausal = TestData("golden/ck_causal/epoch_1.bin");
  static const Lifter screen = Lifter::Load(kScreen),
                      causal = Lifter::Load(kCausal, {.causal = true});
  Numbers numbers(input);
  const bool is_causal = numbers.Next(2) == 1, flip = numbers.Next(2) == 1;
  KeypointSequence clip{.layout = Coco17(), .fps = 50, .width_px = 1000, .height_px = 1000};
  clip.frame_count = 1 + numbers.Next(60);
  const int people = 1 + numbers.Next(2);
  for (int p = 0; p < people; ++p) {
    PersonKeypoints person{.id = p + 1, .keypoints = {clip.frame_count, 17}};
    for (Keypoint& point : person.keypoints) {
      const int byte = numbers.Next(256);
      point = {4.0F * static_cast<float>(byte), 4.0F * static_cast<float>(numbers.Next(256)),
               byte % 8 == 0 ? 0.0F : 0.9F};
    }
    clip.people.push_back(std::move(person));
  }
  const Lifter& lifter = is_causal ? causal : screen;
  const auto load = [](bool of_causal, bool with_flip) {
    return StreamingLifter::Load(
        of_causal ? kCausal : kScreen,
        {.width_px = 1000, .height_px = 1000, .average_flip = with_flip, .max_people = 2},
        {.causal = of_causal});
  };
  static std::array<StreamingLifter, 4> streaming = {load(false, false), load(false, true),
                                                     load(true, false), load(true, true)};
  const Motion whole = lifter.Lift(clip, {.average_flip = flip});
  const Motion piecewise = LiftClip(clip, GapFiller(lifter.FillerOptions(InfoOf(clip))),
                                    LiftStage(streaming.at(2 * is_causal + flip)));
  Demand(whole.people.size() == piecewise.people.size(), "the same people");
  for (size_t p = 0; p < whole.people.size(); ++p) {
    const auto &a = whole.people[p].joints_in_cam, &b = piecewise.people[p].joints_in_cam;
    Demand(a.size() == b.size(), "the same frames");
    for (size_t i = 0; i < a.size(); ++i) {
      Demand(IsFinite(a[i]) == IsFinite(b[i]), "a pose in the same frames");
      if (!IsFinite(a[i]) || Norm(a[i] - b[i]) <= 1e-5F * (1 + Norm(a[i]))) continue;
      throw std::logic_error(
          fmt::format("frame {}: poses differ by {} in {}", i / 17, Norm(a[i] - b[i]), Norm(a[i])));
    }
  }
}

Seeds NumberSeeds() {
  Seeds seeds = {std::string("\x05\x03\x01\x00\x00\x02\x01\x01\x07\x0b", 10)};
  for (int i = 0; i < 3; ++i) {
    std::string seed;
    for (int k = 0; k < 700; ++k) seed += static_cast<char>(k * (7 + 6 * i) + i);
    seeds.push_back(seed);
  }
  return seeds;
}

// "coco_annotations_posetra" of "COCO annotations, PoseTrack"
std::string TargetName(std::string_view kind, std::string_view format) {
  std::string name(kind);
  for (const char c : format.substr(0, 24)) {
    const auto letter = static_cast<unsigned char>(c);
    name += std::isalnum(letter) != 0 ? static_cast<char>(std::tolower(letter)) : '_';
  }
  return name;
}

std::vector<FuzzTarget> MakeTargets() {
  std::vector<FuzzTarget> targets = {
      {"npy", FuzzNpy, NpySeeds},
      {"pickle", FuzzPickle, PickleSeeds},
      {"npz", FuzzNpz,
       [] { return ZipSeeds({"golden_raw/detectron_h36m/S1/Directions.55011271.mp4.npz"}); }},
      {"torch", FuzzTorch, TorchSeeds},
      {"cdf", FuzzCdf, [] { return Folder("fixtures/cdf/synthetic_h36m_layout"); }},
      {"mat", FuzzMat, MatSeeds, 100},
      {"hdf5", FuzzHdf5, Hdf5Seeds, 100},
      {"archive", FuzzArchive, ArchiveSeeds},
      {"amc", FuzzAmc, AmcSeeds},
      {"config", FuzzConfig, ConfigSeeds},
      {"calibration", FuzzCalibration, CalibrationSeeds},
      {"tflite", FuzzTflite, TfliteSeeds},
      {"network", FuzzNetwork, NumberSeeds, 200},
      {"lifter", FuzzLifter, NumberSeeds, 20},
  };
  for (const FileFormat& format : FileFormats()) {
    if (!format.read_motion) continue;
    targets.push_back({TargetName("motion_", format.name),
                       [&format](const std::string& input) { FuzzMotion(format, input); },
                       [&format] { return MotionSeeds(format); }, 500});
  }
  for (const KeypointFormat& format : KeypointFormats()) {
    const auto run = format.name.starts_with("a folder") ? FuzzFolder : FuzzKeypoints;
    targets.push_back({TargetName("keypoints_", format.name),
                       [&format, run](const std::string& input) { run(format, input); },
                       [&format] { return KeypointSeeds(format.name); }, 500});
  }
  return targets;
}

}  // namespace

const std::vector<FuzzTarget>& FuzzTargets() {
  static const std::vector<FuzzTarget> targets = MakeTargets();
  return targets;
}

}  // namespace videopose::internal
