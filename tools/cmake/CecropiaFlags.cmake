# One place for the compiler's orders. -ffp-contract=off: the same bits with and without fused multiply-add
# hardware; -ffast-math and -march=native never. -fno-math-errno, -fno-trapping-math: nobody reads errno after a
# mathematical function or traps floating-point exceptions, and without that roots and roundings are single
# instructions; no value changes.
add_library(cecropia_flags INTERFACE)
target_compile_features(cecropia_flags INTERFACE cxx_std_20)
target_compile_options(cecropia_flags INTERFACE -ffp-contract=off -fno-math-errno -fno-trapping-math
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion $<$<BOOL:${CECROPIA_WERROR}>:-Werror>)
target_compile_definitions(cecropia_flags INTERFACE OMPI_SKIP_MPICXX)
# Which lines were run is written down by exit(); the end after an error goes without it, and writes it down itself.
if(CMAKE_CXX_FLAGS MATCHES "--coverage" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set_source_files_properties(src/parallel/give_up.cpp PROPERTIES COMPILE_DEFINITIONS CECROPIA_COVERAGE)
endif()
