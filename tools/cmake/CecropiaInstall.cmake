# What an installation holds: the program in bin/, parameter files, trees and job scripts in share/cecropia/, and the rooms
# (headers, libraries, CMake package) for programs that want to use one of them: find_package(cecropia), cecropia::<room>.
include(CMakePackageConfigHelpers)
get_property(rooms GLOBAL PROPERTY CECROPIA_ROOMS)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/cecropia)
set(data ${CMAKE_INSTALL_DATADIR}/cecropia)

if(TARGET cecropia)
  install(TARGETS cecropia RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(DIRECTORY params trees jobs DESTINATION ${data} USE_SOURCE_PERMISSIONS)
install(FILES LICENSE CITATION.cff DESTINATION ${CMAKE_INSTALL_DOCDIR})

# A foreign C++ program includes mpi.h through our headers, and is linked with MPI's C library: no C++ bindings there either.
target_compile_definitions(cecropia_parallel INTERFACE $<INSTALL_INTERFACE:OMPI_SKIP_MPICXX> $<INSTALL_INTERFACE:MPICH_SKIP_MPICXX>)
install(TARGETS ${rooms} EXPORT cecropiaTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} FILE_SET HEADERS)
install(EXPORT cecropiaTargets NAMESPACE cecropia:: DESTINATION ${package_dir})
configure_package_config_file(tools/cmake/cecropiaConfig.cmake.in ${PROJECT_BINARY_DIR}/generated/cecropiaConfig.cmake
                              INSTALL_DESTINATION ${package_dir} PATH_VARS data)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/generated/cecropiaConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/generated/cecropiaConfig.cmake ${PROJECT_BINARY_DIR}/generated/cecropiaConfigVersion.cmake
              tools/cmake/FindCLI11.cmake tools/cmake/Findnlohmann_json.cmake tools/cmake/FindRandom123.cmake
              tools/cmake/FindXxHash.cmake DESTINATION ${package_dir})
