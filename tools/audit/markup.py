"""Markup check: the W3C checker on every crawled page, style sheet and drawing, and on the mails."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tools.audit.crawl import Crawl
from tools.audit.report import Report
from tools.audit.tools import Tools

SUFFIXES = {"text/html": ".html", "text/css": ".css", "image/svg+xml": ".svg"}
CONTROLS = {
    "control.html": "<!doctype html><html lang=fr><title></title><p><div></p><img src=x><center></center>",
    "control.css": "p { colour: red; margin: 3 }",
    "control.svg": '<svg xmlns="http://www.w3.org/2000/svg"><blink/></svg>',
}


@dataclass(frozen=True)
class Message:
    """Message of the checker about a file."""

    file: str
    kind: str
    line: int
    text: str


def write_files(folder: Path, found: Crawl, mails: dict[str, Path]) -> dict[str, str]:
    """Writes the crawled responses and the mails to `folder`; returns file name → URL."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    names = {}
    for index, visited in enumerate(found.visited.values()):
        suffix = SUFFIXES.get(visited.answer.kind)
        if suffix and visited.answer.status == 200:
            name = f"{index:04}{suffix}"
            (folder / name).write_bytes(visited.answer.body)
            names[name] = visited.path
    for mail, path in mails.items():
        name = f"mail-{mail}.html"
        shutil.copy(path, folder / name)
        names[name] = f"mail {mail}"
    for name, text in CONTROLS.items():
        (folder / name).write_text(text)
        names[name] = name
    return names


def read_messages(tools: Tools, folder: Path, names: dict[str, str]) -> list[Message]:
    """Runs the checker once for all files, because most of its time is startup."""
    command = [tools.java, "-Xss4m", "-jar", str(tools.vnu), "--format", "json", "--stdout", "--exit-zero-always"]
    command += ["--also-check-css", "--also-check-svg", *sorted(names)]
    output = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
    return [
        Message(
            file=Path(unquote(urlsplit(message.get("url", "")).path)).name,
            kind="error" if "error" in message["type"] else message.get("subType", "info"),
            line=message.get("lastLine", 0),
            text=message["message"],
        )
        for message in json.loads(output)["messages"]
    ]


def check(tools: Tools, folder: Path, found: Crawl, mails: dict[str, Path]) -> Report:
    """Checks that pages, style sheets and drawings have no error and no warning, and mails no error."""
    names = write_files(folder, found, mails)
    messages = read_messages(tools, folder, names)
    faults = [
        f"{message.kind}: {names.get(message.file, message.file)} line {message.line}: {message.text}"
        for message in messages
        if message.file not in CONTROLS
        and (message.kind == "error" or (message.kind == "warning" and not message.file.startswith("mail-")))
    ]
    failing = {message.file for message in messages if message.kind == "error"}
    faults += [f"control: no error was found in {name}" for name in CONTROLS if name not in failing]
    figures = {
        "pages": sum(name[0].isdigit() and name.endswith(".html") for name in names),
        "style sheets": sum(name[0].isdigit() and name.endswith(".css") for name in names),
        "drawings": sum(name[0].isdigit() and name.endswith(".svg") for name in names),
        "mails": len(mails),
        "remarks that are neither error nor warning": sum(
            message.kind == "info" and message.file not in CONTROLS for message in messages
        ),
    }
    summary = ", ".join(f"{name}: {value}" for name, value in figures.items())
    return Report("HTML, CSS and SVG (vnu)", summary, tools.named("vnu-jar", "vnu"), faults, figures)
