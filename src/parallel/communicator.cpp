#include "cecropia/parallel/communicator.hpp"

#include <algorithm>
#include <exception>
#include <limits>
#include <numeric>
#include <utility>

#include "cecropia/core/error.hpp"

namespace cecropia::parallel {
namespace {

/// Errors of MPI come back as codes, so that check() can name what was being done.
void return_errors(MPI_Comm handle) {
  check(MPI_Comm_set_errhandler(handle, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
}

/// Lengths of the pieces of a message of `bytes` bytes.
std::vector<int> pieces(std::size_t bytes) {
  std::vector<int> lengths;
  for (std::size_t done = 0; done < bytes; done += static_cast<std::size_t>(lengths.back()))
    lengths.push_back(static_cast<int>(std::min(bytes - done, longest_message_bytes)));
  return lengths;
}

/// Where each part begins when parts of these lengths stand one behind the other; one entry more than parts.
std::vector<std::size_t> begins(const std::vector<std::int64_t>& lengths) {
  std::vector<std::size_t> begin(lengths.size() + 1, 0);
  for (std::size_t i = 0; i < lengths.size(); ++i) begin[i + 1] = begin[i] + static_cast<std::size_t>(lengths[i]);
  return begin;
}

std::vector<int> as_int(std::span<const std::size_t> values) {
  std::vector<int> out(values.size());
  std::transform(values.begin(), values.end(), out.begin(), [](std::size_t v) { return static_cast<int>(v); });
  return out;
}

std::vector<int> as_int(const std::vector<std::int64_t>& values) {
  std::vector<int> out(values.size());
  std::transform(values.begin(), values.end(), out.begin(), [](std::int64_t v) { return static_cast<int>(v); });
  return out;
}

}  // namespace

void check(int code, const char* doing_what) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = {};
  int length = 0;
  MPI_Error_string(code, text, &length);
  throw InternalError(std::string(doing_what) + ": " + std::string(text, static_cast<std::size_t>(length)));
}

Environment::Environment(int& argc, char**& argv) {
  int provided = MPI_THREAD_SINGLE;
  check(MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided), "MPI_Init_thread");
  return_errors(MPI_COMM_WORLD);
}

Environment::~Environment() {
  if (std::uncaught_exceptions() == 0) MPI_Finalize();
}

Communicator::Communicator(MPI_Comm handle) : handle_(handle) {
  return_errors(handle_);
  check(MPI_Comm_rank(handle_, &rank_), "MPI_Comm_rank");
  check(MPI_Comm_size(handle_, &size_), "MPI_Comm_size");
}

Communicator Communicator::world() {
  MPI_Comm handle = MPI_COMM_NULL;
  check(MPI_Comm_dup(MPI_COMM_WORLD, &handle), "MPI_Comm_dup");
  return Communicator(handle);
}

Communicator Communicator::self() {
  MPI_Comm handle = MPI_COMM_NULL;
  check(MPI_Comm_dup(MPI_COMM_SELF, &handle), "MPI_Comm_dup");
  return Communicator(handle);
}

Communicator::Communicator(Communicator&& other) noexcept
    : handle_(std::exchange(other.handle_, MPI_COMM_NULL)), rank_(other.rank_), size_(other.size_) {}

Communicator& Communicator::operator=(Communicator&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(rank_, other.rank_);
  std::swap(size_, other.size_);
  return *this;
}

Communicator::~Communicator() {
  if (handle_ == MPI_COMM_NULL) return;
  // Giving back is collective: while an exception is under way the other ranks may never come. A rank alone waits for
  // nobody, and has to give back, for MPI holds few communicators (MPICH 2048).
  if (size_ > 1 && std::uncaught_exceptions() != 0) return;
  int finished = 0;
  MPI_Finalized(&finished);
  if (!finished) MPI_Comm_free(&handle_);
}

Communicator Communicator::split(int colour) const {
  MPI_Comm handle = MPI_COMM_NULL;
  check(MPI_Comm_split(handle_, colour, rank_, &handle), "MPI_Comm_split");
  return Communicator(handle);
}

Communicator Communicator::split_by_node() const {
  MPI_Comm handle = MPI_COMM_NULL;
  check(MPI_Comm_split_type(handle_, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &handle), "MPI_Comm_split_type");
  return Communicator(handle);
}

void Communicator::barrier() const { check(MPI_Barrier(handle_), "MPI_Barrier"); }

bool Communicator::any(bool mine) const {
  int flag = mine ? 1 : 0;
  check(MPI_Allreduce(MPI_IN_PLACE, &flag, 1, MPI_INT, MPI_MAX, handle_), "MPI_Allreduce");
  return flag != 0;
}

void Communicator::sum_in_place(std::span<std::int64_t> values) const {
  const std::size_t at_once = std::max<std::size_t>(1, longest_message_bytes / sizeof(std::int64_t));
  for (std::size_t done = 0; done < values.size(); done += at_once) {
    const auto part = values.subspan(done, std::min(at_once, values.size() - done));
    check(MPI_Allreduce(MPI_IN_PLACE, part.data(), static_cast<int>(part.size()), MPI_INT64_T, MPI_SUM, handle_),
          "MPI_Allreduce");
  }
}

std::int64_t Communicator::sum(std::int64_t mine) const {
  sum_in_place(std::span<std::int64_t>(&mine, 1));
  return mine;
}

std::int64_t Communicator::max(std::int64_t mine) const {
  check(MPI_Allreduce(MPI_IN_PLACE, &mine, 1, MPI_INT64_T, MPI_MAX, handle_), "MPI_Allreduce");
  return mine;
}

double Communicator::max(double mine) const {
  check(MPI_Allreduce(MPI_IN_PLACE, &mine, 1, MPI_DOUBLE, MPI_MAX, handle_), "MPI_Allreduce");
  return mine;
}

double Communicator::min(double mine) const {
  check(MPI_Allreduce(MPI_IN_PLACE, &mine, 1, MPI_DOUBLE, MPI_MIN, handle_), "MPI_Allreduce");
  return mine;
}

std::int64_t Communicator::exclusive_sum(std::int64_t mine) const {
  std::int64_t before = 0;
  check(MPI_Exscan(&mine, &before, 1, MPI_INT64_T, MPI_SUM, handle_), "MPI_Exscan");
  return rank_ == 0 ? 0 : before;  // MPI leaves the result of rank 0 undefined
}

std::string Communicator::broadcast(std::string text, int root) const {
  const std::vector<char> raw = broadcast(std::vector<char>(text.begin(), text.end()), root);
  return std::string(raw.begin(), raw.end());
}

void Communicator::broadcast_bytes(void* data, std::size_t bytes, int root) const {
  auto* at = static_cast<std::byte*>(data);
  for (const int length : pieces(bytes)) {
    check(MPI_Bcast(at, length, MPI_BYTE, root, handle_), "MPI_Bcast");
    at += length;
  }
}

std::vector<std::byte> Communicator::gather_bytes(std::span<const std::byte> mine) const {
  std::vector<std::int64_t> length(static_cast<std::size_t>(size_));
  const auto my_length = static_cast<std::int64_t>(mine.size());
  check(MPI_Allgather(&my_length, 1, MPI_INT64_T, length.data(), 1, MPI_INT64_T, handle_), "MPI_Allgather");
  const std::vector<std::size_t> begin = begins(length);
  std::vector<std::byte> all(begin.back());
  if (all.size() <= longest_message_bytes) {
    check(MPI_Allgatherv(mine.data(), static_cast<int>(mine.size()), MPI_BYTE, all.data(), as_int(length).data(),
                         as_int(begin).data(), MPI_BYTE, handle_),
          "MPI_Allgatherv");
    return all;
  }
  // MPI_Allgatherv addresses the result with int: beyond that every rank broadcasts its part into its place.
  if (!mine.empty())
    std::copy(mine.begin(), mine.end(),
              all.begin() + static_cast<std::ptrdiff_t>(begin[static_cast<std::size_t>(rank_)]));
  for (int r = 0; r < size_; ++r) {
    const auto i = static_cast<std::size_t>(r);
    broadcast_bytes(all.data() + begin[i], begin[i + 1] - begin[i], r);
  }
  return all;
}

std::vector<std::byte> Communicator::exchange_bytes(const std::vector<std::span<const std::byte>>& outgoing) const {
  const auto n = static_cast<std::size_t>(size_);
  if (outgoing.size() != n) throw InternalError("exchange() needs one list for every rank");
  std::vector<std::int64_t> out_length(n), in_length(n);
  for (std::size_t r = 0; r < n; ++r) out_length[r] = static_cast<std::int64_t>(outgoing[r].size());
  check(MPI_Alltoall(out_length.data(), 1, MPI_INT64_T, in_length.data(), 1, MPI_INT64_T, handle_), "MPI_Alltoall");
  const std::vector<std::size_t> out_begin = begins(out_length), in_begin = begins(in_length);
  std::vector<std::byte> in(in_begin.back());
  if (!any(std::max(out_begin.back(), in_begin.back()) > longest_message_bytes)) {
    std::vector<std::byte> out;
    out.reserve(out_begin.back());
    for (const auto& part : outgoing) out.insert(out.end(), part.begin(), part.end());
    check(MPI_Alltoallv(out.data(), as_int(out_length).data(), as_int(out_begin).data(), MPI_BYTE, in.data(),
                        as_int(in_length).data(), as_int(in_begin).data(), MPI_BYTE, handle_),
          "MPI_Alltoallv");
    return in;
  }
  // MPI_Alltoallv addresses both sides with int: beyond that the pieces travel one by one. Between two ranks messages
  // with one tag do not overtake each other, so the pieces arrive in order.
  constexpr int tag = 11;
  std::vector<MPI_Request> requests;
  for (int r = 0; r < size_; ++r) {
    std::byte* at = in.data() + in_begin[static_cast<std::size_t>(r)];
    for (const int length : pieces(static_cast<std::size_t>(in_length[static_cast<std::size_t>(r)]))) {
      check(MPI_Irecv(at, length, MPI_BYTE, r, tag, handle_, &requests.emplace_back()), "MPI_Irecv");
      at += length;
    }
  }
  for (int step = 0; step < size_; ++step) {  // each rank starts with its neighbour: no rank is served by all at once
    const int r = (rank_ + step) % size_;
    const std::byte* at = outgoing[static_cast<std::size_t>(r)].data();
    for (const int length : pieces(outgoing[static_cast<std::size_t>(r)].size())) {
      check(MPI_Isend(at, length, MPI_BYTE, r, tag, handle_, &requests.emplace_back()), "MPI_Isend");
      at += length;
    }
  }
  check(MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE), "MPI_Waitall");
  return in;
}

}  // namespace cecropia::parallel
