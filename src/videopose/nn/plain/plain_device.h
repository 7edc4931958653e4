// SPDX-License-Identifier: Apache-2.0

// A device whose operations are loops over their formulas, on one thread: what each of them is, to
// be read beside nn/device.h and compared with when another device is written. Its memory is not
// the host's: addresses are such that reading them without it is a crash.

#ifndef VIDEOPOSE_NN_PLAIN_PLAIN_DEVICE_H_
#define VIDEOPOSE_NN_PLAIN_PLAIN_DEVICE_H_

#include "videopose/nn/device.h"

namespace videopose::internal {

Device& PlainDevice();

}  // namespace videopose::internal

#endif  // VIDEOPOSE_NN_PLAIN_PLAIN_DEVICE_H_
