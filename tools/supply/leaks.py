"""Search for secrets in the repository: in the files, in every commit, and in commit messages.

Everybody with a copy has read a leaked secret: replace it where it is used before removing it here.
"""

import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.audit.report import Report
from tools.demonstration import ROOT

# Name → pattern. A value of words (`cigogne sur un toit`) is a text; so are the placeholders of the documentation.
LOOKS = {
    "private-key": r"-----BEGIN [A-Z ]*PRIVATE KEY",
    "cloud-key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[\w-]{35}|\bSCW[0-9A-Z]{17}\b",
    "forge-token": r"\bgh[opsru]_\w{36}|\bgithub_pat_\w{22}|\bglpat-[\w-]{20}|\bpypi-[\w-]{40}|\bnpm_\w{36}",
    "service-token": r"\bxox[abeprs]-[\w-]{10,}|\b[rs]k_live_\w{16,}|\bxkeysib-\w{32}|\bSG\.[\w-]{16,}\.[\w-]{16,}",
    "signed-token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.",
    "password-in-address": r"://[^/\s:@\"'`<>{}]+:(?!password@)[^/\s:@\"'`<>{}$]+@",
    "named-value": r"(?i:secret|passw(?:or)?d|token|api_?key)\w*[\"']?\s*[:=]\s*[\"']?(?=[\w+/=-]*\d)[\w+/=-]{24,}",
    "file": r"^diff --git .*/(?:\.env|id_(?:rsa|ed25519)|[^/]*\.(?:pem|key|p12|pfx|sqlite3)|demo-accounts\.json)$",
}
ANY = re.compile("|".join(f"(?P<{name.replace('-', '_')}>{look})" for name, look in LOOKS.items()))
# One of each kind, split, because this file is searched too.
CONTROLS = (
    "-----BEGIN OPENSSH " + "PRIVATE KEY-----",
    "AKIA" + "Q7" * 8,
    "ghp_" + "a1" * 18,
    "sk_live" + "_" + "a1" * 10,
    "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0." + "x",
    "smtp://lettre:" + "cigogne@mail.example",
    "EMAIL_HOST_PASSWORD=" + "k9" * 14,
    "diff --git a/docker/.env b/docker/" + ".env",
)


@dataclass(frozen=True)
class Leak:
    """Suspected secret: a file and line, or a commit, and only the first characters of the secret."""

    place: str
    kind: str
    start: str

    def __str__(self) -> str:
        return f"{self.place}: {self.kind}, “{self.start}…”"


def find(line: str, place: str) -> Iterator[Leak]:
    """Yields the suspected secrets of a line, including generated lines (minified scripts)."""
    for match in ANY.finditer(line):
        kind = str(match.lastgroup).replace("_", "-")
        yield Leak(place, kind, line[-60:] if kind == "file" else match[0][:16])


def git(root: Path, *arguments: str) -> str:
    process = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=True)
    return process.stdout.decode(errors="replace")


def in_files(root: Path) -> Iterator[Leak]:
    """Searches every file tracked by git or not ignored."""
    for name in filter(None, git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")):
        file = root / name
        if not file.is_file():
            continue
        yield from find(f"diff --git a/{name} b/{name}", name)
        content = file.read_bytes()
        if b"\0" not in content[:8_000]:
            for number, line in enumerate(content.decode(errors="replace").splitlines(), 1):
                yield from find(line, f"{name}:{number}")


def in_history(root: Path) -> Iterator[Leak]:
    """Searches every line added or removed by a commit of any branch, and the commit messages."""
    commit = ""
    options = ["--patch", "--cc", "--unified=0", "--no-color", "--no-ext-diff", "--format=commit %h%n%B"]
    output = git(root, "log", "--all", *options)
    for line in output.splitlines():
        if line.startswith("commit "):
            commit = line[:20]
        yield from find(line, commit)


def scan(root: Path) -> list[Leak]:
    return list(dict.fromkeys([*in_files(root), *in_history(root)]))


def missed(controls: Iterable[str] = CONTROLS) -> list[str]:
    """Returns the kinds of secrets that the search fails to find in `controls`."""
    kinds = {leak.kind for line in controls for leak in find(line, "control")}
    return sorted(set(LOOKS) - kinds)


def check(root: Path = ROOT) -> Report:
    """Checks that the files and the whole history contain no suspected secret."""
    faults = [str(leak) for leak in scan(root)]
    if git(root, "rev-parse", "--is-shallow-repository").strip() == "true":
        faults.append("this copy holds a part of the history only (git fetch --unshallow): the rest was not looked at")
    faults += [f"control: {kind} was not found" for kind in missed()]
    commits = int(git(root, "rev-list", "--all", "--count"))
    files = len(git(root, "ls-files").splitlines())
    summary = f"{files} files and {commits} commits, for {len(LOOKS)} kinds of secrets"
    return Report("secrets", summary, "", faults, {"files": files, "commits": commits})
