#pragma once
/// \file  Merger trees written by consistent-trees (Behroozi et al. 2013), ASCII, plain or gzip. The only place that
/// knows their columns, their h and their files; what it delivers is a Catalogue in our units. User guide:
/// docs/tree_formats.md.
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/parallel/communicator.hpp"
#include "cecropia/tree/catalogue.hpp"
#include "cecropia/tree/id_index.hpp"
#include "cecropia/tree/reader.hpp"
#include "cecropia/tree/source.hpp"

namespace cecropia::tree::consistent_trees {

struct Options {
  std::string mass_column = "Mvir";   ///< name of the column that holds the halo mass [Msun/h]
  double cosmology_tolerance = 1e-3;  ///< relative, for Omega_M and h of the header against the parameters
  double volume_cmpc3 = 0.0;          ///< comoving volume the trees stand for; 0: the box of the header
  bool check_progenitors = true;      ///< number of progenitors as the column num_prog says
  double box_cmpc = 0.0;              ///< side of the periodic box where no header tells it; 0: not known
  std::string scale_factors;          ///< file with the scale factors of the snapshots; empty: those of the halos
};

/// What the section "trees" says to this format; mass_column "auto" is Mvir.
Options options_of(const tree::Parameters& parameters);

/// What the first lines of a file say.
struct Header {
  std::vector<std::string> columns;  ///< names in the order of the line, without "(n)", as written
  std::optional<double> omega_m, omega_l, h, box_mpc_h;
};

/// Reads the lines that start with '#' at the beginning of a file. InputError: no such line, a value given twice with
/// different numbers, a value that is not a number.
Header read_header(std::string_view text, const std::string& path);

/// One halo as it travels from the rank that parsed it to the rank that owns its forest. No h.
struct Row {
  std::int64_t id = -1, descendant_id = -1, host_id = -1, tree_id = -1;
  double m_vir_msun = 0.0;
  std::array<float, 3> position_cmpc{};
  std::uint32_t level = 0;  ///< while parsing: index into Batch::scale
  std::int32_t n_progenitors = -1;
  std::uint8_t flags = 0;
};

/// A block "#tree <id>" and its halos.
struct Block {
  std::int64_t tree_id = -1;
  std::size_t first_row = 0, n_rows = 0;
};

/// A halo outside of the tree to which a halo of the tree points.
struct OutwardLink {
  std::int64_t tree_id = -1, halo_id = -1;
};

/// What one rank has parsed.
struct Batch {
  std::vector<Row> rows;
  std::vector<Block> blocks;
  std::vector<OutwardLink> links;
  std::vector<double> scale;  ///< distinct scale factors, in order of appearance
};

/// Parses the text of one file, or of a piece of it that begins at a "#tree" line, handed over in blocks of whole
/// lines. Errors: InputError with file and line.
class Parser {
 public:
  Parser(std::string path, const Options& options, double h_if_header_is_silent, Batch& batch);
  /// For a piece inside a file: the header is known, and so is how to count the lines before (asked for in errors
  /// only).
  void begin_inside(const Header& header, std::function<std::int64_t()> lines_before);
  /// After begin_inside(): goes on at another "#tree" line of the same file.
  void go_on_at(std::function<std::int64_t()> lines_before);
  /// The next lines. `offset`: of the first byte in the unpacked file. A last line without line end is a cut file.
  void take(std::string_view lines, std::int64_t offset);
  /// After the last line of the piece.
  void finish();

  const Header& header() const { return header_; }
  std::optional<std::int64_t> n_trees_declared() const { return n_trees_declared_; }
  std::int64_t n_trees_found() const { return n_trees_found_; }

 private:
  enum class Field : std::uint8_t { scale, id, descendant, n_progenitors, pid, upid, phantom, mass, main, x, y, z };
  struct Slot {
    std::uint32_t column;
    Field field;
  };
  enum class Stage { header, count, trees };

  void end_header();
  void open_tree(std::string_view line);
  void close_tree();
  void parse_row(std::string_view line);
  std::uint32_t scale_index(double scale, std::string_view word);
  [[noreturn]] void refuse(const std::string& what, const std::string& expected, const std::string& fix) const;
  double number(std::string_view word, std::uint32_t column) const;
  std::int64_t integer(std::string_view word, std::uint32_t column) const;

  std::string path_;
  Options options_;
  double h_;
  Batch& batch_;
  Header header_;
  std::string header_text_;
  Stage stage_ = Stage::header;
  std::vector<Slot> slots_;
  std::optional<std::int64_t> n_trees_declared_;
  std::int64_t n_trees_found_ = 0, line_ = 0;
  std::function<std::int64_t()> lines_before_;
  bool tree_open_ = false;
  std::vector<OutwardLink> candidates_;
  IdIndex ids_of_tree_;
  std::unordered_map<std::uint64_t, std::uint32_t> scale_of_bits_;
  std::uint64_t last_bits_ = ~std::uint64_t{0};  // the bits of no number that is read
  std::uint32_t last_scale_ = 0;
};

/// Opens the set for reading forest by forest: files may be larger than memory, every forest is the one that read()
/// gives. What opening costs, and what `forests.list`, `locations.dat` and `parameters.scale_factors` save:
/// docs/tree_formats.md. Packed files are unpacked into memory, up to most_unpacked_bytes in all. Not collective.
/// InputError: as read(), and a packed set beyond that limit.
std::unique_ptr<Reader> open(const tree::Parameters& parameters, const cosmology::Parameters& cosmology);

/// True if the path looks like consistent-trees: a file whose text starts with a column line that has scale, id and
/// desc_id, or a folder with tree_*.dat or tree_*.dat.gz. Not collective.
bool recognise(const std::string& path);

/// Collective. Reads the trees of `path` (a file, or a folder with tree_*.dat[.gz]); every rank parses its share (plain
/// files are cut at tree boundaries, gzip files go to ranks as wholes) and receives the forests it owns. Fills source,
/// format, volume, box, warnings of `info`. Errors: InputError, the same on all ranks; see docs/trees.md.
Catalogue read(const std::string& path, const Options& options, const cosmology::Parameters& cosmology,
               const parallel::Communicator& ranks, ForestInfo& info);

}  // namespace cecropia::tree::consistent_trees
