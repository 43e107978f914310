#pragma once
/// \file  Fingerprints of content (XXH3): of bytes, and of columns that are spread over ranks.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "cecropia/parallel/communicator.hpp"

namespace cecropia::io {

/// XXH3, 64 bits, of the bytes as they stand in memory.
std::uint64_t hash64(std::span<const std::byte> bytes);
std::uint64_t hash64(std::string_view text);
/// XXH3, 128 bits, as 32 lower-case hexadecimal digits.
std::string hash128_hex(std::string_view text);
/// 16 lower-case hexadecimal digits.
std::string hex(std::uint64_t hash);

/// The fingerprint of a set of named columns that does not depend on the number of ranks. Every entry is hashed with
/// its column's name and its place in the whole column, and the hashes are added modulo 2^64, in which order does not
/// matter. So a swap of two entries, of two columns, or of their names changes the result, and a different split does
/// not.
class CanonicalHash {
 public:
  /// Adds this rank's part of column `name`: entries [first, first + mine.size()) of the whole column. Not collective.
  template <class T>
  void add(std::string_view name, std::span<const T> mine, std::uint64_t first) {
    static_assert(std::is_arithmetic_v<T>, "records may hold padding, whose bytes mean nothing: hash their columns");
    add_entries(name, std::as_bytes(mine), sizeof(T), first);
  }
  template <class T>
  void add(std::string_view name, const std::vector<T>& mine, std::uint64_t first) {
    add(name, std::span<const T>(mine), first);
  }
  /// Collective: the part of each rank follows that of the ranks before it.
  template <class T>
  void add_in_rank_order(const parallel::Communicator& ranks, std::string_view name, const std::vector<T>& mine) {
    add(name, mine, static_cast<std::uint64_t>(ranks.exclusive_sum(static_cast<std::int64_t>(mine.size()))));
  }
  /// Adds a fact that all ranks know alike (a header entry, a level's redshift); counted on rank 0 only.
  void add_common(const parallel::Communicator& ranks, std::string_view name, std::string_view text);
  /// Collective: the fingerprint of everything added on all ranks; the same on all ranks.
  std::uint64_t value(const parallel::Communicator& ranks) const;

 private:
  void add_entries(std::string_view name, std::span<const std::byte> bytes, std::size_t entry_bytes,
                   std::uint64_t first);
  std::uint64_t sum_ = 0, entries_ = 0;
};

/// Collective: CanonicalHash of one column in rank order.
template <class T>
std::uint64_t canonical_hash(const parallel::Communicator& ranks, std::string_view name, const std::vector<T>& mine) {
  CanonicalHash hash;
  hash.add_in_rank_order(ranks, name, mine);
  return hash.value(ranks);
}

}  // namespace cecropia::io
