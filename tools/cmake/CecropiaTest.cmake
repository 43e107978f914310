# Tests are found by folder, so that a room's tests live together and a new file needs no new line.
# Seconds a test may take are multiplied by this; sanitizers and coverage need more (CMakePresets.json).
set(CECROPIA_TEST_PATIENCE 1 CACHE STRING "Factor on the time limits of the tests")
set(CECROPIA_MPI_ENV "OMPI_ALLOW_RUN_AS_ROOT=1;OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1;OMPI_MCA_rmaps_base_oversubscribe=1"
    "OMPI_MCA_hwloc_base_binding_policy=none;OMPI_MCA_mpi_yield_when_idle=1;OMPI_MCA_pml=ob1;GTEST_COLOR=no")
# The first python in PATH is often not the one that has numpy and h5py; tests/system/*.sh use $CECROPIA_PYTHON.
foreach(candidate "$ENV{PYTHON}" python3 /usr/bin/python3)
  if(candidate AND NOT CECROPIA_PYTHON)
    execute_process(COMMAND ${candidate} -c "import numpy, h5py, matplotlib" RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
    if(failed EQUAL 0)
      set(CECROPIA_PYTHON ${candidate} CACHE STRING "Python with numpy, h5py and matplotlib")
    endif()
  endif()
endforeach()
set(CECROPIA_TEST_ENV "CECROPIA_SOURCE_DIR=${PROJECT_SOURCE_DIR};CECROPIA_PROGRAM=${PROJECT_BINARY_DIR}/bin/cecropia"
    "CECROPIA_FAULT_LIBRARY=${PROJECT_BINARY_DIR}/lib/libfaults.so"
    "CECROPIA_CACHE=${PROJECT_BINARY_DIR}/test-cache;CECROPIA_TEST_PATIENCE=${CECROPIA_TEST_PATIENCE};CECROPIA_PYTHON=${CECROPIA_PYTHON};MPLBACKEND=Agg;${CECROPIA_MPI_ENV}")
get_property(room_names GLOBAL PROPERTY CECROPIA_ROOMS)
list(TRANSFORM room_names REPLACE "^cecropia_" "")

# main() of the test programs, and how they are compiled: half of a build is tests, and they are run once, so there is
# less work on their own code. The rooms that they test are as ever.
add_library(test_main OBJECT ${PROJECT_SOURCE_DIR}/tests/testing/mpi_main.cpp)
target_link_libraries(test_main PUBLIC GTest::gmock MPI::MPI_C PRIVATE cecropia::core cecropia_flags)
target_compile_definitions(test_main PUBLIC CECROPIA_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_compile_options(test_main PUBLIC $<$<CONFIG:Release>:-O1>)
# Headers of others, read once for all tests: a third of the time was that. What a test needs it includes all the same: the
# presets with clang do without (CMAKE_DISABLE_PRECOMPILE_HEADERS). cecropia::core says how fmt is linked. For g++: ccache
# needs -fpch-preprocess, and out of a precompiled std::string three warnings see mistakes that are none.
set(precompiled <gmock/gmock.h> <gtest/gtest.h> <algorithm> <cmath> <filesystem> <fstream> <functional> <map> <mpi.h> <set>
    <sstream> <string> <vector> <fmt/format.h> <fmt/ranges.h>)
target_precompile_headers(test_main PRIVATE ${precompiled})
target_compile_options(test_main PUBLIC "$<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess;-Wno-array-bounds;-Wno-stringop-overflow;-Wno-restrict>")

function(cecropia_test_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "ROOM" "SOURCES")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE test_main cecropia::${arg_ROOM} cecropia_flags)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_precompile_headers(${name} REUSE_FROM test_main)
endfunction()

# cecropia_limits(<test> <label> <seconds> [PROCESSORS n]): what ctest knows about a test.
# PROCESSORS: ctest -j does not overbook the machine. TIMEOUT: a deadlock is a failure, not a hang.
function(cecropia_limits test label seconds)
  math(EXPR limit "${seconds} * ${CECROPIA_TEST_PATIENCE}")
  set_tests_properties(${test} PROPERTIES TIMEOUT ${limit} LABELS ${label} ENVIRONMENT "${CECROPIA_TEST_ENV}" ${ARGN})
endfunction()

# Unit tests run one ctest entry per GoogleTest suite program; they need no launcher.
function(cecropia_unit_tests)
  foreach(room IN LISTS room_names)
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/unit/${room}/*_test.cpp)
    if(sources)
      cecropia_test_program(unit_${room} ROOM ${room} SOURCES ${sources})
      add_test(NAME unit.${room} COMMAND unit_${room})
      cecropia_limits(unit.${room} unit 300)
    endif()
  endforeach()
endfunction()

function(cecropia_mpi_tests)
  foreach(room IN LISTS room_names)
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/mpi/${room}/*_test.cpp)
    if(sources)
      cecropia_test_program(mpi_${room} ROOM ${room} SOURCES ${sources})
      foreach(n 1 2 3 4)
        add_test(NAME mpi.${room}.np${n} COMMAND ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${n} ${MPIEXEC_PREFLAGS}
                 $<TARGET_FILE:mpi_${room}> ${MPIEXEC_POSTFLAGS})
        if(n EQUAL 1)
          cecropia_limits(mpi.${room}.np${n} mpi 300)
        else()
          cecropia_limits(mpi.${room}.np${n} mpi 300 PROCESSORS 2)
        endif()
      endforeach()
    endif()
  endforeach()
endfunction()

# Physics tests see every room; each file is a program, so that a long one runs beside a short one.
function(cecropia_physics_tests)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/physics/*_test.cpp)
  foreach(source IN LISTS sources)
    get_filename_component(name ${source} NAME_WE)
    cecropia_test_program(physics_${name} ROOM app SOURCES ${source})
    add_test(NAME physics.${name} COMMAND physics_${name})
    cecropia_limits(physics.${name} physics 900)
  endforeach()
endfunction()

# What makes calls of a process go wrong, loaded before all other libraries by tests/testing/faults. It calls no MPI
# function of its own and is not linked with MPI: the report of Python meets it, too.
function(cecropia_fault_library)
  add_library(faults MODULE ${PROJECT_SOURCE_DIR}/tests/testing/faults/inject.cpp)
  target_include_directories(faults SYSTEM PRIVATE ${MPI_C_INCLUDE_DIRS})
  target_link_libraries(faults PRIVATE cecropia_flags ${CMAKE_DL_LIBS})
  set_target_properties(faults PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
endfunction()

# System tests are scripts (tests/system/*.sh) that run the program as a user would; exit 0 passes, 77 is "not on this machine".
# They start, wait and read more than they compute, so each counts as one processor, but for those that say in a comment
# "Takes two processors: <why>".
function(cecropia_system_tests)
  file(GLOB scripts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/system/*_test.sh)
  foreach(script IN LISTS scripts)
    get_filename_component(name ${script} NAME_WE)
    add_test(NAME system.${name} COMMAND bash ${script})
    file(STRINGS ${script} wide REGEX "^# Takes two processors: .")
    set(processors 1)
    if(wide)
      set(processors 2)
    endif()
    cecropia_limits(system.${name} system 900 PROCESSORS ${processors} SKIP_RETURN_CODE 77)
  endforeach()
endfunction()

# The readers of tools/ in Python: tests/python/*_test.py, unittest; they need no program.
function(cecropia_python_tests)
  file(GLOB scripts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/python/*_test.py)
  foreach(script IN LISTS scripts)
    get_filename_component(name ${script} NAME_WE)
    if(CECROPIA_PYTHON)
      add_test(NAME python.${name} COMMAND ${CECROPIA_PYTHON} -B ${script})
      cecropia_limits(python.${name} unit 120)
    endif()
  endforeach()
endfunction()

# Golden results: tests/golden/<case>/ (tools/golden) on one and three ranks. The digits are those of GCC.
function(cecropia_golden_tests)
  file(GLOB cases CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/golden/*/parameters.json)
  foreach(case IN LISTS cases)
    cmake_path(GET case PARENT_PATH folder)
    cmake_path(GET folder FILENAME name)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
      add_test(NAME golden.${name} COMMAND python3 ${PROJECT_SOURCE_DIR}/tools/golden ${name})
      cecropia_limits(golden.${name} golden 300 PROCESSORS 2)
    endif()
  endforeach()
endfunction()

function(cecropia_house_tests)
  foreach(rule layers equations docs)
    if(EXISTS ${PROJECT_SOURCE_DIR}/tools/check_${rule}.py)
      add_test(NAME house.${rule} COMMAND python3 tools/check_${rule}.py WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
      cecropia_limits(house.${rule} house 60)
    endif()
  endforeach()
  add_test(NAME house.equation_list COMMAND python3 tools/list_equations.py --check WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  cecropia_limits(house.equation_list house 60)
endfunction()
