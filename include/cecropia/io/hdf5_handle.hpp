#pragma once
/// \file  Handles of the HDF5 C API as values, with HDF5's own reason in the message. Only src/ of io includes this.
#include <hdf5.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#ifndef H5_HAVE_PARALLEL
#error "Cecropia needs an HDF5 with MPI support (Debian: libhdf5-openmpi-dev)"
#endif

namespace cecropia::io {

/// A call of the HDF5 library failed. The classes of this room turn it into an InputError that names file and dataset.
class Hdf5Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Why the last HDF5 call failed: the innermost entry of HDF5's own error stack.
std::string hdf5_reason();

/// Prepares the library once per process: no printing of its own, no closing of files at exit (a file that could not be
/// written would be written again). To be called before MPI_Init: if HDF5 1.10.8 begins after it, it ends inside
/// MPI_Finalize and closes what is open there, and a file that it could not close before is a segmentation fault.
void start_hdf5();

/// Throws Hdf5Error with the reason if `code` is negative.
void check_hdf5(long long code, std::string_view doing_what);

/// Owns one HDF5 identifier and closes it with the right function. Moves, never copies.
template <herr_t (*Close)(hid_t)>
class Handle {
 public:
  Handle() = default;
  Handle(hid_t id, std::string_view doing_what) : id_(id) { check_hdf5(id, doing_what); }
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  ~Handle() {
    if (id_ >= 0) Close(id_);
  }
  hid_t id() const { return id_; }
  /// Closes now and tells whether that went well.
  bool close() { return id_ < 0 || Close(std::exchange(id_, -1)) >= 0; }
  /// Gives the identifier up without closing it.
  hid_t release() { return std::exchange(id_, -1); }

 private:
  hid_t id_ = -1;
};
using FileHandle = Handle<H5Fclose>;
using ObjectHandle = Handle<H5Oclose>;
using GroupHandle = Handle<H5Gclose>;
using DatasetHandle = Handle<H5Dclose>;
using SpaceHandle = Handle<H5Sclose>;
using TypeHandle = Handle<H5Tclose>;
using AttributeHandle = Handle<H5Aclose>;
using ListHandle = Handle<H5Pclose>;

}  // namespace cecropia::io
