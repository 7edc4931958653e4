// SPDX-License-Identifier: Apache-2.0

// NumPy's .npy files (versions 1.0 to 3.0), and arrays inside pickles.
// Source of the format: numpy/lib/format.py's own description.
//
// `what` in these functions is how messages call the array: "data.npz: keypoints".

#ifndef VIDEOPOSE_ARRAYS_NPY_H_
#define VIDEOPOSE_ARRAYS_NPY_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/arrays/npy_array.h"
#include "videopose/arrays/pickle_value.h"
#include "videopose/arrays/shared_bytes.h"
#include "videopose/base.h"

namespace videopose::internal {

// Any byte order and memory layout. Object arrays are unpickled: nothing in them is ever run, and
// arrays in them become PickleValues of kind kArray. Throws Error on everything else: not an .npy
// file, truncated, complex numbers, structured types.
NpyArray ReadNpy(const std::filesystem::path& path);
// The same of a file in memory, which the array's data share where they lie in it as needed.
NpyArray ParseNpy(const SharedBytes& file, std::string_view what);

// Any numbers (or truth values) as T: float, double, int32_t, int64_t, uint8_t. Throws Error where
// the array holds something else, and where fractions would be cut off.
template <typename T>
BasicTensor<T> ToTensor(const NpyArray& array, std::string_view what);
// Of an array with exactly one element.
template <typename T>
T ToScalar(const NpyArray& array, std::string_view what);
// The elements of a text array, row-major, as UTF-8.
std::vector<std::string> ToStrings(const NpyArray& array, std::string_view what);
// What a 0-d object array holds: how NumPy saves a dict.
PickleValue ToObject(const NpyArray& array, std::string_view what);

template <typename T>
NpyArray MakeNpy(BasicTensor<T> tensor);
// A 0-d array, float64 or int64.
NpyArray MakeNpy(double value);
NpyArray MakeNpy(int64_t value);
// A text array, 1-d or 0-d. Invalid UTF-8 is read as Latin-1.
NpyArray MakeNpy(const std::vector<std::string>& texts);
NpyArray MakeNpy(std::string_view text);
// A 0-d object array; `value` may hold arrays.
NpyArray MakeNpyObject(PickleValue value);

// numpy.load reads these; object arrays with allow_pickle=True.
std::string EncodeNpy(const NpyArray& array);
void WriteNpy(const std::filesystem::path& path, const NpyArray& array);  // atomically

// For other formats with arrays in their pickles. Whether NumPy's own pickles use this global:
bool IsNumpyGlobal(std::string_view global);
// Turns NumPy's objects within an unpickled value into arrays and plain numbers, in place.
void DecodeNumpy(PickleValue& value, std::string_view what);
// The opposite, in a copy: what Pickle() takes.
PickleValue EncodeNumpy(const PickleValue& value);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ARRAYS_NPY_H_
