// SPDX-License-Identifier: Apache-2.0

// Errors of poses; training and evaluating lifters.

#include <pybind11/numpy.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <string>
#include <utility>
#include <vector>

#include "arrays.h"
#include "given.h"
#include "interruptible.h"
#include "module.h"
#include "videopose/data.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/lift/temporal_model.h"
#include "videopose/metrics.h"

namespace videopose::python {
namespace {

namespace fs = std::filesystem;

JointTrack<Vec3f> TrackFrom(const InputArray<float>& poses) {
  const auto* first = reinterpret_cast<const Vec3f*>(poses.data());
  const auto count = static_cast<size_t>(poses.shape(0) * poses.shape(1));
  return {std::vector<Vec3f>(first, first + count), static_cast<int>(poses.shape(1))};
}

py::dict DictOf(const PoseErrors& errors) {
  py::dict dict;
  dict["mpjpe"] = errors.mpjpe;
  dict["pa_mpjpe"] = errors.p_mpjpe;
  dict["n_mpjpe"] = errors.n_mpjpe;
  dict["mpjve"] = errors.mpjve;
  return dict;
}

// Any joints: the four protocols.
py::dict JointErrors(const InputArray<float>& predicted, const InputArray<float>& truth) {
  const auto tensor = [](const InputArray<float>& array) {
    const std::vector<int64_t> shape(array.shape(), array.shape() + array.ndim());
    return Tensor(shape, std::vector<float>(array.data(), array.data() + array.size()));
  };
  const Tensor ours = tensor(predicted), theirs = tensor(truth);
  PoseErrors errors;
  {
    const py::gil_scoped_release release;
    errors = MeasurePoseErrors(ours, theirs);
  }
  return DictOf(errors);
}

// Human3.6M's 17, NaN where missing: limbs and angles, too.
py::dict BodyErrorsOf(const InputArray<float>& predicted, const InputArray<float>& truth) {
  BodyErrorMean mean;
  mean.Add(TrackFrom(predicted), TrackFrom(truth));
  const BodyErrors errors = mean.Mean();
  py::dict dict = DictOf(errors.joints);
  dict["limb_mpjpe"] = errors.limb_mpjpe;
  dict["limb_pa_mpjpe"] = errors.limb_p_mpjpe;
  dict["hip_deg"] = errors.hip_deg;
  dict["knee_deg"] = errors.knee_deg;
  dict["shoulder_deg"] = errors.shoulder_deg;
  dict["elbow_deg"] = errors.elbow_deg;
  dict["bones_deg"] = errors.bones_deg;
  dict["frames"] = errors.frames;
  return dict;
}

DatasetOptions DatasetFrom(const fs::path& data_dir, const std::string& name,
                           const std::string& keypoints) {
  return {.data_dir = data_dir, .name = name, .keypoints = keypoints};
}

py::dict DictOf(const EpochRecord& record) {
  py::dict dict;
  dict["epoch"] = record.epoch;
  dict["minutes"] = record.minutes;
  dict["learning_rate"] = record.learning_rate;
  dict["train_mm"] = record.train_mm;
  if (record.poses) {
    dict["train_eval_mm"] = record.poses->train_mm;
    dict["valid_mm"] = record.poses->valid_mm;
  }
  if (record.semi) {
    dict["train_root_mm"] = record.semi->train_root_mm;
    dict["valid_root_mm"] = record.semi->valid_root_mm;
    dict["train_screen"] = record.semi->train_screen;
    dict["unlabeled_screen"] = record.semi->unlabeled_screen;
    dict["valid_screen"] = record.semi->valid_screen;
  }
  return dict;
}

// on_epoch(record) after each epoch, on the thread that trains.
py::list Train(const fs::path& data_dir, const std::string& dataset, const std::string& keypoints,
               const fs::path& checkpoint_dir, const py::dict& more, const py::object& on_epoch,
               const py::object& on_progress) {
  TrainOptions options{.dataset = DatasetFrom(data_dir, dataset, keypoints)};
  options.checkpoint_dir = checkpoint_dir;
  const Given given(more);
  given.Take("train_subjects", options.train_subjects);
  given.Take("test_subjects", options.test_subjects);
  given.Take("widths", options.widths);
  given.Take("channels", options.channels);
  given.Take("causal", options.causal);
  given.Take("dropout", options.dropout);
  given.Take("epochs", options.epochs);
  given.Take("batch_size", options.batch_size);
  given.Take("learning_rate", options.learning_rate);
  given.Take("lr_decay", options.lr_decay);
  given.Take("seed", options.seed);
  given.Take("config", options.config);
  const auto records = Interruptible(on_progress, [&](const WorkMonitor& monitor) {
    return TrainLifter(
        options,
        [&](const EpochRecord& record) {
          if (on_epoch.is_none()) return;
          const py::gil_scoped_acquire acquire;
          on_epoch(DictOf(record));
        },
        monitor);
  });
  py::list list;
  for (const EpochRecord& record : records) list.append(DictOf(record));
  return list;
}

py::list Evaluate(const fs::path& lifter, const fs::path& data_dir, const std::string& dataset,
                  const std::string& keypoints, const std::vector<std::string>& subjects, bool flip,
                  bool causal, const py::object& on_progress) {
  const auto evaluations = Interruptible(on_progress, [&](const WorkMonitor& monitor) {
    return EvaluateLifter(lifter, DatasetFrom(data_dir, dataset, keypoints), {.subjects = subjects},
                          {.average_flip = flip, .monitor = monitor}, {.causal = causal});
  });
  py::list list;
  for (const Evaluation& evaluation : evaluations) {
    py::dict actions;
    for (const ActionErrors& action : evaluation.actions) {
      actions[py::str(action.action)] = DictOf(action.errors_mm);
    }
    list.append(py::make_tuple(actions, DictOf(evaluation.average_mm)));
  }
  return list;
}

// The network alone: rows (B, T, values) -> (B, T - receptive field + 1, J, 3). For tests of what
// is exported.
py::array RunNetwork(const fs::path& lifter, const InputArray<float>& rows) {
  const Tensor input({rows.shape(0), rows.shape(1), rows.shape(2)},
                     std::vector<float>(rows.data(), rows.data() + rows.size()));
  Tensor output;
  {
    const py::gil_scoped_release release;
    output = internal::TemporalModel(internal::ReadLiftCheckpoint(lifter).pose).Forward(input);
  }
  return Owning<float>({output.dim(0), output.dim(1), output.dim(2) / 3, 3},
                       std::move(output.values));
}

}  // namespace

void BindResearch(py::module_& module) {
  module.def("joint_errors", &JointErrors);
  module.def("body_errors", &BodyErrorsOf);
  module.def("train", &Train);
  module.def("evaluate_lifter", &Evaluate);
  module.def("run_network", &RunNetwork);
  module.def("pack_lifter", &PackLifter, py::call_guard<py::gil_scoped_release>());
}

}  // namespace videopose::python
