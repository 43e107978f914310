# Debian packages of a build on Debian 12 (cpack, or the target `package`): cecropia, the program with what it reads and its
# tools, and libcecropia-dev, the rooms. What the program is linked with is found by dpkg-shlibdeps; what the tools and
# foreign programs want comes from the tables in tools/lib/house.sh, by which everything else installs packages.
set(CECROPIA_PACKAGE_CONTACT "The Cecropia authors" CACHE STRING "Maintainer of a Debian package: Name <address>")

# packages_of(VARIABLE TABLE KIND...): the Debian packages of a table of tools/lib/house.sh, of these kinds
function(packages_of variable table)
  file(READ ${PROJECT_SOURCE_DIR}/tools/lib/house.sh text)
  if(NOT text MATCHES "\n${table}='([^']+)'")
    message(FATAL_ERROR "tools/lib/house.sh has no table ${table}")
  endif()
  string(REGEX MATCHALL "[^\n]+" lines "${CMAKE_MATCH_1}")
  set(packages)
  foreach(line IN LISTS lines)
    if(line MATCHES "^([^ ]+) +([^ ]+)" AND CMAKE_MATCH_2 IN_LIST ARGN)
      list(APPEND packages ${CMAKE_MATCH_1})
    endif()
  endforeach()
  list(JOIN packages ", " packages)
  set(${variable} "${packages}" PARENT_SCOPE)
endfunction()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME cecropia)
set(CPACK_PACKAGE_CONTACT "${CECROPIA_PACKAGE_CONTACT}")
set(CPACK_PACKAGE_VENDOR "The Cecropia authors")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_COMPONENTS_ALL program development)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME cecropia)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS openmpi-bin)
packages_of(plot needs_plot command module)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS "${plot}")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS "python3-emcee, libcecropia-dev")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "A semi-analytic model: merger trees of a simulation, or grown by extended
Press-Schechter theory, become galaxies with stars drawn one by one, metals,
outflows and ionised regions, and are compared with observations. Runs of one
model and scans of many, on any number of MPI ranks with the same bytes;
reports and figures with the Python tools in /usr/share/cecropia/tools.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libcecropia-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
packages_of(headers needs_program header)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
    "cecropia (= ${PROJECT_VERSION}), libopenmpi-dev, libhdf5-openmpi-dev, ${headers}")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "Headers and libraries, for programs that use a room of the semi-analytic model
Cecropia, merger trees or stellar populations for example:
find_package(cecropia) in CMake.")

# Debian wants the licence under this name in every package; an installation by hand has LICENSE.
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/cecropia RENAME copyright COMPONENT program)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libcecropia-dev RENAME copyright COMPONENT development)
include(CPack)
