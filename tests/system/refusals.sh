# shellcheck shell=bash disable=SC2154
# How refusals are tested: exit code 2, the words, no traceback. Source it after tests/system/lib.sh.

# said NAME CODE WORDS...: the command that has just ended with CODE ended as a refusal, and each of WORDS is on standard error
said() {
  local name=$1 code=$2 word
  shift 2
  [ "$code" = 2 ] || fail "$name: ended with $code: $(tail -n 3 "$folder/stderr")"
  for word; do grep -qF -- "$word" "$folder/stderr" || fail "$name: does not say '$word': $(tail -n 5 "$folder/stderr")"; done
  grep -q Traceback "$folder/stderr" && fail "$name: shows a traceback"
}
# tool WORDS COMMAND...: a tool refuses this in one line, or in at most $lines
tool() {
  local words=$1
  shift
  timeout -k 10 "$patience_s" "$@" >"$folder/stdout" 2>"$folder/stderr" </dev/null
  said "$*" $? "$words"
  [ "$(wc -l <"$folder/stderr")" -le "${lines:-1}" ] || fail "$*: says it in many lines: $(cat "$folder/stderr")"
}
