#include "cecropia/io/hash.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <array>

namespace cecropia::io {

std::uint64_t hash64(std::span<const std::byte> bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::uint64_t hash64(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

std::string hash128_hex(std::string_view text) {
  const XXH128_hash_t h = XXH3_128bits(text.data(), text.size());
  return hex(h.high64) + hex(h.low64);
}

std::string hex(std::uint64_t hash) { return fmt::format("{:016x}", hash); }

void CanonicalHash::add_entries(std::string_view name, std::span<const std::byte> bytes, std::size_t entry_bytes,
                                std::uint64_t first) {
  const std::uint64_t column = hash64(name);
  const std::size_t n = bytes.size() / entry_bytes;
  for (std::size_t i = 0; i < n; ++i) {
    // Column and place are hashed together, so that no shift of the place can undo a change of the name.
    const std::array<std::uint64_t, 2> place{column, first + i};
    sum_ += XXH3_64bits_withSeed(bytes.data() + i * entry_bytes, entry_bytes, XXH3_64bits(place.data(), sizeof place));
  }
  entries_ += n;
}

void CanonicalHash::add_common(const parallel::Communicator& ranks, std::string_view name, std::string_view text) {
  if (!ranks.is_root()) return;
  sum_ += XXH3_64bits_withSeed(text.data(), text.size(), hash64(name));
  entries_ += 1;
}

std::uint64_t CanonicalHash::value(const parallel::Communicator& ranks) const {
  std::array<std::uint64_t, 2> total{sum_, entries_};  // unsigned: wraps modulo 2^64 by definition
  parallel::check(MPI_Allreduce(MPI_IN_PLACE, total.data(), 2, MPI_UINT64_T, MPI_SUM, ranks.handle()), "MPI_Allreduce");
  return XXH3_64bits(total.data(), sizeof total);
}

}  // namespace cecropia::io
