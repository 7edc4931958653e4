// SPDX-License-Identifier: Apache-2.0

// Python pickles, read and written as plain data. A pickle is a program that may ask Python to call
// anything; here nothing is ever called: a name that the caller does not allow is an Error, a name
// that it does becomes a PickleValue of kind kObject for the caller to understand.
//
// Source of the format: CPython's Lib/pickletools.py, which documents each opcode.

#ifndef VIDEOPOSE_ARRAYS_PICKLE_H_
#define VIDEOPOSE_ARRAYS_PICKLE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "videopose/arrays/pickle_value.h"
#include "videopose/arrays/shared_bytes.h"

namespace videopose::internal {

struct UnpickleOptions {
  std::string name = "pickle";  // the file; begins error messages
  // Whether "module.name" may occur. Always allowed, and turned into plain values: OrderedDict,
  // defaultdict, _codecs.encode, copy_reg._reconstructor, and the builtin containers.
  std::function<bool(std::string_view)> allow_global;
  int64_t max_values = 10'000'000;  // in the pickle, and when shared parts are counted each time
  // Of the file, where the pickle was compressed in it; 0: as many as the pickle's. A value takes
  // many times its one byte, so files get as many as MostBytesFrom (base/read_file.h) grants them.
  double file_bytes = 0;
  int32_t max_depth = 256;  // of values in values, so that callers may recurse
};

struct Unpickled {
  PickleValue value;
  size_t consumed = 0;  // bytes up to and with the STOP
};

// Reads the pickle (protocols 0 to 5) at the start of `bytes`, which the result's strings and bytes
// share. Throws Error on anything that is truncated, malformed, not allowed, too large or a
// structure which contains itself.
Unpickled Unpickle(const SharedBytes& bytes, const UnpickleOptions& options = {});

// The pickle of `value`, protocol 2 or 3 (which differ in bytes: 2 writes them as Python 2 could
// read them, larger and slower). Values that share a list, dict or object still do when read. No
// kArray may be in it (EncodeNumpy in npy.h takes care of those).
std::string Pickle(const PickleValue& value, int protocol = 2);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ARRAYS_PICKLE_H_
