#include "videopose/base/error.h"
#include "videopose/io/npy_array.h"

namespace videopose {

std::string Describe(const NpyArray& array) {
  return fmt::format("{}{}", array.dtype.kind, array.dtype.item_bytes);
}

}  // namespace videopose
