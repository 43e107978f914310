# Every library the program stands on, found among the packages of the system or below CMAKE_PREFIX_PATH (tools/prefix); those
# of headers alone, all but MPI, HDF5, fmt, spdlog and zlib, also in folders of CMAKE_INCLUDE_PATH. Nothing is downloaded.
# tools/cmake/cecropiaConfig.cmake.in looks for the same set on behalf of those who link against an installation.
set(MPI_CXX_SKIP_MPICXX ON) # keep Open MPI's deprecated C++ bindings out
find_package(MPI 3.1 REQUIRED COMPONENTS C)
set(HDF5_PREFER_PARALLEL ON) # must stand before find_package: Debian keeps both flavours side by side
find_package(HDF5 1.10.7 REQUIRED COMPONENTS C)
if(NOT HDF5_IS_PARALLEL)
  message(FATAL_ERROR "This HDF5 (${HDF5_C_LIBRARIES}) has no MPI support.\n"
    "  Debian/Ubuntu : apt install libhdf5-openmpi-dev\n"
    "  cluster       : module load a parallel HDF5, or cmake -DHDF5_ROOT=/path/to/parallel/hdf5")
endif()
include(CecropiaSameMpi)
set(Boost_NO_BOOST_CMAKE ON) # headers are all we take, and those of a prefix win over a CMake package of the system
find_package(Boost 1.74 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(spdlog 1.10 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Random123 REQUIRED)
find_package(XxHash REQUIRED)
