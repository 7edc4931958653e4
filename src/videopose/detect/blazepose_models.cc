// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/blazepose_models.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/base/parallel.h"
#include "videopose/detect.h"

namespace videopose::internal {
namespace {

std::filesystem::path RequireModel(const BlazePoseOptions& options, const ModelFile& file) {
  const std::filesystem::path dir =
      options.models_dir.empty() ? DefaultModelsDir() : options.models_dir;
  std::filesystem::path path = dir / file.name;
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    Fail(ErrorCode::kModelMissing, {.file = path, .option = "models_dir"},
         "{}: the model file is missing in {}", file.name, dir.string());
  }
  if (!HasIntactModel(dir, file)) {
    Fail(ErrorCode::kWrongFormat, {.file = path, .option = "models_dir"},
         "{}: damaged: its size or SHA-256 is not that of the model of {}", path.string(),
         file.package);
  }
  return path;
}

std::filesystem::path FindBoxModel(const BlazePoseOptions& options) {
  if (!options.search_boxes) return {};
  const std::filesystem::path dir =
      options.models_dir.empty() ? DefaultModelsDir() : options.models_dir;
  std::error_code error;
  if (!std::filesystem::is_regular_file(dir / BoxDetectorFile().name, error)) return {};
  return RequireModel(options, BoxDetectorFile());
}

// Calls work(worker, item) for each item; a worker that is done takes the next item. No pool: its
// idle threads would spin, and the start of a thread is cheap next to milliseconds of work.
void ShareOut(size_t items, size_t workers, const std::function<void(size_t, size_t)>& work) {
  std::atomic<size_t> next = 0;
  std::exception_ptr first_error;
  std::mutex mutex;
  const auto run = [&](size_t worker) {
    try {
      for (size_t item = next++; item < items; item = next++) work(worker, item);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!first_error) first_error = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (size_t worker = 1; worker < workers; ++worker) threads.emplace_back(run, worker);
    run(0);
  }
  if (first_error) std::rethrow_exception(first_error);
}

}  // namespace

bool IsUsable(const Roi& roi) {
  constexpr float kFarAway = 1e6F;
  return std::abs(roi.centre_px.x) < kFarAway && std::abs(roi.centre_px.y) < kFarAway &&
         roi.side_px > 0 && roi.side_px < kFarAway;
}

struct BlazePoseModels::Networks {
  Networks(const std::filesystem::path& detector_file, const std::filesystem::path& landmark_file,
           int threads)
      : pool(threads), detector(detector_file, pool), landmarks(landmark_file, pool) {}

  BoxDetector& boxes(const std::filesystem::path& file) {
    if (!box_detector) box_detector.emplace(file, pool);
    return *box_detector;
  }

  WorkerPool pool;
  PersonDetector detector;
  PoseLandmarkModel landmarks;
  std::optional<BoxDetector> box_detector;  // made when first needed
};

BlazePoseModels::BlazePoseModels(const BlazePoseOptions& options)
    : detector_file_(RequireModel(options, PersonDetectorFile())),
      landmark_file_(RequireModel(options, LandmarkFile(options.size))),
      box_file_(FindBoxModel(options)),
      threads_(options.threads > 0 ? options.threads : ThreadCount()),
      first_(std::make_unique<Networks>(detector_file_, landmark_file_, options.threads)) {
  if (can_find_boxes()) first_->boxes(box_file_);  // a damaged file is reported at once
}

BlazePoseModels::~BlazePoseModels() = default;

BlazePoseModels::Sight BlazePoseModels::Look(const Image& frame, std::span<const Roi> bodies,
                                             std::span<const Roi> squares,
                                             std::span<const BodyBox> parts) {
  VP_CHECK(frame.width_px > 0 && frame.height_px > 0, "an empty frame");
  Sight sight;
  sight.bodies.resize(bodies.size());
  sight.people.resize(squares.size());
  sight.boxes.resize(parts.size());
  const size_t first_part = bodies.size() + squares.size(), items = first_part + parts.size();
  const auto look = [&](Networks& networks, size_t item) {
    if (item < bodies.size()) {
      sight.bodies[item] = networks.landmarks.Find(frame, bodies[item]);
    } else if (item < first_part) {
      const size_t square = item - bodies.size();
      sight.people[square] = networks.detector.Detect(frame, squares[square]);
    } else {
      const size_t part = item - first_part;
      sight.boxes[part] = networks.boxes(box_file_).Detect(frame, parts[part]);
    }
  };
  const size_t workers = std::min(items, static_cast<size_t>(threads_));
  if (workers <= 1) {
    for (size_t item = 0; item < items; ++item) look(*first_, item);
    return sight;
  }
  // The first networks serve one of the threads if they are single-threaded.
  const size_t of_first = first_->pool.get() == nullptr ? 1 : 0;
  while (single_.size() + of_first < workers) {
    single_.push_back(std::make_unique<Networks>(detector_file_, landmark_file_, 1));
  }
  ShareOut(items, workers, [&](size_t worker, size_t item) {
    look(worker < of_first ? *first_ : *single_[worker - of_first], item);
  });
  return sight;
}

}  // namespace videopose::internal
