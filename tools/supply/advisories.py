"""Known vulnerabilities of the pinned packages, from published advisories (`pip-audit`).

For a source that does not respond or does not know a package, pip-audit reports "no known vulnerabilities found" all
the same. So each source is also queried about a release known to be vulnerable for years, and a source that does not
report it is rejected.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from tools.audit.report import Report
from tools.supply.pins import Pin, once_each, read_pins

# A release with a template sandbox escape: PYSEC-2014-8 and others.
CONTROL = Pin("jinja2", "2.4.1")
SILENCE = "NO SOURCE OF ADVISORIES ANSWERED: nothing is known about {count} packages, which is not the same as 0 faults"
SECONDS = 15
# A private OSV server, for machines that cannot reach the public ones.
OWN_SOURCE = "ADVISORIES_URL"


@dataclass(frozen=True)
class Answer:
    """Result of a source: the packages it knows, their vulnerabilities, or the reason why it is rejected."""

    about: frozenset[str] = frozenset()
    known: tuple[str, ...] = ()
    problem: str = ""


def sources() -> dict[str, list[str]]:
    """Returns name → options of pip-audit, in the order of the queries."""
    own = os.environ.get(OWN_SOURCE)
    if own:
        return {"the source of ADVISORIES_URL": ["--vulnerability-service", "osv", "--osv-url", own]}
    return {
        "the package index": ["--vulnerability-service", "pypi"],
        "OSV": ["--vulnerability-service", "osv"],
    }


def ask(pins: list[Pin], options: list[str]) -> Answer:
    """Queries one source about `pins`, each time with the control; stops at the first rejected result."""
    about, known = set(), set()
    for some in once_each(pins):
        answer = query_advisories([CONTROL, *some], options)
        if answer.problem:
            return answer
        about |= answer.about
        known |= set(answer.known)
    return Answer(frozenset(about), tuple(sorted(known)))


def query_advisories(pins: list[Pin], options: list[str]) -> Answer:
    """Queries one source about `pins`, in which no package occurs twice."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("".join(f"{pin}\n" for pin in pins))
        file.flush()
        command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--no-deps"]
        command += ["--disable-pip", "--timeout", str(SECONDS), *options, "--requirement", file.name]
        process = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return read_answer(json.loads(process.stdout))
    except json.JSONDecodeError:
        lines = process.stderr.strip().splitlines()
        return Answer(problem=lines[-1][:300] if lines else "it said nothing")


def read_answer(output: dict[str, Any]) -> Answer:
    """Parses the output of pip-audit, without the packages that it skipped."""
    packages = [package for package in output["dependencies"] if "skip_reason" not in package]
    known = {
        f"{package['name']} {package['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'none'}"
        for package in packages
        for fault in package["vulns"]
    }
    of_control = {fault for fault in known if fault.startswith(f"{CONTROL.name} {CONTROL.version}: ")}
    if not packages:
        return Answer(problem="it knows none of the packages")
    if not of_control:
        return Answer(problem=f"it does not know that {CONTROL} is vulnerable")
    about = frozenset(f"{package['name']}=={package['version']}" for package in packages) - {str(CONTROL)}
    return Answer(about, tuple(sorted(known - of_control)))


def check(pins: list[Pin] | None = None) -> Report:
    """Checks that every pin of the site, the demonstration and the tools was queried, and that none is vulnerable."""
    if pins is None:
        pins = sorted(
            {Pin(pin.name, pin.version) for profile in ("base", "dev") for pin in read_pins(profile)}, key=str
        )
    silent, tool = [], f"pip-audit {version('pip-audit')}"
    for source, options in sources().items():
        answer = ask(pins, options)
        if answer.problem:
            silent.append(f"{source} is not believed: {answer.problem}")
            continue
        faults = list(answer.known)
        faults += [f"{pin}: {source} was not able to say anything" for pin in pins if str(pin) not in answer.about]
        summary = f"{source} told about {len(answer.about)} of {len(pins)} packages: {len(answer.known)} known faults"
        figures = {"packages": len(pins), "told about": len(answer.about), "known": len(answer.known)}
        return Report("advisories (pip-audit)", summary, tool, faults, figures)
    figures = {"packages": len(pins), "told about": 0, "known": None}
    faults = [SILENCE.format(count=len(pins)), *silent]
    return Report("advisories (pip-audit)", "nobody could be asked", tool, faults, figures)
