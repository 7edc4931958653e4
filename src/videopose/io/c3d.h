// .c3d: markers in binary, what biomechanics programs exchange.
// Source of the format: "The C3D File Format: A Technical User Guide", c3d.org. It counts in blocks
// of 512 bytes: a header, parameters in named groups, then frame by frame four numbers a point
// (x, y, z, and the residual, below 0 where the point is not there).

#ifndef VIDEOPOSE_IO_C3D_H_
#define VIDEOPOSE_IO_C3D_H_

#include <filesystem>

#include "videopose/io/marker_trial.h"

namespace videopose {

// Little-endian, floats. `y_up`: POINT:X_SCREEN and Y_SCREEN say +X and +Y, else +X and +Z.
// Frames beyond 65535 are counted in TRIAL:ACTUAL_END_FIELD and POINT:LONG_FRAMES, as the header's
// 16 bits cannot. At most 255 markers. Atomically.
void WriteC3d(const std::filesystem::path& path, const MarkerTrial& trial, bool y_up);

// Little-endian files with points as floats or integers; analog data are passed over. Throws Error
// for others, and for damaged ones.
MarkerTrial ReadC3d(const std::filesystem::path& path);

}  // namespace videopose

#endif  // VIDEOPOSE_IO_C3D_H_
