#!/usr/bin/env python3
"""`systemctl` of a root in which no systemd runs (`tools.audit.installation`): starts what the units say."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

UNITS = Path("/etc/systemd/system")


def start(name: str) -> None:
    unit = UNITS / (name if "." in name else f"{name}.service")
    if not unit.exists():
        subprocess.run(["service", name, "start"], check=True)
        return
    lines = [line for line in unit.read_text().splitlines() if "=" in line and not line.startswith("#")]
    values = [line.split("=", 1) for line in lines]
    started = Path("/run") / f"{name}.started"
    if unit.suffix == ".timer" or started.exists():
        return
    started.touch()
    for key, value in values:
        if key == "Requires":
            start(value)
    settings = dict(values)
    env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    for line in Path(settings["EnvironmentFile"]).read_text().splitlines():
        if match := re.fullmatch(r"([A-Z_]+)=(.*)", line):
            env[match[1]] = match[2].strip('"')
    for command in (value.replace("%%", "%") for key, value in values if key == "ExecStart"):
        called = ["runuser", "-u", settings["User"], "--", *shlex.split(command)]
        if settings["Type"] == "oneshot":
            subprocess.run(called, env=env, cwd=settings["WorkingDirectory"], check=True)
        else:
            with Path(f"/root/{name}.log").open("wb") as log:
                subprocess.Popen(called, env=env, cwd=settings["WorkingDirectory"], stdout=log, stderr=log)


for argument in [
    argument for argument in sys.argv[1:] if argument not in ("enable", "start", "--now", "daemon-reload")
]:
    start(argument)
