#pragma once
/// \file  A tabulated IMF as a small text file. Theory manual and format: docs/theory/imf.md, IMF-10.
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cecropia::stars {

/// Nodes of an IMF in the order of the file: masses ascend, densities are positive, in any normalisation.
struct ImfTable {
  std::vector<double> m_msun, dn_dm;
  std::string source;  ///< the file's name, for messages
  /// XXH3 (64 bit) of the numbers: comments, layout and the file's name do not enter.
  std::uint64_t content_hash() const;
};

/// IMF-10: parses `text`. Lines that begin with # are comments; the first other line must be the header
/// "m_msun, dn_dm_per_msun"; every further line is one node. Fields are separated by commas or by blanks. InputError
/// with line and column (of the table) for a wrong header, a field that is no number, masses outside [1e-3, 600] Msun
/// or not ascending, densities that are not positive, fewer than two nodes.
ImfTable parse_imf(std::string_view text, const std::string& file_name);

/// Content of the file; InputError if it cannot be read, is empty or is larger than 16 MiB.
std::string read_imf_text(const std::filesystem::path& file);

}  // namespace cecropia::stars
