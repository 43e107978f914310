#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "cecropia/core/error.hpp"

namespace cecropia::testing_io {

/// A folder of its own for one test, gone afterwards.
class Scratch {
 public:
  Scratch() {
    static int n = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("cecropia-io-" + std::to_string(::getpid()) + "-" + std::to_string(n++));
    std::filesystem::create_directories(path_);
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }
  std::size_t n_entries() const {
    std::size_t n = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(path_)) ++n;
    return n;
  }

 private:
  std::filesystem::path path_;
};

/// The complaint that `work` ends with; an empty one, and a failed test, if it does not complain.
template <class Work>
Complaint complaint_of(Work&& work) {
  try {
    work();
  } catch (const InputError& error) {
    return error.complaint();
  }
  ADD_FAILURE() << "no InputError was thrown";
  return {};
}

}  // namespace cecropia::testing_io
