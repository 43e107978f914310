#!/usr/bin/env bash
# The checks of the house can fail: each kind of fault is put into a small project, and the check must name it.
set -euo pipefail
tools=$CECROPIA_SOURCE_DIR/tools
project=$(mktemp -d)
trap 'rm -rf "$project"' EXIT
failures=0

# The analysers look at the sources only.
said=$("$tools/analyse" docs 2>&1) && { echo "analyse takes docs"; failures=1; }
[[ $said == *"'docs' is no folder of src"* ]] || { echo "analyse says of docs: $said"; failures=1; }

fresh() {
  rm -rf "${project:?}"/*
  mkdir -p "$project"/{include/cecropia,src}/{core,parallel,physics} "$project"/{docs/theory,tools,tests,params,jobs}
  cat >"$project/CMakeLists.txt" <<'C'
project(cecropia VERSION 0.1.0)
cecropia_room(core     USES fmt::fmt)
cecropia_room(parallel USES cecropia::core MPI::MPI_C)
cecropia_room(physics  USES cecropia::core)
C
  printf 'version: 0.1.0\n' >"$project/CITATION.cff"
  printf '## 0.1.0\n' >"$project/CHANGELOG.md"
  printf '#include "cecropia/core/error.hpp"\n// OUT-1, in UTF-8\n' >"$project/include/cecropia/physics/outflow.hpp"
  printf '**(OUT-1)** a = b.\n' >"$project/docs/theory/outflow.md"
  printf '# Index\n\n[theory](theory/outflow.md)\n' >"$project/docs/index.md"
}

# expect RULE WORDS: the check fails and says WORDS; without WORDS it passes
expect() {
  local rule=$1 words=${2:-} said code=0
  said=$(python3 "$tools/check_$rule.py" "$project") || code=$?
  if [ -z "$words" ]; then
    [ $code = 0 ] || { printf 'check_%s fails on a sound project: %s\n' "$rule" "$said"; failures=1; }
  elif [ $code = 0 ] || ! grep -qF -- "$words" <<<"$said"; then
    printf 'check_%s does not say "%s": exit code %d, %s\n' "$rule" "$words" $code "$said"
    failures=1
  fi
}

fresh
for rule in layers equations docs messages; do expect $rule; done

fresh && printf '#include "cecropia/parallel/communicator.hpp"\n' >"$project/src/physics/outflow.cpp"
expect layers "src/physics/outflow.cpp:1: 'physics' may not use 'parallel'"
fresh && printf '#include <mpi.h>\n' >"$project/src/physics/outflow.cpp"
expect layers "'physics' may not use the library MPI::MPI_C"
fresh && printf '#include <fstream>\n' >"$project/src/physics/outflow.cpp"
expect layers "'physics' never sees a file"
fresh && sed -i 's/^cecropia_room(core .*/cecropia_room(core USES cecropia::physics)/' "$project/CMakeLists.txt"
expect layers "'core' uses 'physics', which is not on a lower floor"
fresh && mkdir "$project/src/attic"
expect layers "src/attic: no room of this name"

fresh && printf '// see OUT-2\n' >"$project/src/physics/outflow.cpp"
expect equations "src/physics/outflow.cpp:1: OUT-2 is used here and not derived"
fresh && printf '**(OUT-3)** c = d.\n' >>"$project/docs/theory/outflow.md"
expect equations "docs/theory/outflow.md:2: OUT-3 is derived here, and no line of code cites it"
fresh && printf '**(OUT-1)** again.\n' >>"$project/docs/theory/outflow.md"
expect equations "OUT-1 is derived more than once"

fresh && printf '[gone](gone.md)\n' >>"$project/docs/index.md"
expect docs "docs/index.md: link to 'gone.md', which does not exist"
fresh && printf '[there](theory/outflow.md#nothing)\n' >>"$project/docs/index.md"
expect docs "which has no such heading"
fresh && printf '```sh\ntools/nothing --fast\n```\n' >>"$project/docs/index.md"
expect docs "docs/index.md: names 'tools/nothing', which does not exist"
fresh && printf '```sh\ntools/asleep\n```\n' >>"$project/docs/index.md" && touch "$project/tools/asleep"
expect docs "'tools/asleep' is shown as a command and cannot be executed"
fresh && printf '# Alone\n' >"$project/docs/alone.md"
expect docs "docs/alone.md: no way leads from docs/index.md to this page"
fresh && printf '/// see docs/theory/nowhere.md\n' >"$project/src/core/error.cpp"
expect docs "src/core/error.cpp: sends the reader to 'docs/theory/nowhere.md'"
fresh && printf 'version: 0.2.0\n' >"$project/CITATION.cff"
expect docs "CITATION.cff: states version 0.2.0, CMakeLists.txt says 0.1.0"

# message FILE TEXT: a sound project but for this file
message() { fresh && printf '%s\n' "$2" >"$project/$1"; }
message src/core/error.cpp 'throw InputError({fmt::format("the moon is {}", colour), file, "a silver one", "look again"});'
expect messages "src/core/error.cpp:1: no test quotes 'the moon is {}'"
printf 'refused "the moon is green" "night.json"\n' >"$project/tests/moon_test.sh"
expect messages
printf 'src/core/error.cpp | the sun | no test yet\n' >"$project/tests/messages_untested.txt"
expect messages "tests/messages_untested.txt: src/core/error.cpp has no message 'the sun'"
message src/core/error.cpp 'throw InputError({"the moon is away", file, "", "look again"});'
expect messages "src/core/error.cpp:1: one of what, where, expected and remedy is empty"
message src/physics/outflow.cpp 'refuse("the wind is gone", place);'
expect messages "src/physics/outflow.cpp:1: no test quotes 'the wind is gone'"
message tools/stars.py 'raise Trouble(f"{path} holds no stars: give another")'
expect messages "tools/stars.py:1: no test quotes '{} holds no stars: give another'"
printf 'tools/stars.py | * | a tool of the house\n' >"$project/tests/messages_untested.txt"
expect messages
message tools/sky 'stop 2 "--sky wants a colour"'
expect messages "tools/sky:1: no test quotes '--sky wants a colour'"

exit $failures
