# Was HDF5 built with the MPI that we link with? Two MPI libraries in one program configure, compile and link, and fall when it
# starts. The shared libraries say which one they want; where they are static, or belong to the compiler, nothing can be told.

# said_by(VARIABLE FIELD LIBRARY...): the names in this field (NEEDED, SONAME) of shared libraries
function(said_by variable field)
  set(names)
  foreach(library IN LISTS ARGN)
    if(CMAKE_OBJDUMP AND library MATCHES "\\.so" AND EXISTS "${library}")
      execute_process(COMMAND ${CMAKE_OBJDUMP} -p ${library} OUTPUT_VARIABLE text ERROR_QUIET)
      string(REGEX MATCHALL "${field} +[^\n]+" found "${text}")
      list(TRANSFORM found REPLACE "${field} +" "")
      list(APPEND names ${found})
    endif()
  endforeach()
  set(${variable} "${names}" PARENT_SCOPE)
endfunction()

said_by(mpi_of_hdf5 NEEDED ${HDF5_C_LIBRARIES})
list(FILTER mpi_of_hdf5 INCLUDE REGEX "^lib(mpi|mpich)[._]") # libmpi.so.40 (Open MPI), libmpich.so.12, libmpi_gnu.so.12
said_by(our_mpi SONAME ${MPI_C_LIBRARIES})
if(mpi_of_hdf5 AND our_mpi)
  set(same)
  foreach(name IN LISTS mpi_of_hdf5)
    if(name IN_LIST our_mpi)
      list(APPEND same ${name})
    endif()
  endforeach()
  if(NOT same)
    list(JOIN our_mpi " " our_mpi)
    message(FATAL_ERROR "HDF5 and MPI do not belong together.\n"
      "  HDF5 wants    : ${mpi_of_hdf5} (${HDF5_C_LIBRARIES})\n"
      "  MPI found is  : ${our_mpi} (${MPI_C_LIBRARIES})\n"
      "  Debian/Ubuntu : libhdf5-openmpi-dev with Open MPI; libhdf5-mpich-dev with MPICH (cmake --preset mpich)\n"
      "  cluster       : module load an HDF5 that was built with the MPI you load,\n"
      "                  or cmake -DHDF5_ROOT=/path/to/hdf5 -DMPI_C_COMPILER=/path/to/mpicc; then remove the build folder")
  endif()
endif()
