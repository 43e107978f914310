#pragma once
/// \file  Small products in the layouts that importers read, and how a refusal is looked at.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "cecropia/core/error.hpp"
#include "cecropia/stars/import.hpp"
#include "scratch.hpp"

namespace cecropia::testing_stars {

inline std::filesystem::path put(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
  return file;
}

/// `text` with the first `from` replaced by `to`; a fault that changes nothing is no test.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << "'" << from << "' is not in the text";
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

inline stars::Import import_of(const std::vector<std::filesystem::path>& paths,
                               stars::Fill fill = stars::Fill::standard,
                               const stars::ImportParameters& parameters = {}) {
  const stars::BuilderParameters builder;
  return stars::make_tables(stars::read_product(paths, stars::Layout::automatic, parameters, builder), fill, parameters,
                            builder);
}

/// What a refusal says: message, place and all.
inline std::string refusal(const std::vector<std::filesystem::path>& paths, stars::Fill fill = stars::Fill::standard,
                           const stars::ImportParameters& parameters = {}) {
  try {
    import_of(paths, fill, parameters);
  } catch (const InputError& e) {
    EXPECT_FALSE(e.complaint().fix.empty());
    EXPECT_FALSE(e.complaint().expected.empty());
    return e.what();
  }
  return "accepted";
}

inline const stars::Star& star_at(const stars::Tables& tables, double m, double z) {
  const stars::Star& s = tables.nearest(m, z);
  EXPECT_EQ(s.m_msun, m);
  EXPECT_NEAR(s.z, z, 1e-12);
  return s;
}

}  // namespace cecropia::testing_stars
