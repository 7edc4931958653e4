// SPDX-License-Identifier: Apache-2.0

// Work that may crash, loop or take all memory: libraries that read formats of their own, given
// files of strangers. It runs in a child process (fork, no other program) with limits on memory,
// time, and files written; whatever becomes of the child is an Error here.
//
//   InChild(
//       "poses.h5", file_bytes,
//       [&] {
//         const double value = ReadWithTheLibrary();
//         return [value](ChildPipe& pipe) { pipe.Put(value); };
//       },
//       [&](ChildPipe& pipe) { value = pipe.Get<double>(); });

#ifndef VIDEOPOSE_SCIENTIFIC_IN_CHILD_H_
#define VIDEOPOSE_SCIENTIFIC_IN_CHILD_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>

#include "videopose/base.h"

namespace videopose::internal {

// One end of a pipe: the child puts, the parent gets the same in the same order. What is got comes
// from a process that may have lost its mind: sizes have to be checked before memory is taken.
class ChildPipe {
 public:
  explicit ChildPipe(int fd) : fd_(fd) {}

  void Write(const void* bytes, size_t size);
  void Read(void* bytes, size_t size);

  template <typename T>
  void Put(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    Write(&value, sizeof(value));
  }
  template <typename T>
  T Get() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value{};
    Read(&value, sizeof(value));
    return value;
  }
  void PutText(std::string_view text);
  std::string GetText();  // of at most 64 kB
  void PutTensor(const BasicTensor<double>& tensor);
  // Throws Error, which begins with `what`, where it has more than `most` values.
  BasicTensor<double> GetTensor(double most, const std::string& what);

 private:
  int fd_;
};

// In the child, once its file is open: libraries must not be led to others by what is in it.
void OpenNoMoreFiles();

using ChildTalk = std::function<void(ChildPipe&)>;

// Calls `work` in the child, and then what it returns, which puts the result; meanwhile `take`
// here. An Error that `work` throws is thrown here. Other errors begin with `name`. The child may
// take twice MostBytesFrom(file_bytes) beyond what this process has, and some seconds.
void InChild(const std::string& name, double file_bytes, const std::function<ChildTalk()>& work,
             const ChildTalk& take);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_SCIENTIFIC_IN_CHILD_H_
