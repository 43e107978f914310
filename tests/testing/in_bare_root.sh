#!/bin/bash
# Inside a bare Debian 12 (tools/lib/long.sh, part_package), as root: apt installs the packages in /srv with what they depend
# on and recommend, an ordinary user runs the quickstart, draws it and compiles tests/consumer. Ends at the first failure.
set -euo pipefail
say() { printf '\n== %s\n' "$*"; }
apt=(apt-get -q -y -o Dpkg::Use-Pty=0)

say "the program, with what it depends on and nothing else"
"${apt[@]}" update
"${apt[@]}" install --no-install-recommends /srv/cecropia_*.deb
useradd --create-home astronomer
as_user() { runuser -u astronomer -- env -i PATH=/usr/bin:/bin HOME=/home/astronomer LANG=C.UTF-8 bash -euo pipefail -c "cd && $1"; }

say "the quickstart: without a launcher and on two ranks, with the same bytes"
as_user 'cecropia --version
  cecropia params check /usr/share/cecropia/params/quickstart.json
  cecropia run /usr/share/cecropia/params/quickstart.json --out one
  /usr/share/cecropia/tools/run -n 2 run /usr/share/cecropia/params/quickstart.json --out two
  cmp one/run.h5 two/run.h5
  /usr/share/cecropia/tools/run -n 2 scan /usr/share/cecropia/params/quickstart_scan.json --out scan'

say "figures and reports, with what it recommends"
# shellcheck disable=SC2046 # a list of packages
"${apt[@]}" install --no-install-recommends $(dpkg-query -W -f '${Recommends}' cecropia | tr -d ,)
as_user '/usr/share/cecropia/tools/report one
  test -s one/report.html
  /usr/share/cecropia/tools/report scan
  python3 /usr/share/cecropia/tools/plot_run.py one --out figures
  PYTHONPATH=/usr/share/cecropia/tools python3 -c "import cecropia; print(len(cecropia.open(\"one\").history[\"z\"]), \"levels\")"'

say "a foreign program, with the development package"
"${apt[@]}" install --no-install-recommends /srv/libcecropia-dev_*.deb g++ cmake ninja-build
as_user 'cmake -S /srv/consumer -B consumer -G Ninja
  cmake --build consumer
  consumer/one_halo | tail -n 3'

say "removed without a trace"
"${apt[@]}" purge cecropia libcecropia-dev
left=$(find / -xdev -path '*cecropia*' -not -path '/srv/*' -not -path '/home/*' -not -path '/proc/*' -not -path '/var/lib/apt/*')
[ -z "$left" ] || { echo "left behind: $left" >&2; exit 1; }
