// SPDX-License-Identifier: Apache-2.0

// The constant frame rate that represents a stream whose frames may be unevenly spaced.

#ifndef VIDEOPOSE_MEDIA_FRAME_RATE_H_
#define VIDEOPOSE_MEDIA_FRAME_RATE_H_

#include "videopose/media.h"

namespace videopose::internal {

// `average`: frames / duration. `base`: the lowest rate that has a tick at the time of each
// frame, as far as FFmpeg can tell (its r_frame_rate); 90000 where times are arbitrary, and twice
// the true rate for interlaced streams. Either may be 0 / 0 or 0 / 1: not known. Gives 25 if
// nothing is known.
FrameRate PickFrameRate(FrameRate average, FrameRate base, bool is_interlaced);

// The first frame of the steady time line at or after this time; a frame that is early only by
// rounding counts.
int64_t FrameAtOrAfter(double time_s, const FrameRate& rate);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MEDIA_FRAME_RATE_H_
