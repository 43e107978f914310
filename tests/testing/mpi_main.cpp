// main() of every test program. MPI is started once; a test fails if it fails on any rank, and the message of the
// failing rank is seen.
#include <gtest/gtest.h>
#include <mpi.h>

#include <cstdio>

namespace {
class AllRanksMustPass : public testing::EmptyTestEventListener {
 public:
  explicit AllRanksMustPass(int rank) : rank_(rank) {}

 private:
  void OnTestPartResult(const testing::TestPartResult& r) override {  // rank 0 has GoogleTest's own printer
    if (r.failed() && rank_ != 0)
      std::fprintf(stderr, "[rank %d] %s:%d\n%s\n", rank_, r.file_name() ? r.file_name() : "?", r.line_number(),
                   r.summary());
  }
  void OnTestEnd(const testing::TestInfo& test) override {
    const int failed = test.result()->Failed() ? 1 : 0;
    int anywhere = failed;
    MPI_Allreduce(MPI_IN_PLACE, &anywhere, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    if (anywhere != 0 && failed == 0 && rank_ == 0) ADD_FAILURE() << "failed on another rank, see its message";
  }
  int rank_;
};
}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  MPI_Init(&argc, &argv);
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  if (rank != 0) delete listeners.Release(listeners.default_result_printer());
  listeners.Append(new AllRanksMustPass(rank));
  int result = RUN_ALL_TESTS();
  MPI_Allreduce(MPI_IN_PLACE, &result, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  MPI_Finalize();
  return result;
}
