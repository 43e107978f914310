#include "cecropia/io/growing_table.hpp"

#include <algorithm>
#include <cstring>

#include "parallel_file_inside.hpp"

namespace cecropia::io {
namespace {

constexpr std::uint64_t index_bytes_per_chunk = 256;  // HDF5's index of chunks: an upper limit

hid_t file_type(GrowingColumn::Number number) {
  switch (number) {
    case GrowingColumn::Number::f64:
      return NumberType<double>::file();
    case GrowingColumn::Number::f32:
      return NumberType<float>::file();
    case GrowingColumn::Number::i64:
      return NumberType<std::int64_t>::file();
    case GrowingColumn::Number::i32:
      return NumberType<std::int32_t>::file();
    case GrowingColumn::Number::u8:
      break;
  }
  return NumberType<std::uint8_t>::file();
}

std::vector<hsize_t> extent(std::size_t rows, std::size_t width) {
  std::vector<hsize_t> dims{rows};
  if (width > 1) dims.push_back(width);
  return dims;
}

/// A dataset that can grow, in chunks, without dates and fill values.
DatasetHandle create_growing(hid_t file, const GrowingColumn& column, std::size_t rows, const Storage& storage) {
  const std::vector<hsize_t> dims = extent(rows, column.width), chunk = extent(storage.chunk_rows, column.width);
  std::vector<hsize_t> largest = dims;
  largest[0] = H5S_UNLIMITED;
  const SpaceHandle space(H5Screate_simple(static_cast<int>(dims.size()), dims.data(), largest.data()),
                          "making a dataspace");
  const ListHandle links(H5Pcreate(H5P_LINK_CREATE), "making a property list");
  check_hdf5(H5Pset_create_intermediate_group(links.id(), 1), "asking for missing groups");
  const ListHandle creation(H5Pcreate(H5P_DATASET_CREATE), "making a property list");
  check_hdf5(H5Pset_obj_track_times(creation.id(), false), "switching time stamps off");
  check_hdf5(H5Pset_fill_time(creation.id(), H5D_FILL_TIME_NEVER), "switching fill values off");
  check_hdf5(H5Pset_chunk(creation.id(), static_cast<int>(chunk.size()), chunk.data()), "setting the chunks");
  if (storage.shuffle) check_hdf5(H5Pset_shuffle(creation.id()), "asking for shuffling");
  check_hdf5(H5Pset_deflate(creation.id(), static_cast<unsigned>(storage.deflate_level)), "asking for compression");
  const ListHandle access(H5Pcreate(H5P_DATASET_ACCESS), "making a property list");
  check_hdf5(H5Pset_chunk_cache(access.id(), 0, 0, 1.0), "switching the cache of chunks off");
  return DatasetHandle(H5Dcreate2(file, column.name.c_str(), file_type(column.number), space.id(), links.id(),
                                  creation.id(), access.id()),
                       "making a dataset");
}

/// A chunk as it stands in a file.
struct Packed {
  std::uint32_t skipped_filters = 0;
  std::vector<std::byte> bytes;
};

/// Whole chunks of one column, packed by HDF5 itself in a file that exists in memory only: so any rank can do it.
std::vector<Packed> pack(const GrowingColumn& column, std::span<const std::byte> rows, const Storage& storage) {
  const std::size_t n_rows = rows.size() / column.row_bytes();
  std::vector<Packed> chunks(n_rows / storage.chunk_rows);
  if (chunks.empty()) return chunks;
  const ListHandle access(H5Pcreate(H5P_FILE_ACCESS), "making a property list");
  check_hdf5(H5Pset_fapl_core(access.id(), std::size_t{1} << 20, false), "asking for a file in memory");
  const FileHandle file(H5Fcreate("chunks in memory", H5F_ACC_TRUNC, H5P_DEFAULT, access.id()),
                        "making an HDF5 file in memory");
  const DatasetHandle dataset = create_growing(file.id(), column, n_rows, storage);
  check_hdf5(H5Dwrite(dataset.id(), file_type(column.number), H5S_ALL, H5S_ALL, H5P_DEFAULT, rows.data()),
             "compressing");
  for (std::size_t k = 0; k < chunks.size(); ++k) {
    std::vector<hsize_t> begin(extent(1, column.width).size(), 0);
    begin[0] = k * storage.chunk_rows;
    hsize_t bytes = 0;
    check_hdf5(H5Dget_chunk_storage_size(dataset.id(), begin.data(), &bytes), "asking for the size of a chunk");
    chunks[k].bytes.resize(bytes);
    check_hdf5(
        H5Dread_chunk(dataset.id(), H5P_DEFAULT, begin.data(), &chunks[k].skipped_filters, chunks[k].bytes.data()),
        "taking a chunk");
  }
  return chunks;
}

/// The part of rows [first, first + n) that falls into [begin, end), relative to `first`.
std::pair<std::size_t, std::size_t> overlap(std::size_t first, std::size_t n, std::size_t begin, std::size_t end) {
  const std::size_t low = std::clamp(begin, first, first + n), high = std::clamp(end, first, first + n);
  return {low - first, std::max(low, high) - first};
}

}  // namespace

std::size_t GrowingColumn::row_bytes() const {
  const std::size_t bytes = number == Number::u8 ? 1 : (number == Number::f32 || number == Number::i32 ? 4 : 8);
  return width * bytes;
}

struct GrowingTable::Inside {
  ParallelFile::Inside& file;
  std::vector<GrowingColumn> columns;
  std::vector<DatasetHandle> datasets;           ///< rank 0
  std::vector<std::vector<std::byte>> leftover;  ///< rank 0: rows behind the last full chunk, per column
  std::uint64_t n_rows = 0;                      ///< appended
  std::uint64_t n_chunks = 0;                    ///< written
  bool finished = false;

