// SPDX-License-Identifier: Apache-2.0

#include "videopose/onnx/onnx_network.h"

#include "videopose/base/error.h"

#ifdef VIDEOPOSE_ONNX

#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "videopose/base/check.h"
#include "videopose/base/parallel.h"

namespace videopose::internal {
namespace {

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

template <typename T>
std::vector<float> FloatsOf(const Ort::Value& value, size_t count) {
  const T* data = value.GetTensorData<T>();
  std::vector<float> floats(count);
  std::transform(data, data + count, floats.begin(),
                 [](T number) { return static_cast<float>(number); });
  return floats;
}

}  // namespace

class OnnxNetwork::Impl {
 public:
  Impl(const std::filesystem::path& file, int threads) : file_(file.string()) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) {
      FailAt(file, ErrorCode::kFileNotFound, "no such file");
    }
    try {
      Load(threads);
    } catch (const Ort::Exception& error) {
      FailAt(file, ErrorCode::kWrongFormat, "ONNX Runtime cannot load it: {}",
             FirstLine(error.what()));
    }
  }

  int width_px() const { return static_cast<int>(shape_[3]); }
  int height_px() const { return static_cast<int>(shape_[2]); }

  std::vector<OnnxOutput> Run(std::span<const float> image) {
    VP_CHECK(std::ssize(image) == 3 * shape_[2] * shape_[3], "{} values", image.size());
    std::vector<OnnxOutput> outputs;
    try {
      // Only read, though the interface does not say so.
      const Ort::Value input = Ort::Value::CreateTensor<float>(
          memory_, const_cast<float*>(image.data()), image.size(), shape_.data(), shape_.size());
      const std::array<const char*, 1> inputs = {input_name_.c_str()};
      std::vector<const char*> names;
      for (const std::string& name : output_names_) names.push_back(name.c_str());
      for (const Ort::Value& value :
           session_.Run(Ort::RunOptions(), inputs.data(), &input, 1, names.data(), names.size())) {
        outputs.push_back(OutputOf(value));
      }
    } catch (const Ort::Exception& error) {
      Fail(ErrorCode::kWrongFormat, "{}: ONNX Runtime cannot run it: {}", file_,
           FirstLine(error.what()));
    }
    return outputs;
  }

 private:
  // One for the process, as ONNX Runtime wants it.
  static const Ort::Env& Environment() {
    static const Ort::Env environment(ORT_LOGGING_LEVEL_FATAL, "videopose");
    return environment;
  }

  void Load(int threads) {
    Ort::SessionOptions options;
    options.SetIntraOpNumThreads(threads > 0 ? threads : std::clamp(ThreadCount() / 2, 1, 4));
    options.SetGraphOptimizationLevel(ORT_ENABLE_ALL);
    session_ = Ort::Session(Environment(), file_.c_str(), options);
    Ort::AllocatorWithDefaultOptions allocator;
    const size_t inputs = session_.GetInputCount();
    if (inputs == 1) {
      input_name_ = session_.GetInputNameAllocated(0, allocator).get();
      shape_ = session_.GetInputTypeInfo(0).GetTensorTypeAndShapeInfo().GetShape();
    }
    if (shape_.size() != 4 || shape_[1] != 3 || shape_[2] < 1 || shape_[3] < 1) {
      Fail(ErrorCode::kMismatch,
           "{}: expected one input (N, 3, height, width) of fixed height and width, found {} of {} "
           "dimensions",
           file_, inputs, shape_.size());
    }
    shape_[0] = 1;
    for (size_t i = 0; i < session_.GetOutputCount(); ++i) {
      output_names_.emplace_back(session_.GetOutputNameAllocated(i, allocator).get());
    }
  }

  OnnxOutput OutputOf(const Ort::Value& value) const {
    const auto info = value.GetTensorTypeAndShapeInfo();
    OnnxOutput output{.shape = info.GetShape()};
    switch (info.GetElementType()) {
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT:
        output.values = FloatsOf<float>(value, info.GetElementCount());
        break;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64:
        output.values = FloatsOf<int64_t>(value, info.GetElementCount());
        break;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32:
        output.values = FloatsOf<int32_t>(value, info.GetElementCount());
        break;
      default:
        Fail(ErrorCode::kMismatch, "{}: expected outputs of float or integer numbers", file_);
    }
    return output;
  }

  std::string file_, input_name_;
  std::vector<std::string> output_names_;
  std::vector<int64_t> shape_;
  Ort::Session session_{nullptr};
  Ort::MemoryInfo memory_ = Ort::MemoryInfo::CreateCpu(OrtDeviceAllocator, OrtMemTypeCPU);
};

}  // namespace videopose::internal

#else

namespace videopose::internal {

class OnnxNetwork::Impl {
 public:
  Impl(const std::filesystem::path& file, int /*threads*/) {
    FailAt(
        file, ErrorCode::kUnsupported,
        "this videopose was built without ONNX Runtime (docs/onnx.md says how to build with it)");
  }
  int width_px() const { return 0; }
  int height_px() const { return 0; }
  std::vector<OnnxOutput> Run(std::span<const float> /*image*/) { return {}; }
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ONNX

namespace videopose::internal {

OnnxNetwork::OnnxNetwork(const std::filesystem::path& file, int threads)
    : impl_(std::make_unique<Impl>(file, threads)) {}
OnnxNetwork::~OnnxNetwork() = default;
OnnxNetwork::OnnxNetwork(OnnxNetwork&&) noexcept = default;
OnnxNetwork& OnnxNetwork::operator=(OnnxNetwork&&) noexcept = default;

int OnnxNetwork::width_px() const { return impl_->width_px(); }
int OnnxNetwork::height_px() const { return impl_->height_px(); }
std::vector<OnnxOutput> OnnxNetwork::Run(std::span<const float> image) const {
  return impl_->Run(image);
}

}  // namespace videopose::internal
