#pragma once
/// \file  What the tests of a format of tree files share: a folder, opening, reading all of it, and the words of a
/// refusal.
#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cecropia/io/hdf5.hpp"
#include "cecropia/tree/formats.hpp"
#include "testing/refusal.hpp"
#include "unit/tree/tiny_trees.hpp"

namespace cecropia::tree {

template <Format format>
struct FormatTest : ::testing::Test {
  testing::Folder folder;
  cosmology::Parameters cosmology;
  Parameters parameters;

  std::unique_ptr<Reader> open(const std::string& path) {
    parameters.path = path;
    return tree::open(parameters, format, cosmology);
  }
  Catalogue all(const std::string& path) {
    const auto reader = open(path);
    return read_forests(*reader, 0, reader->forests().size(), 1.0);
  }
  /// The message of the error that opening and reading gives; empty if there is none.
  std::string complaint(const std::string& path) {
    return testing::refusal([&] { all(path); });
  }
};

/// For formats of which the tests write one file, `Written`, with Written::write(path) and the name
/// Written::usual_name.
template <Format format, class Written>
struct OneFileTest : FormatTest<format> {
  std::string one(const Written& set, const std::string& name = Written::usual_name) const {
    std::string path = this->folder.path() + "/" + name;
    set.write(path);
    return path;
  }
  /// The complaint about the file after `change`.
  template <class Change>
  std::string with(Change change) {
    Written set;
    change(set);
    return this->complaint(one(set));
  }
  /// The usual file, cut anywhere: at its ends after every byte, between them here and there.
  void expect_complaint_about_every_cut(const Written& set = {}) {
    const std::string path = one(set), good = testing::read_text(path);
    for (std::size_t n = 0; n < good.size(); n += n < 256 || good.size() - n < 256 ? 1 : 97) {
      this->folder.write(Written::usual_name, good.substr(0, n));
      EXPECT_NE(this->complaint(path).find(path), std::string::npos) << "cut at byte " << n;
    }
  }
};

/// Writes `values`, `width` of them to a row.
template <class Values>
void write_rows(io::SerialFile& file, const std::string& name, const Values& values, std::size_t width = 1) {
  std::vector<std::size_t> dims{values.size() / width};
  if (width > 1) dims.push_back(width);
  file.write(name, values, dims, "-", "as the format has it");
}

/// Rows [from, to) of `values`, `width` of them to a row.
template <class Values>
Values rows_of(const Values& values, std::size_t from, std::size_t to, std::size_t width = 1) {
  return Values(values.begin() + static_cast<std::ptrdiff_t>(from * width),
                values.begin() + static_cast<std::ptrdiff_t>(to * width));
}

}  // namespace cecropia::tree
