#pragma once
/// \file  Tree sets in several files that differ in a number: `trees_063.0`, `trees_063.1`, ... or `trees.0.hdf5`, ...
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace cecropia::tree {

/// The files of one set.
struct FileSeries {
  std::vector<std::string> paths;                  ///< by rising number; one path if the name has no number
  std::int64_t first = 0;                          ///< the number of the first one; -1 if the name has none
  std::string name_of(std::int64_t number) const;  ///< what the file with this number is called

  std::string before, after;  ///< of the number in the name
  std::size_t digits = 1;     ///< of all numbers, where they are filled up with zeros; else 1
};

/// The number in a name stands at its end, or before the ending .hdf5 or .h5, and follows one of `marks`. This gives
/// the files whose names differ from that of the file `path` in the number only; `path` alone if it has none.
FileSeries series_of_file(const std::string& path, const std::string& marks = ".");

/// The series in `folder` of which `is_one` accepts one of the first three files; other files are left alone. Empty if
/// there is none. InputError if there are several.
FileSeries series_in_folder(const std::string& folder, const std::function<bool(const std::string&)>& is_one,
                            const std::string& marks = ".");

/// InputError that names the files that are missing: the numbers must run from 0 to n - 1 (n < 0: to the last that is
/// there).
void require_complete(const FileSeries& series, std::int64_t n = -1);

/// The files of a set of a format that does not tell their number: those of a folder, or of the series whose first file
/// is `path`. Another file of a series stands for itself; then `volume_known` must be true. InputError otherwise, or if
/// files are missing, or if there are none (`what` they should be).
std::vector<std::string> uncounted_set(const std::string& path, const std::function<bool(const std::string&)>& is_one,
                                       bool volume_known, const std::string& what, const std::string& marks = ".");

/// The files of a set of a format whose files tell their number, `count_in` (< 0: this one does not): those of a
/// folder, or of the series that the file `path` belongs to. InputError if files are missing, or if a folder holds no
/// `kind` ("LHaloTree files"), which are called `names`.
std::vector<std::string> counted_set(const std::string& path, const std::function<bool(const std::string&)>& is_one,
                                     const std::function<std::int64_t(const std::string&)>& count_in,
                                     const std::string& kind, const std::string& names);

/// True if `path`, a file, or a series in the folder `path`, is accepted by `is_one`. Throws nothing.
bool file_or_series(const std::string& path, const std::function<bool(const std::string&)>& is_one,
                    const std::string& marks = ".");

}  // namespace cecropia::tree
