#!/usr/bin/env bash
# Every call of cecropia that the documentation shows is understood: its subcommands and options exist, and the parameters it
# sets with --set are accepted together with the parameter file it names.
set -euo pipefail
cd "$CECROPIA_SOURCE_DIR"
python3 - "$CECROPIA_PROGRAM" <<'P'
import pathlib, re, shlex, subprocess, sys

program, failures, seen = sys.argv[1], [], 0

def output(*arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr

for page in sorted([*pathlib.Path(".").glob("*.md"), *pathlib.Path("docs").rglob("*.md"), *pathlib.Path("jobs").glob("*.md")]):
    text = page.read_text()
    added = re.findall(r"number<&\w+::(\w+)>", text)  # parameters whose row in the code the page tells the reader to write
    for block in re.findall(r"^```(?:sh|bash|console)\n(.*?)^```", text, re.M | re.S):
        for line in block.replace("\\\n", " ").splitlines():
            call = re.search(r"(?:(?:^|\s)(?:\./)?(?:build/bin/)?cecropia|tools/run(?:\s+-n\s+\d+)?|"
                             r"jobs/(?:submit(?:\s+--dry-run)?\s+)?(?P<job>\w+)(?:\.slurm|\s+\d+)?(?:\s+-\S+)*)\s+(?P<rest>.*)", line)
            if not call or line.lstrip().startswith("#") or re.match(r"\s*cd\s", line):
                continue
            words = shlex.split(re.sub(r"[|>&;].*", "", call["rest"]), comments=True)
            if call["job"]:  # chains, arrays and merges are scans
                words = ["run" if call["job"] == "run" else "scan", *words]
            seen += 1
            where = f"{page}: {line.strip()}"
            commands = []
            for word in words:
                _, help_text = output(*commands, "--help")
                offered = help_text.partition("Subcommands:")[2].partition("Exit codes:")[0]
                if not re.search(rf"^ +{re.escape(word)} ", offered, re.M):
                    break
                commands.append(word)
            if not commands and words[:1] not in (["--help"], ["--version"]):
                failures.append(f"{where}\n  no such command")
                continue
            _, help_text = output(*commands, "--help")
            for option in [w for w in words if re.match(r"--?[a-z]", w)]:
                if not re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", help_text):
                    failures.append(f"{where}\n  '{' '.join(commands)}' has no option {option}")
            files = [w for w in words if w.endswith(".json") and pathlib.Path(w).exists()]
            settings = [s for a, s in zip(words, words[1:]) if a == "--set" and s.split("=")[0].split(".")[-1] not in added]
            if commands == ["run"] and files:
                code, said = output("params", "check", files[0], *[w for s in settings for w in ("--set", s)])
                if code != 0:
                    failures.append(f"{where}\n  {said}")
print("\n".join(failures) if failures else f"{seen} calls, all understood")
sys.exit(bool(failures) or seen < 5)
P
