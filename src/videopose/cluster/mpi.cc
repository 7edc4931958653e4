// SPDX-License-Identifier: Apache-2.0

#include "videopose/cluster/mpi.h"

#ifdef VIDEOPOSE_MPI
#include <mpi.h>
#endif

#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

int NumberFrom(const char* variable) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? 0 : std::atoi(text);
}

// How many processes the starter says there are: Open MPI's mpirun, and others by the name of the
// older interface. Slurm's srun with PMIx gives no number but its own.
int StartedTogether() {
  for (const char* variable : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"}) {
    if (const int size = NumberFrom(variable); size > 0) return size;
  }
  if (std::getenv("SLURM_STEP_ID") == nullptr) return 1;
  const int size = NumberFrom("SLURM_STEP_NUM_TASKS");
  if (size > 1 && std::getenv("PMIX_RANK") == nullptr) {
    Fail(ErrorCode::kInvalidArgument,
         "srun started {} processes that do not know each other; start them with srun --mpi=pmix, "
         "or with mpirun",
         size);
  }
  return size > 1 ? size : 1;
}

#ifdef VIDEOPOSE_MPI

class MpiCommunicator : public Communicator {
 public:
  MpiCommunicator() {
    int provided = 0;
    // The thread that trains is the only one that calls MPI.
    if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS ||
        provided < MPI_THREAD_FUNNELED) {
      Fail(ErrorCode::kUnsupported, "MPI cannot be started with threads");
    }
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
  }

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  // Errors end the job, as MPI does by default.
  void Sum(std::span<double> values) override {
    MPI_Allreduce(MPI_IN_PLACE, values.data(), Count(values.size()), MPI_DOUBLE, MPI_SUM,
                  MPI_COMM_WORLD);
  }
  void Broadcast(std::span<float> values) override {
    MPI_Bcast(values.data(), Count(values.size()), MPI_FLOAT, 0, MPI_COMM_WORLD);
  }
  void BeginSum(std::span<float> values) override {
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Iallreduce(MPI_IN_PLACE, values.data(), Count(values.size()), MPI_FLOAT, MPI_SUM,
                   MPI_COMM_WORLD, &request);
    requests_.push_back(request);
  }
  void FinishSums() override {
    MPI_Waitall(Count(requests_.size()), requests_.data(), MPI_STATUSES_IGNORE);
    requests_.clear();
  }

 private:
  static int Count(size_t count) {
    if (count > static_cast<size_t>(std::numeric_limits<int>::max())) {
      Fail(ErrorCode::kLimit, "{} values at once are too many for MPI", count);
    }
    return static_cast<int>(count);
  }

  int rank_ = 0, size_ = 1;
  std::vector<MPI_Request> requests_;
};

#endif

}  // namespace

bool HasMpi() {
#ifdef VIDEOPOSE_MPI
  return true;
#else
  return false;
#endif
}

ProcessGroup::ProcessGroup() {
  const int size = StartedTogether();
  if (size == 1) return;
#ifdef VIDEOPOSE_MPI
  communicator_ = std::make_unique<MpiCommunicator>();
#else
  Fail(ErrorCode::kUnsupported,
       "{} processes were started to train together, but this program was built without MPI", size);
#endif
}

ProcessGroup::~ProcessGroup() = default;

Communicator& ProcessGroup::processes() const {
  return communicator_ == nullptr ? OneProcess() : *communicator_;
}

void ProcessGroup::Leave() {
#ifdef VIDEOPOSE_MPI
  if (communicator_ != nullptr) MPI_Finalize();
#endif
  communicator_.reset();
}

}  // namespace videopose::internal
