#pragma once
/// \file  Values as bytes and back, field by field: what a checkpoint is made of. A type lists its fields once, for
/// both directions:
///   template <class Self, class Archive>
///   static void fields(Self& self, Archive& archive) { archive(self.a, self.b); }
/// Padding is never written, so equal values are equal bytes. Numbers stand as in memory: a checkpoint is read on the
/// kind of machine that wrote it.
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "cecropia/core/error.hpp"

namespace cecropia {

/// Numbers, bool and enumerations: one value, no fields.
template <class T>
inline constexpr bool is_plain = std::is_arithmetic_v<T> || std::is_enum_v<T>;

/// Appends values to a text of bytes.
class ByteWriter {
 public:
  static constexpr bool reads = false;
  template <class... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }
  const std::string& bytes() const { return bytes_; }  ///< so far
  std::string take() { return std::move(bytes_); }     ///< and nothing is left

 private:
  void raw(const void* data, std::size_t n) { bytes_.append(static_cast<const char*>(data), n); }
  template <class T>
  void put(const T& value) {
    if constexpr (is_plain<T>)
      raw(&value, sizeof value);
    else
      T::fields(value, *this);
  }
  template <class T, std::size_t n>
  void put(const std::array<T, n>& values) {
    for (const T& value : values) put(value);
  }
  template <class T, std::size_t n>
  void put(const T (&values)[n]) {
    for (const T& value : values) put(value);
  }
  template <class T>
  void put(const std::vector<T>& values) {
    put(static_cast<std::uint64_t>(values.size()));
    if constexpr (is_plain<T>)
      raw(values.data(), values.size() * sizeof(T));
    else
      for (const T& value : values) put(value);
  }

  std::string bytes_;
};

/// Takes values out again, in the same order. InputError if the bytes end too early, or one that is to be true or false
/// is neither; `where` names them.
class ByteReader {
 public:
  static constexpr bool reads = true;
  ByteReader(std::string_view bytes, std::string where) : bytes_(bytes), where_(std::move(where)) {}
  template <class... T>
  void operator()(T&... values) {
    (get(values), ...);
  }
  bool at_end() const { return bytes_.empty(); }  ///< whether everything was taken out

 private:
  const char* raw(std::size_t n) {
    if (n > bytes_.size())
      throw InputError(
          {"the content ends too early", where_, "what this version of the program wrote", "begin again without it"});
    const char* here = bytes_.data();
    bytes_.remove_prefix(n);
    return here;
  }
  template <class T>
  void get(T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      std::uint8_t byte = 0;
      get(byte);
      if (byte > 1)
        throw InputError({"a byte is neither true nor false", where_, "what this version of the program wrote",
                          "begin again without it"});
      value = byte != 0;
    } else if constexpr (is_plain<T>) {
      std::memcpy(&value, raw(sizeof value), sizeof value);
    } else {
      T::fields(value, *this);
    }
  }
  template <class T, std::size_t n>
  void get(std::array<T, n>& values) {
    for (T& value : values) get(value);
  }
  template <class T, std::size_t n>
  void get(T (&values)[n]) {
    for (T& value : values) get(value);
  }
  template <class T>
  void get(std::vector<T>& values) {
    std::uint64_t n = 0;
    get(n);
    values.clear();
    if constexpr (is_plain<T>) {
      const char* data = raw(n > bytes_.size() ? bytes_.size() + 1 : n * sizeof(T));
      values.resize(n);
      if (n > 0) std::memcpy(values.data(), data, n * sizeof(T));
    } else {
      for (std::uint64_t i = 0; i < n; ++i) get(values.emplace_back());
    }
  }

  std::string_view bytes_;
  std::string where_;
};

}  // namespace cecropia