  const parallel::Communicator& ranks() const { return file.ranks; }
  std::size_t chunk_rows() const { return file.storage.chunk_rows; }
  std::size_t leftover_rows() const { return n_rows - n_chunks * chunk_rows(); }

  /// Full chunks of this call, shared out: rank r packs [cut(r), cut(r + 1)).
  std::size_t cut(std::size_t n_full, int rank) const {
    return n_full * static_cast<std::size_t>(rank) / static_cast<std::size_t>(ranks().size());
  }

  /// The rows that this rank packs, out of those of all ranks; on rank 0 those behind the last full chunk come last.
  std::vector<std::byte> share_out(std::span<const std::byte> mine, std::size_t row_bytes, std::size_t first,
                                   std::size_t n_full) const {
    const std::size_t n = mine.size() / row_bytes;
    std::vector<std::vector<std::byte>> outgoing(static_cast<std::size_t>(ranks().size()));
    const auto send = [&](std::size_t to, std::size_t begin, std::size_t end) {
      const auto [low, high] = overlap(first, n, begin, end);
      const auto part = mine.subspan(low * row_bytes, (high - low) * row_bytes);
      outgoing[to].insert(outgoing[to].end(), part.begin(), part.end());
    };
    for (int r = 0; r < ranks().size(); ++r)
      send(static_cast<std::size_t>(r), cut(n_full, r) * chunk_rows(), cut(n_full, r + 1) * chunk_rows());
    send(0, n_full * chunk_rows(), first + n);
    return ranks().exchange(outgoing);
  }

  /// Packs this rank's chunks of all columns; an error is everybody's.
  std::vector<std::vector<Packed>> pack_share(std::vector<std::vector<std::byte>>& rows) const {
    std::vector<std::vector<Packed>> packed;
    std::optional<Complaint> complaint;
    try {
      for (std::size_t c = 0; c < columns.size(); ++c) {
        packed.push_back(pack(columns[c], rows[c], file.storage));
        std::vector<std::byte>().swap(rows[c]);
      }
    } catch (const Hdf5Error& error) {
      complaint = Complaint{std::string("compressing failed: ") + error.what(), file.path.string(),
                            "memory for the compressed columns", "use more ranks, or less compression"};
    }
    parallel::fail_together(ranks(), complaint);
    return packed;
  }

