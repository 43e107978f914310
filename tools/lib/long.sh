# shellcheck shell=bash disable=SC2034
# The slow parts of tools/test --long, one function each. A part installs what it alone needs, ends with one telling line
# and fails by its exit code. Sourced by tools/test after lib/house.sh; runs in the top folder.

long_parts=(headers install package analyse sanitize clang debug mpich fuzz coverage valgrind mutate faults)

needs_clang='
clang                command  clang++
libclang-rt-14-dev   command  clang++'
needs_mpich='
mpich                command  mpiexec.mpich
libmpich-dev         command  mpicc.mpich
libhdf5-mpich-dev    command  h5pcc.mpich'

# test_folder FOLDER LABELS: the tests with these labels (a regular expression), no more at a time than there is memory for.
test_folder() {
  ctest --test-dir "$1" --output-on-failure --parallel "$(compile_jobs)" --label-regex "$2" --no-tests=error
}

# Every header compiles alone.
part_headers() {
  cmake --build build --parallel "$(compile_jobs)" --target all_verify_interface_header_sets
}

# An installation runs from its own place, and a foreign program evolves a halo with its library.
part_install() {
  local prefix=build/long/prefix consumer=build/long/consumer
  rm -rf "$prefix" "$consumer"
  cmake --build build --parallel "$(compile_jobs)"
  cmake --install build --prefix "$PWD/$prefix" >/dev/null
  "$prefix/bin/cecropia" params check "$prefix"/share/cecropia/params/*.json
  "$prefix/share/cecropia/jobs/submit" --dry-run run params/quickstart.json
  cmake -S tests/consumer -B "$consumer" -G Ninja -DCMAKE_PREFIX_PATH="$PWD/$prefix"
  cmake --build "$consumer"
  "$consumer/one_halo" | tail -n 2
}

# The Debian packages, installed by apt into a bare Debian 12 with nothing else, where an ordinary user runs the quickstart;
# then a foreign program is compiled there against the development package. Needs root and the archive of Debian.
part_package() {
  on_debian_12 && [ "$(id -u)" = 0 ] || stop 2 "this part makes a bare Debian 12 and needs to be root on one"
  install_missing 'debootstrap command debootstrap' 'dpkg-dev command dpkg-shlibdeps'
  cmake --build build --parallel "$(compile_jobs)"
  rm -rf build/long/package
  local top=$PWD/build/long/package
  mkdir -p "$top/packages"
  cpack --config build/CPackConfig.cmake -B "$top/packages"
  local mirror
  mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Codename: bookworm' | sort -u | head -n 1)
  debootstrap --variant=minbase bookworm "$top/bare" "${mirror:-http://deb.debian.org/debian}"
  cp "$top"/packages/*.deb "$top/bare/srv/"
  cp -r tests/consumer "$top/bare/srv/"
  cp tests/testing/in_bare_root.sh "$top/bare/srv/"
  cp -L /etc/resolv.conf "$top/bare/etc/resolv.conf"
  # What a started system has mounted, and a process number 1 of its own: all of it ends with what runs inside.
  unshare --mount --pid --fork --kill-child -- bash -euc "
    mount -t proc proc '$top/bare/proc'
    mount -t tmpfs tmpfs '$top/bare/dev/shm'
    mount --rbind /sys '$top/bare/sys'
    exec chroot '$top/bare' /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive \
      bash /srv/in_bare_root.sh"
  rm -rf "$top/bare"
  say "installed by apt into a bare Debian 12: the quickstart, a report and a foreign program"
}

# All sources, by clang-tidy and cppcheck.
part_analyse() { tools/analyse; }

sanitizer_environment() {
  printf 'leak:%s\n' libmpi.so libopen-pal.so libopen-rte.so libpmix.so libhwloc.so mca_ libevent >build/long/lsan.supp
  # A deep stack at each allocation: Open MPI unloads its plug-ins, and no suppression fits an unknown module.
  # A small quarantine: tests that watch the memory see a freed block go. No book of the threads' dynamic storage: the leak
  # checker walks it while MPI's own threads run, and now and then falls ("Tracer caught signal 11").
  # Any order of libraries: that of tests/testing/faults is loaded before the sanitizer's.
  export ASAN_OPTIONS=fast_unwind_on_malloc=0:quarantine_size_mb=32:intercept_tls_get_addr=0:verify_asan_link_order=0
  export UBSAN_OPTIONS=print_stacktrace=1
  export LSAN_OPTIONS=suppressions=$PWD/build/long/lsan.supp:print_suppressions=0
}

# All tests: those of physics take an hour there.
part_sanitize() {
  sanitizer_environment
  configure sanitize
  compile sanitize
  test_folder build-sanitize '.'
}

# like_release FOLDER...: the run of each FOLDER/bin/cecropia differs from the one of build/bin/cecropia as rounding does:
# it moves galaxies here and there (docs/reproducibility.md), and cosmic histories stay what they are.
like_release() {
  local folder
  for folder in build "$@"; do
    "$folder/bin/cecropia" run -q params/quickstart.json --out "build/long/by_$folder"
  done
  for folder; do
    "$(find_python numpy h5py)" tools/compare_runs.py build/long/by_build "build/long/by_$folder" --only history --most 0.05 |
      tail -n 1
  done
}

part_clang() {
  install_missing "$needs_clang"
  configure clang -DCECROPIA_WERROR=ON
  compile clang
  test_folder build-clang '.'
  like_release build-clang
}

# Both compilers without optimisation, with the checks of the standard library on.
part_debug() {
  install_missing "$needs_clang"
  local preset
  for preset in debug clang-debug; do
    configure $preset -DCECROPIA_WERROR=ON
    compile $preset
    test_folder "build-$preset" 'unit|mpi'
  done
  like_release build-debug build-clang-debug
}

part_mpich() {
  install_missing "$needs_mpich"
  configure mpich
  compile mpich
  test_folder build-mpich 'unit|mpi'
}

# Each fuzz target starts from its corpus, which are the files of tests/fuzz/corpus/NAME and, packed, those that earlier
# hours have found, and must not crash, hang or leak in its share of time. With FUZZ_KEEP=yes what it finds that goes new
# ways is packed with the rest, as few files as do.
part_fuzz() {
  install_missing "$needs_clang"
  configure fuzz
  compile fuzz
  local targets=(build-fuzz/bin/*_fuzz) target name seconds
  [ -x "${targets[0]}" ] || stop 1 "no fuzz target was built"
  seconds=$((${FUZZ_SECONDS:-600} / ${#targets[@]}))
  mkdir -p build-fuzz/corpus
  tar -xzf tests/fuzz/found.tar.gz -C build-fuzz/corpus
  rm -rf build-fuzz/kept
  for target in "${targets[@]}"; do
    name=$(basename "$target" _fuzz)
    mkdir -p "build-fuzz/found/$name" "build-fuzz/corpus/$name" "build-fuzz/kept/$name"
    local corpus=("build-fuzz/corpus/$name")
    [ ! -d "tests/fuzz/corpus/$name" ] || corpus+=("tests/fuzz/corpus/$name")
    sanitizer_environment
    "$target" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -artifact_prefix="build-fuzz/found/$name/" "${corpus[@]}"
    [ -z "${FUZZ_KEEP:-}" ] || "$target" -merge=1 -timeout=20 -rss_limit_mb=2048 "build-fuzz/kept/$name" "${corpus[@]}"
  done
  if [ -n "${FUZZ_KEEP:-}" ]; then
    (cd build-fuzz/kept && tar --sort=name --mtime=2026-01-01 --owner=0 --group=0 --numeric-owner -cf - -- *) |
      gzip -9n >build-fuzz/found.tar.gz
    mv build-fuzz/found.tar.gz tests/fuzz/found.tar.gz
  fi
  say "${#targets[@]} fuzz target(s), $seconds s each, nothing found"
}

part_coverage() {
  install_missing 'gcovr command gcovr'
  configure coverage
  compile coverage
  find build-coverage -name '*.gcda' -delete
  test_folder build-coverage 'unit|mpi|system'
  gcovr --root . --object-directory build-coverage --filter 'src/' --filter 'include/' --gcov-ignore-parse-errors \
    --exclude-throw-branches --html-details build-coverage/index.html --json build-coverage/coverage.json --print-summary
  say "pages: build-coverage/index.html"
  "$(find_python)" tools/check_coverage.py build-coverage/coverage.json
}

# Unit tests under valgrind. Leaks below the MPI library are its own; the shipped suppressions do not know all of them.
part_valgrind() {
  install_missing 'valgrind command valgrind'
  local library program_under_test
  {
    for library in libmpi libopen-rte libopen-pal libpmix libhwloc libevent_core; do
      printf '{\n  leak below %s\n  Memcheck:Leak\n  ...\n  obj:*/%s*.so*\n}\n' $library $library
    done
    printf '{\n  pmix socket write\n  Memcheck:Param\n  writev(vector[...])\n  ...\n  obj:*/libevent_core*.so*\n}\n'
  } >build/long/mpi.supp
  local checked=(valgrind -q --error-exitcode=9 --num-callers=40 --leak-check=full --show-leak-kinds=definite
    --errors-for-leak-kinds=definite --suppressions=build/long/mpi.supp)
  # valgrind computes long double in 64 bits, so the test that compares with it cannot hold there. Its heap tells no
  # sizes and keeps what was freed: memory is measured in the other builds.
  for program_under_test in core config parallel io tree; do
    [ -x "build/bin/unit_$program_under_test" ] || continue
    "${checked[@]}" "build/bin/unit_$program_under_test" --gtest_brief=1 --gtest_filter='-*LongDouble*:*ForALargerFile'
  done
  mpirun -n 2 "${checked[@]}" build/bin/mpi_parallel --gtest_brief=1
  say "no error and no leak of ours"
}

# Would the tests notice wrong physics? Small changes to src/physics, one at a time.
part_mutate() {
  "$(find_python)" tools/mutate.py --count "${MUTANTS:-60}"
}

# More than 500 injected faults, in every command, with the table of outcomes (docs/survival.md).
part_faults() {
  export OMPI_MCA_pml=ob1 # as in the system tests: a start of MPI looks for no network
  "$(find_python numpy h5py matplotlib)" -B tests/testing/faults/run_faults.py --program build/bin/cecropia \
    --library build/lib/libfaults.so --count "${FAULTS:-520}" --jobs "$(nproc)" --out build/long/faults
}
