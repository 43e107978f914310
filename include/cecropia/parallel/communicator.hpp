#pragma once
/// \file  MPI handles as values. Every MPI call goes through check(), so no return code is dropped; collective
/// destructors do nothing while an exception is under way (the others may never come).
#include <mpi.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace cecropia::parallel {

/// Throws InternalError with MPI's own text unless `code` is MPI_SUCCESS.
void check(int code, const char* doing_what);

/// Messages longer than this many bytes travel in pieces, because MPI counts in int (2^31 - 1). No result depends on
/// it; tests lower it to reach the path of large messages with little memory. Equal on all ranks; at most 2^30.
inline std::size_t longest_message_bytes = std::size_t{1} << 30;

/// MPI_Init in the constructor, MPI_Finalize in the destructor (not while an exception is under way: the other ranks
/// may be waiting inside a collective call, and main() ends such a run with give_up()).
class Environment {
 public:
  Environment(int& argc, char**& argv);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
};

/// A set of ranks that work together. Owns its MPI handle: moves, never copies. All members but the queries (rank,
/// size, is_root, handle) are collective: every rank of the set calls them, in the same order. Errors of MPI:
/// InternalError.
class Communicator {
 public:
  static Communicator world();  ///< a duplicate of MPI_COMM_WORLD
  static Communicator self();   ///< this rank alone
  Communicator(Communicator&& other) noexcept;
  Communicator& operator=(Communicator&& other) noexcept;
  ~Communicator();

  /// The ranks with the same colour (>= 0), in their present order.
  Communicator split(int colour) const;
  Communicator split_by_node() const;  ///< the ranks that can see the same memory

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool is_root() const { return rank_ == 0; }
  MPI_Comm handle() const { return handle_; }

  void barrier() const;
  /// True on all ranks if it is true on any.
  bool any(bool mine) const;
  /// Integer sums do not depend on the order. For physical sums see ExactSum.
  void sum_in_place(std::span<std::int64_t> values) const;
  std::int64_t sum(std::int64_t mine) const;
  std::int64_t max(std::int64_t mine) const;
  double max(double mine) const;
  double min(double mine) const;
  /// Sum over the ranks before this one (0 on rank 0): where this rank's part begins in the concatenation.
  std::int64_t exclusive_sum(std::int64_t mine) const;
  /// Root's text on every rank.
  std::string broadcast(std::string text, int root = 0) const;

  /// Root's array on every rank.
  template <class T>
  std::vector<T> broadcast(std::vector<T> values, int root = 0) const {
    static_assert(std::is_trivially_copyable_v<T>, "only plain records travel between ranks");
    std::int64_t n = static_cast<std::int64_t>(values.size());
    broadcast_bytes(&n, sizeof n, root);
    values.resize(static_cast<std::size_t>(n));
    broadcast_bytes(values.data(), values.size() * sizeof(T), root);
    return values;
  }
  /// The concatenation, in rank order, of what every rank brings; on every rank. Any length that fits in memory.
  template <class T>
  std::vector<T> gather_all(std::span<const T> mine) const {
    static_assert(std::is_trivially_copyable_v<T>, "only plain records travel between ranks");
    std::vector<std::byte> raw = gather_bytes(std::as_bytes(mine));
    std::vector<T> all(raw.size() / sizeof(T));
    if (!raw.empty()) __builtin_memcpy(static_cast<void*>(all.data()), raw.data(), raw.size());
    return all;
  }
  template <class T>
  std::vector<T> gather_all(const std::vector<T>& mine) const {
    return gather_all(std::span<const T>(mine));
  }
  /// Element r of `outgoing` goes to rank r; what the ranks sent to me comes back concatenated in rank order. Any
  /// length that fits in memory. InternalError unless there is one element per rank.
  template <class T>
  std::vector<T> exchange(const std::vector<std::vector<T>>& outgoing) const {
    static_assert(std::is_trivially_copyable_v<T>, "only plain records travel between ranks");
    std::vector<std::span<const std::byte>> raw;
    raw.reserve(outgoing.size());
    for (const auto& part : outgoing) raw.push_back(std::as_bytes(std::span<const T>(part)));
    std::vector<std::byte> in = exchange_bytes(raw);
    std::vector<T> all(in.size() / sizeof(T));
    if (!in.empty()) __builtin_memcpy(static_cast<void*>(all.data()), in.data(), in.size());
    return all;
  }

 private:
  explicit Communicator(MPI_Comm handle);
  void broadcast_bytes(void* data, std::size_t bytes, int root) const;
  std::vector<std::byte> gather_bytes(std::span<const std::byte> mine) const;
  std::vector<std::byte> exchange_bytes(const std::vector<std::span<const std::byte>>& outgoing) const;
  MPI_Comm handle_ = MPI_COMM_NULL;
  int rank_ = 0, size_ = 1;
};

}  // namespace cecropia::parallel
