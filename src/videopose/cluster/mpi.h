// SPDX-License-Identifier: Apache-2.0

// Processes that mpirun, or srun with PMIx, started together.

#ifndef VIDEOPOSE_CLUSTER_MPI_H_
#define VIDEOPOSE_CLUSTER_MPI_H_

#include <memory>

#include "videopose/nn/communicator.h"

namespace videopose::internal {

// Whether this program was built with MPI.
bool HasMpi();

// All processes of the job, in which this one takes part; this one alone where it was started
// alone, and then MPI is not touched. Once a process. Throws Error where several were started and
// the program has no MPI, or the starter none that they could find each other by.
class ProcessGroup {
 public:
  ProcessGroup();
  ~ProcessGroup();
  ProcessGroup(const ProcessGroup&) = delete;
  ProcessGroup& operator=(const ProcessGroup&) = delete;

  Communicator& processes() const;

  // Waits for all others, without which mpirun takes the end of this process for a failure and ends
  // theirs: so it is not called after an error.
  void Leave();

 private:
  std::unique_ptr<Communicator> communicator_;  // null: alone
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLUSTER_MPI_H_
