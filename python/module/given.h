// SPDX-License-Identifier: Apache-2.0

// Options from Python: those that a dict has replace the defaults of ours.

#ifndef VIDEOPOSE_PYTHON_GIVEN_H_
#define VIDEOPOSE_PYTHON_GIVEN_H_

#include <pybind11/pybind11.h>

namespace videopose::python {

class Given {
 public:
  explicit Given(const pybind11::dict& given) : given_(given) {}
  template <typename T>
  void Take(const char* name, T& field) const {
    if (Has(name)) field = given_[name].cast<T>();
  }
  bool Has(const char* name) const { return given_.contains(name); }
  pybind11::object operator[](const char* name) const { return given_[name]; }

 private:
  const pybind11::dict& given_;
};

}  // namespace videopose::python

#endif  // VIDEOPOSE_PYTHON_GIVEN_H_
