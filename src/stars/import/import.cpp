#include "cecropia/stars/import.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>

#include "csv.hpp"
#include "nupycee.hpp"
#include "parsec.hpp"
#include "sevn.hpp"
#include "text.hpp"

namespace cecropia::stars {
namespace {

namespace fs = std::filesystem;

constexpr const char* known_layouts =
    "a folder of PARSEC v2.0 ejecta, a folder of SEVN tracks, a NuPyCEE yield table, or CSV with the columns of "
    "'cecropia tables export'";

/// One file per metallicity, for instance: what the files hold is put together.
template <class Parse>
Product read_texts(const std::vector<fs::path>& paths, Parse parse) {
  Product all;
  for (const fs::path& path : paths) {
    std::error_code error;
    if (fs::is_directory(path, error))
      text::refuse({path.string()}, "it is a folder", "a file of this layout", "name the file in it");
    Product one = parse(path.string(), text::read(path));
    all.format = one.format;
    all.source = one.source;
    std::move(one.files.begin(), one.files.end(), std::back_inserter(all.files));
    std::move(one.stars.begin(), one.stars.end(), std::back_inserter(all.stars));
    for (std::string& note : one.notes)
      if (std::find(all.notes.begin(), all.notes.end(), note) == all.notes.end()) all.notes.push_back(std::move(note));
  }
  return all;
}

}  // namespace

const std::vector<Parameter<ImportParameters>> import_rows{
    number<&ImportParameters::max_imbalance>(
        "max_imbalance", "-", "Largest part of a star's mass that a product may lose or make; it is closed.",
        "IMP-5; CHOICE", 1e-12, 0.5),
    choice<&ImportParameters::close_with, close_names>("close_with", "What takes the mass that is missing or too much.",
                                                       "IMP-5; CHOICE"),
    choice<&ImportParameters::yields, yields_names>(
        "yields", "Yields of NuPyCEE tables: auto (as the header says; total if it is silent), total or net.", "IMP-4"),
    numbers<&ImportParameters::leave_out_msun>("leave_out_msun", "Msun",
                                               "Initial masses of stars that are not taken, at every metallicity.",
                                               "IMP-6", 0.0, 1e4)};

Layout layout_of(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error))
    text::refuse({path.string()}, "there is no such file or folder", "a product", "check the path");
  if (fs::is_directory(path, error)) {
    if (sevn::is_mine(path)) return Layout::sevn;
    if (parsec::is_mine(path)) return Layout::parsec;
  } else {
    if (parsec::is_mine(path)) return Layout::parsec;
    const std::string content = text::read(path);
    if (nupycee::is_mine(content)) return Layout::nupycee;
    if (csv::is_mine(content)) return Layout::csv;
  }
  if (!fs::is_directory(path, error)) csv::explain(path.string(), text::read(path));
  text::refuse({path.string()}, "the layout is not known", known_layouts,
               "unpack archives first; see docs/tables.md, or name the layout with --format");
}

namespace {

/// The path as given, without the folders above it: a file of tables must not depend on where its product lay.
std::string short_name(const std::string& file, const std::vector<fs::path>& paths) {
  for (const fs::path& path : paths) {
    const fs::path given = fs::absolute(path).lexically_normal();
    const fs::path top = given.filename().empty() ? given.parent_path() : given;
    const fs::path inside = fs::absolute(file).lexically_normal().lexically_relative(top);
    if (inside.empty() || *inside.begin() == "..") continue;
    return (inside == "." ? top.filename() : top.filename() / inside).string();
  }
  return fs::path(file).filename().string();
}

void note_contents(Product& product, const std::vector<fs::path>& paths) {
  for (const std::string& file : product.files) {
    const std::string content = text::read(file);
    product.contents.push_back(
        fmt::format("{} | {:016x}", short_name(file, paths), XXH3_64bits(content.data(), content.size())));
  }
}

Product read_as(Layout layout, const std::vector<fs::path>& paths, const ImportParameters& parameters,
                const BuilderParameters& builder) {
  switch (layout) {
    case Layout::parsec:
      return parsec::read(paths);
    case Layout::sevn:
      return sevn::read(paths, builder);
    case Layout::nupycee:
      return read_texts(paths, [&](const std::string& file, std::string_view content) {
        return nupycee::parse(file, content, parameters.yields, builder);
      });
    default:
      return read_texts(paths,
                        [](const std::string& file, std::string_view content) { return csv::parse(file, content); });
  }
}

}  // namespace

Product read_product(const std::vector<fs::path>& paths, Layout layout, const ImportParameters& parameters,
                     const BuilderParameters& builder) {
  if (paths.empty()) text::refuse({}, "nothing was given to import", known_layouts, "name a file or a folder");
  const Layout wanted = layout;
  for (const fs::path& path : paths) {
    std::error_code error;
    const Layout found = wanted == Layout::automatic || !fs::exists(path, error) ? layout_of(path) : wanted;
    if (layout == Layout::automatic) layout = found;
    if (found != layout)
      text::refuse({path.string()}, "it has another layout than the one before it", "one product at a time",
                   "import them one by one");
  }
  Product product = read_as(layout, paths, parameters, builder);
  note_contents(product, paths);
  return product;
}

std::string to_csv(const Tables& tables) { return csv::write(tables); }

}  // namespace cecropia::stars
