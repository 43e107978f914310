#pragma once
// HDF5 files that differ in their numbers only: made once, and filled in where the numbers lie. To make such a file
// anew each time takes ten times as long.
#include <bit>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cecropia/io/atomic_file.hpp"
#include "cecropia/io/hdf5.hpp"
#include "memory_folder.hpp"
#include "require.hpp"
#include "some_columns.hpp"

namespace cecropia::fuzz {

/// Stand-ins for numbers: each is another, so that its place in the file is found again.
class Marks {
 public:
  std::vector<std::int64_t> integers(std::size_t n) { return make(n, false); }
  std::vector<double> reals(std::size_t n) {
    std::vector<double> values;
    for (const std::int64_t mark : make(n, true)) values.push_back(std::bit_cast<double>(mark));
    return values;
  }
  const std::vector<bool>& are_real() const { return are_real_; }
  static constexpr std::int64_t first = 0x5eed'0000'0000'0000;  ///< and the number of the place

 private:
  std::vector<std::int64_t> make(std::size_t n, bool real) {
    std::vector<std::int64_t> marks;
    for (std::size_t i = 0; i < n; ++i) {
      marks.push_back(first + static_cast<std::int64_t>(are_real_.size()));
      are_real_.push_back(real);
    }
    return marks;
  }
  std::vector<bool> are_real_;
};

class Hdf5Template {
 public:
  /// write(file, marks) makes the file; every mark that it asked for must be written, as 64 bits and unpacked.
  template <class Write>
  explicit Hdf5Template(Write&& write) {
    const std::string path = folder() + "/made";
    auto file = io::SerialFile::create(path);
    Marks marks;
    write(file, marks);
    file.commit();
    *this = Hdf5Template(io::read_file(path), marks);
    std::filesystem::remove(path);
  }
  /// Of a file with this content, in which every mark stands.
  Hdf5Template(std::string content, const Marks& marks) : bytes_(std::move(content)), are_real_(marks.are_real()) {
    for (std::size_t i = 0; i < are_real_.size(); ++i) {
      const std::int64_t number = Marks::first + static_cast<std::int64_t>(i);
      char mark[sizeof number];
      std::memcpy(mark, &number, sizeof number);
      places_.push_back(bytes_.find(std::string_view(mark, sizeof mark)));
      require(places_.back() != std::string::npos);
    }
  }

  /// The file with numbers out of the fuzzer's bytes.
  std::string filled(tree::fuzz::Bytes& bytes) const {
    std::string content = bytes_;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const std::int64_t number = are_real_[i] ? std::bit_cast<std::int64_t>(bytes.real()) : bytes.integer();
      std::memcpy(content.data() + places_[i], &number, sizeof number);
    }
    return content;
  }

 private:
  std::string bytes_;
  std::vector<std::size_t> places_;
  std::vector<bool> are_real_;
};

}  // namespace cecropia::fuzz
