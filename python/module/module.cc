// SPDX-License-Identifier: Apache-2.0

#include "module.h"

#include <pybind11/stl/filesystem.h>

#include "videopose/base.h"
#include "videopose/media.h"

namespace videopose::python {
namespace {

namespace py = pybind11;

const char* NameOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kFileNotFound:
      return "file_not_found";
    case ErrorCode::kUnreadable:
      return "unreadable";
    case ErrorCode::kWrongFormat:
      return "wrong_format";
    case ErrorCode::kMismatch:
      return "mismatch";
    case ErrorCode::kInvalidArgument:
      return "invalid_argument";
    case ErrorCode::kCannotWrite:
      return "cannot_write";
    case ErrorCode::kAlreadyExists:
      return "already_exists";
    case ErrorCode::kModelMissing:
      return "model_missing";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kNetwork:
      return "network";
    case ErrorCode::kLimit:
      return "limit";
    case ErrorCode::kOther:
      break;
  }
  return "other";
}

}  // namespace

void BindErrors(py::module_& module) {
  // videopose.Error is a Python class, so that it can have attributes.
  static py::object error_type;
  error_type = py::module_::import("videopose._error").attr("Error");
  py::register_exception_translator([](std::exception_ptr pointer) {
    try {
      if (pointer) std::rethrow_exception(pointer);
    } catch (const Error& error) {
      const ErrorFacts& facts = error.facts();
      const py::object instance =
          error_type(error.what(), NameOf(error.code()), facts.file.string(), facts.expected,
                     facts.found, facts.option);
      PyErr_SetObject(error_type.ptr(), instance.ptr());
    } catch (const Cancelled&) {
      PyErr_SetNone(PyExc_KeyboardInterrupt);
    }
  });
  module.add_object("Error", error_type);
}

}  // namespace videopose::python

PYBIND11_MODULE(_core, module) {
  using namespace videopose::python;
  BindErrors(module);
  BindClips(module);
  BindStages(module);
  BindFiles(module);
  BindResearch(module);
  module.attr("__version__") = videopose::Version();
  module.def("thread_count", &videopose::ThreadCount);
  module.def("set_thread_count", &videopose::SetThreadCount);
  // Nothing is printed: FFmpeg's messages go into error texts. A setting of the process, which
  // docs/python.md tells of: who imports the module sees exceptions, and seldom stderr.
  videopose::CaptureFfmpegLog();
}
