#pragma once
/// \file  Stellar tables out of published products: read, checked, filled where the product is silent, closed in mass,
/// with a report of all of it. User manual: docs/tables.md.
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "cecropia/core/parameter.hpp"
#include "cecropia/stars/builder.hpp"
#include "cecropia/stars/product.hpp"
#include "cecropia/stars/tables.hpp"

namespace cecropia::stars {

/// Layout of a product; `automatic` looks at its content.
enum class Layout { automatic, parsec, sevn, nupycee, csv };
inline constexpr std::array<Named<Layout>, 5> layout_names{{{"auto", Layout::automatic},
                                                            {"parsec", Layout::parsec},
                                                            {"sevn", Layout::sevn},
                                                            {"nupycee", Layout::nupycee},
                                                            {"csv", Layout::csv}}};

/// What to do where a product is silent: take the formulae of the standard tables, or refuse the product.
enum class Fill { standard, none };
inline constexpr std::array<Named<Fill>, 2> fill_names{{{"standard", Fill::standard}, {"none", Fill::none}}};

/// What takes the mass that a product lost or made: the remnant (hydrogen where nothing is left), hydrogen, or the
/// metals without a slot of their own (only mass that was lost; else as `remnant`).
enum class CloseWith { remnant, hydrogen, other_metals };
inline constexpr std::array<Named<CloseWith>, 3> close_names{
    {{"remnant", CloseWith::remnant}, {"hydrogen", CloseWith::hydrogen}, {"other_metals", CloseWith::other_metals}}};

/// Yields of NuPyCEE tables.
enum class Yields { automatic, total, net };
inline constexpr std::array<Named<Yields>, 3> yields_names{
    {{"auto", Yields::automatic}, {"total", Yields::total}, {"net", Yields::net}}};

/// Section `import` of `cecropia tables import --set`.
struct ImportParameters {
  double max_imbalance = 1e-2;
  CloseWith close_with = CloseWith::remnant;
  Yields yields = Yields::automatic;
  std::vector<double> leave_out_msun{};
};
extern const std::vector<Parameter<ImportParameters>> import_rows;

/// A quantity that the product does not hold for some stars of one metallicity, and where it comes from instead.
struct Gap {
  std::string quantity, origin;
  double z = 0, m_from_msun = 0, m_to_msun = 0;
  std::size_t stars = 0;
};

/// Where a star of the tables comes from.
enum class Origin : std::uint8_t { product, partly, interpolated, standard };
inline constexpr std::array<std::string_view, 4> origin_names{"product", "product, with gaps filled",
                                                              "between two stars of the product", "standard formulae"};
/// What closed the mass of a star.
enum class ClosedBy : std::uint8_t { nothing, remnant, hydrogen, other_metals, all_ejecta };
inline constexpr std::array<std::string_view, 5> closed_names{"nothing", "remnant", "hydrogen", "metals without a slot",
                                                              "all ejecta in proportion"};

/// What was done to a product.
struct ImportReport {
  std::string format, source;
  std::vector<std::string> files, notes;
  std::vector<std::string> contents;  ///< as Product::contents
  std::size_t n_stars = 0;            ///< of the product that are used
  std::vector<Gap> gaps;
  /// Per star of the tables, in their order: (m - wind - supernova - remnant)/m as printed, the printed precision of
  /// the same, what closed it, and where the star comes from.
  std::vector<double> imbalance, printed_precision;
  std::vector<ClosedBy> closed_by;
  std::vector<Origin> origin;
};

struct Import {
  Tables tables;
  ImportReport report;
};

/// The layout of a product: a folder (PARSEC, SEVN) or a file. InputError if it is none that is known.
Layout layout_of(const std::filesystem::path& path);

/// Reads a product; `builder` are the prescriptions for what becomes of the stars of tracks. All faults of the content
/// are InputErrors that name file, row and column.
Product read_product(const std::vector<std::filesystem::path>& paths, Layout layout, const ImportParameters& parameters,
                     const BuilderParameters& builder);

/// Tables out of a product: common mass grid, gaps filled and listed, every star closed to 1e-12. InputError if a star
/// is there twice, lifetimes do not fall with mass, a number has the wrong unit, a star is out of balance by more than
/// `max_imbalance`, or there is a gap and Fill::none.
Import make_tables(const Product& product, Fill fill, const ImportParameters& parameters,
                   const BuilderParameters& builder);

/// The report for people.
std::string describe(const ImportReport& report, const Tables& tables);

/// write_tables with the report in group /import. Errors as write_tables.
void write_import(const std::filesystem::path& path, const Import& import);
/// The report in a file of tables, or "" if they were not imported.
std::string read_import_report(const std::filesystem::path& path);

/// Tables as comma-separated values that `read_product` gives back to the last bit.
std::string to_csv(const Tables& tables);

}  // namespace cecropia::stars
