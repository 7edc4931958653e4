// SPDX-License-Identifier: Apache-2.0

// The parts of videopose._core. Python code of the package gives it arrays and turns what comes
// back into the types that people see.

#ifndef VIDEOPOSE_PYTHON_MODULE_H_
#define VIDEOPOSE_PYTHON_MODULE_H_

#include <pybind11/pybind11.h>

namespace videopose::python {

void BindErrors(pybind11::module_& module);
void BindClips(pybind11::module_& module);   // keypoints and motions as arrays
void BindStages(pybind11::module_& module);  // detect, lift, ground, render, live
void BindFiles(pybind11::module_& module);
void BindResearch(pybind11::module_& module);  // metrics, training

}  // namespace videopose::python

#endif  // VIDEOPOSE_PYTHON_MODULE_H_
