// SPDX-License-Identifier: Apache-2.0

#include "seeds.h"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "inputs.h"
#include "support/test_data.h"
#include "videopose/arrays/npy.h"
#include "videopose/arrays/pickle.h"
#include "videopose/arrays/torch_checkpoint_writer.h"
#include "videopose/base/read_file.h"
#include "videopose/files.h"
#include "videopose/scientific/hdf5_file.h"
#include "videopose/scientific/test_archive.h"
#include "videopose/tflite/test_small_model.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

constexpr size_t kLongestSeed = 20'000;

Seeds Files(std::initializer_list<const char*> paths) {
  Seeds seeds;
  for (const char* path : paths) {
    const fs::path file = TestData(path);
    seeds.push_back(file.extension() == ".json" ? Shortened(file) : ReadFile(file));
  }
  return seeds;
}

std::string Repeated(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += (i == 0 ? "" : ", ") + text;
  return all;
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

}  // namespace

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

Seeds FilesIn(const char* path, size_t most) {
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

Seeds MatSeeds() {
  Seeds seeds =
      Files({"fixtures/mat/teststruct_7.4_GLNX86.mat", "fixtures/mat/teststructnest_6.1_SOL2.mat"});
  for (const std::string& seed : FilesIn("golden_raw/h36m_mat", 2)) seeds.push_back(seed);
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

Seeds ConfigSeeds() {
  return {"network: {architecture: 3,3,3, channels: 1024}\na: [1, 2, {b: c}]\nd: &x 1\ne: *x\n",
          "#toml\n[a]\nb = 1.5\nc = [1, 2]\nd = \"text\"\n[a.e]\nf = 2020-01-01\n",
          "<?xml version=\"1.0\"?>\n<opencv_storage><a><b>1 2 3</b></a></opencv_storage>\n",
          "{\"a\": [1, 2.5], \"b\": null}", "%YAML:1.0\n---\na: !!opencv-matrix\n   rows: 1\n"};
}

// NOLINTBEGIN(bugprone-suspicious-missing-comma): long texts in parts.
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
// NOLINTEND(bugprone-suspicious-missing-comma)

Seeds TfliteSeeds() {
  const std::vector<uint8_t> bytes = FlatWriter::File(SmallModel());
  return {std::string(bytes.begin(), bytes.end())};
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

}  // namespace videopose::internal
