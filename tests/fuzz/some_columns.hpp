#pragma once
// Columns of numbers out of the fuzzer's bytes: small whole numbers mostly, so that links hit; now and then any.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace cecropia::tree::fuzz {

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : p_(data), end_(data + size) {}

  std::size_t left() const { return static_cast<std::size_t>(end_ - p_); }
  std::uint8_t next() { return p_ == end_ ? std::uint8_t{0} : *p_++; }
  /// The bytes as they are; zeros when there are no more.
  template <class T>
  T raw() {
    T value{};
    const std::size_t n = std::min(sizeof value, left());
    std::memcpy(&value, p_, n);
    p_ += n;
    return value;
  }
  /// 0 to n - 1.
  std::size_t below(std::size_t n) { return next() % n; }
  /// -2 to 125, or any number of 64 bits.
  std::int64_t integer() {
    const std::uint8_t first = next();
    if (first < 128) return static_cast<std::int64_t>(first) - 2;
    return static_cast<std::int64_t>(any());
  }
  /// 0 to 127, or any number that a double can be.
  double real() {
    const std::uint8_t first = next();
    if (first < 128) return first;
    const std::uint64_t bits = any();
    double value = 0.0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }
  /// At most `n` bytes, as they are.
  std::string_view text(std::size_t n) {
    const std::string_view taken(reinterpret_cast<const char*>(p_), std::min(n, left()));
    p_ += taken.size();
    return taken;
  }
  std::vector<std::int64_t> integers(std::size_t n) {
    std::vector<std::int64_t> v(n);
    for (auto& x : v) x = integer();
    return v;
  }
  std::vector<double> reals(std::size_t n) {
    std::vector<double> v(n);
    for (auto& x : v) x = real();
    return v;
  }

 private:
  std::uint64_t any() {
    std::uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits = bits << 8 | next();
    return bits;
  }
  const std::uint8_t *p_, *end_;
};

}  // namespace cecropia::tree::fuzz