  /// Sends the chunks to rank 0, which writes them behind what is there: all columns of a chunk, then the next chunk.
  void write(const std::vector<std::vector<Packed>>& packed) {
    struct Label {
      std::uint64_t bytes;
      std::uint64_t skipped_filters;
    };
    std::vector<std::vector<Label>> labels(static_cast<std::size_t>(ranks().size()));
    std::vector<std::vector<std::byte>> content(static_cast<std::size_t>(ranks().size()));
    const std::size_t mine = packed.empty() ? 0 : packed.front().size();
    for (std::size_t k = 0; k < mine; ++k)
      for (const std::vector<Packed>& column : packed) {
        labels[0].push_back({column[k].bytes.size(), column[k].skipped_filters});
        content[0].insert(content[0].end(), column[k].bytes.begin(), column[k].bytes.end());
      }
    const std::vector<Label> all_labels = ranks().exchange(labels);
    const std::vector<std::byte> all = ranks().exchange(content);
    const auto bytes = static_cast<std::uint64_t>(ranks().max(static_cast<std::int64_t>(all.size())));
    const auto n_written = static_cast<std::uint64_t>(ranks().max(static_cast<std::int64_t>(all_labels.size())));
    use_reserved(bytes + n_written * index_bytes_per_chunk);
    file.guarded("columns", [&] {
      const std::byte* at = all.data();
      for (std::size_t i = 0; i < all_labels.size(); ++i) {
        const std::size_t c = i % columns.size();
        write_chunk(c, n_chunks + i / columns.size(), all_labels[i].bytes,
                    static_cast<std::uint32_t>(all_labels[i].skipped_filters), at);
        at += all_labels[i].bytes;
      }
    });
    n_chunks += n_written / columns.size();
  }
  void write_chunk(std::size_t c, std::uint64_t k, std::size_t bytes, std::uint32_t skipped, const std::byte* data) {
    // Never longer than what was appended: HDF5 would write the last chunk anew to make a column shorter.
    std::vector<hsize_t> dims = extent(std::min<std::uint64_t>((k + 1) * chunk_rows(), n_rows), columns[c].width);
    std::vector<hsize_t> begin(dims.size(), 0);
    begin[0] = k * chunk_rows();
    check_hdf5(H5Dset_extent(datasets[c].id(), dims.data()), "making a column longer");
    check_hdf5(H5Dwrite_chunk(datasets[c].id(), H5P_DEFAULT, skipped, begin.data(), bytes, data), "writing");
  }
  void use_reserved(std::uint64_t bytes) {
    if (file.reserved_bytes < bytes) file.reserve(bytes - file.reserved_bytes);
    file.reserved_bytes -= bytes;
  }
};

GrowingTable::GrowingTable(ParallelFile& file, std::vector<GrowingColumn> columns) {
  ParallelFile::Inside& in = *file.inside_;
  if (!in.root_alone) throw InternalError("a growing table needs a compressed file: " + in.path.string());
  inside_ = std::make_unique<Inside>(Inside{in, std::move(columns), {}, {}, 0, 0, false});
  inside_->leftover.resize(inside_->columns.size());
  inside_->use_reserved(bytes_per_dataset * inside_->columns.size());
  in.guarded("columns", [&] {
    for (const GrowingColumn& column : inside_->columns) {
      inside_->datasets.push_back(create_growing(in.file.id(), column, 0, in.storage));
      put_attribute(inside_->datasets.back().id(), "unit", std::string_view(column.unit));
      put_attribute(inside_->datasets.back().id(), "description", std::string_view(column.description));
    }
  });
}

GrowingTable::~GrowingTable() = default;

std::uint64_t GrowingTable::rows() const { return inside_->n_rows; }

void GrowingTable::append(const std::vector<std::span<const std::byte>>& columns) {
  Inside& in = *inside_;
  if (columns.size() != in.columns.size() || in.finished)
    throw InternalError("a growing table was given other columns than it has");
  const std::size_t n_mine = columns.empty() ? 0 : columns[0].size() / in.columns[0].row_bytes();
  for (std::size_t c = 0; c < columns.size(); ++c)
    if (columns[c].size() != n_mine * in.columns[c].row_bytes())
      throw InternalError("columns of different length: " + in.columns[c].name);
  const auto n_new = static_cast<std::size_t>(in.ranks().sum(static_cast<std::int64_t>(n_mine)));
  const auto before = static_cast<std::size_t>(in.ranks().exclusive_sum(static_cast<std::int64_t>(n_mine)));
  // Rank 0 brings what was left over in front of its own.
  const std::size_t left = in.leftover_rows(), n_full = (left + n_new) / in.chunk_rows();
  const std::size_t first = in.ranks().is_root() ? 0 : left + before;
  const std::size_t kept =
      (in.cut(n_full, in.ranks().rank() + 1) - in.cut(n_full, in.ranks().rank())) * in.chunk_rows();
  std::vector<std::vector<std::byte>> rows;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    std::vector<std::byte>& mine = in.leftover[c];
    mine.insert(mine.end(), columns[c].begin(), columns[c].end());
    const std::size_t row_bytes = in.columns[c].row_bytes();
    std::vector<std::byte> got = in.share_out(mine, row_bytes, first, n_full);
    mine.assign(got.begin() + static_cast<std::ptrdiff_t>(kept * row_bytes), got.end());
    got.resize(kept * row_bytes);
    rows.push_back(std::move(got));
  }
  in.n_rows += n_new;
  in.write(in.pack_share(rows));
}

void GrowingTable::finish() {
  Inside& in = *inside_;
  in.finished = true;
  if (const std::size_t left = in.leftover_rows(); left > 0) {
    std::vector<std::vector<std::byte>> rows;
    for (std::size_t c = 0; c < in.columns.size(); ++c) {
      // Behind the last row stand zeros that no reader sees.
      if (in.ranks().is_root()) in.leftover[c].resize(in.chunk_rows() * in.columns[c].row_bytes());
      rows.push_back(std::move(in.leftover[c]));
    }
    in.write(in.pack_share(rows));
  }
  in.file.guarded("columns", [&] {
    for (DatasetHandle& dataset : in.datasets)
      if (!dataset.close()) throw Hdf5Error("writing: " + hdf5_reason());
  });
}

}  // namespace cecropia::io
