"""Check of every kind of mail for HTML and CSS that mail programs do not support, with the data of caniemail.com."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.run import CannotStart
from tools.audit.report import Report
from tools.audit.tools import HERE, Tools
from tools.demonstration import ROOT

FEWEST = 40
# Mail programs used here: French providers, large webmails, phones.
CLIENTS = ",".join(
    f"{name}.*"
    for name in (
        *("orange", "sfr", "laposte", "gmail", "outlook", "apple-mail"),
        *("thunderbird", "yahoo", "samsung-email", "protonmail"),
    )
)
# Unsupported features with an acceptable fallback, described here. Any other unsupported feature is a fault.
TOLERATED = {
    "@media": "no dark theme: the light colours are inline",
    "<style> element": "the same",
    "<body> element": "its ground is on the first element inside, too",
    "display:none": "the line beside the subject is also 1 px high and of the colour of the ground",
    "overflow": "the same line",
    "height property": "the same line",
    "role attribute": "a reader may hear that there is a table; its order is that of the text",
    "lang attribute": "it is on the first element inside, too; the mail says Content-Language",
    "text-decoration": "a button is underlined, as a link is",
}
# Features that no mail may use, and the faults that the check must report.
CONTROL = (
    "<!doctype html><html><body><p style='display:grid;clip-path:circle()'>Un</p><form></form><video src='a'></video>"
    "</body></html>"
)
IN_CONTROL = ("display:grid", "clip-path", "<form> element", "<video> element")


def write_mails(folder: Path) -> dict[str, Path]:
    """Writes every kind of mail to `folder`, emptied first; returns name → HTML file. Raises CannotStart."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "tools.mails", str(folder)]
    process = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False)
    if process.returncode != 0:
        raise CannotStart(f"The mails could not be written:\n{process.stderr[-2000:]}")
    return {path.stem: path for path in sorted(folder.glob("*.html"))}


def check(tools: Tools, mails: dict[str, Path]) -> Report:
    """Checks that CLIENTS support every feature of each mail, except those in TOLERATED."""
    folder = next(iter(mails.values())).parent
    control = folder / "control.htm"
    control.write_text(CONTROL)
    script = Path(shutil.copy(HERE / "support.mjs", tools.modules.parent))
    command = ["node", str(script), CLIENTS, str(control), *map(str, mails.values())]
    dropped = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    found_in_control = dropped.pop(str(control))
    faults = [
        f"{Path(file).stem}: {feature} is dropped by {', '.join(clients)}"
        for file, features in dropped.items()
        for feature, clients in features.items()
        if feature not in TOLERATED
    ]
    faults += [f"control: {feature} was not found" for feature in IN_CONTROL if feature not in found_in_control]
    if len(mails) < FEWEST:
        faults.append(f"{len(mails)} mails, less than {FEWEST}")
    lost = sorted({feature for features in dropped.values() for feature in features})
    largest = max(path.stat().st_size for path in mails.values())
    summary = f"{len(mails)} mails, the largest of {largest} bytes; dropped somewhere, without harm: {', '.join(lost)}"
    figures = {"mails": len(mails), "largest": largest, "dropped": dropped}
    return Report("mails (caniemail)", summary, tools.named("caniemail"), faults, figures)
