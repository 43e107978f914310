# What an installation holds, in two components. `program`: bin/cecropia; parameter files, trees, job scripts and the tools
# that run the program and read what it leaves, in share/cecropia/. `development`: the rooms (headers, libraries, CMake
# package) for programs that want to use one of them: find_package(cecropia), cecropia::<room>.
include(CMakePackageConfigHelpers)
get_property(rooms GLOBAL PROPERTY CECROPIA_ROOMS)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/cecropia)
set(data ${CMAKE_INSTALL_DATADIR}/cecropia)

if(TARGET cecropia)
  install(TARGETS cecropia RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
endif()
install(DIRECTORY params trees jobs DESTINATION ${data} USE_SOURCE_PERMISSIONS COMPONENT program)
install(PROGRAMS tools/run tools/report tools/sample DESTINATION ${data}/tools COMPONENT program)
install(FILES tools/lib/house.sh tools/lib/report.css tools/lib/report.js DESTINATION ${data}/tools/lib COMPONENT program)
# The Python that these and the readers import; tests/system/package_test.sh starts every one of them.
foreach(kind cecropia environment galaxy_columns marked_tables metal_relations nebular observer_likelihoods
             paper_figures paper_galaxies paper_rates paper_scan plot_clumps plot_compactness plot_data plot_environment plot_index plot_light
             plot_models plot_needs plot_observations plot_run plot_scan plot_slice plot_style plot_theme report sample
             scan_data)
  file(GLOB modules CONFIGURE_DEPENDS tools/${kind}.py tools/${kind}_*.py)
  install(FILES ${modules} DESTINATION ${data}/tools COMPONENT program)
endforeach()
install(DIRECTORY tools/paper_checks DESTINATION ${data}/tools COMPONENT program FILES_MATCHING PATTERN "*.py")
install(FILES LICENSE CITATION.cff CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)

# A foreign C++ program includes mpi.h through our headers, and is linked with MPI's C library: no C++ bindings there either.
target_compile_definitions(cecropia_parallel INTERFACE $<INSTALL_INTERFACE:OMPI_SKIP_MPICXX> $<INSTALL_INTERFACE:MPICH_SKIP_MPICXX>)
install(TARGETS ${rooms} EXPORT cecropiaTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
        FILE_SET HEADERS COMPONENT development)
install(EXPORT cecropiaTargets NAMESPACE cecropia:: DESTINATION ${package_dir} COMPONENT development)
configure_package_config_file(tools/cmake/cecropiaConfig.cmake.in ${PROJECT_BINARY_DIR}/generated/cecropiaConfig.cmake
                              INSTALL_DESTINATION ${package_dir} PATH_VARS data)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/generated/cecropiaConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/generated/cecropiaConfig.cmake ${PROJECT_BINARY_DIR}/generated/cecropiaConfigVersion.cmake
              tools/cmake/FindCLI11.cmake tools/cmake/Findnlohmann_json.cmake tools/cmake/FindRandom123.cmake
              tools/cmake/FindXxHash.cmake DESTINATION ${package_dir} COMPONENT development)
