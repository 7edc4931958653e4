// SPDX-License-Identifier: Apache-2.0

// Translates a TfliteModel's operators into an XNNPACK subgraph. Used by XnnNetwork only.

#ifndef VIDEOPOSE_TFLITE_XNN_GRAPH_H_
#define VIDEOPOSE_TFLITE_XNN_GRAPH_H_

#include <xnnpack.h>

#include <memory>
#include <string>
#include <vector>

#include "videopose/tflite/tflite_model.h"

namespace videopose::internal {

struct XnnSubgraphDeleter {
  void operator()(xnn_subgraph_t subgraph) const { xnn_delete_subgraph(subgraph); }
};
using XnnSubgraph = std::unique_ptr<xnn_subgraph, XnnSubgraphDeleter>;

// Adds all operators that `outputs` need. `inputs` and `outputs` are tensors of the model; the
// outside reads and writes them under the XNNPACK value ids 0, 1, ... in this order. `model` must
// outlive what is built from it, since its weights are not copied. Throws Error on operators that
// are not supported and where shapes do not fit each other.
XnnSubgraph BuildXnnSubgraph(const TfliteModel& model, const std::vector<int>& inputs,
                             const std::vector<int>& outputs);

// Throws Error unless `status` is success; `what` says what was tried ("start").
void CheckXnn(xnn_status status, const TfliteModel& model, const std::string& what);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TFLITE_XNN_GRAPH_H_
