#!/bin/sh
# another_host.sh [OPTIONS OF ssh] HOST COMMAND: in place of ssh, for tests in which one machine plays several nodes. The
# command runs here, in a process that bears the name of the host. Needs the right to make such processes (unshare --uts).
while [ "${1#-}" != "$1" ]; do shift; done
host=$1
shift
exec unshare --uts sh -c 'hostname "$1" && exec sh -c "$2"' another_host "$host" "$*"
