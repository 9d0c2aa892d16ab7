#!/usr/bin/env python3
"""`systemctl` for a root without systemd (`tools.audit.installation`): starts the commands of the units."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

UNITS = Path("/etc/systemd/system")
WORDS = ("enable", "start", "restart", "--now", "daemon-reload")


def start(name: str) -> None:
    base, _at, instance = name.partition("@")
    file = f"{base}@.service" if instance else name if "." in name else f"{name}.service"
    unit = UNITS / file
    if not unit.exists():
        subprocess.run(["service", name, "restart"], check=True)
        return
    lines = [line for line in unit.read_text().splitlines() if "=" in line and not line.startswith("#")]
    values = [line.replace("%%", "%").replace("%i", instance).split("=", 1) for line in lines]
    settings = dict(values)
    started = Path("/run") / f"{name}.started"
    if unit.suffix == ".timer" or started.exists():
        return
    env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    for pair in shlex.split(" ".join(value for key, value in values if key == "Environment")):
        variable, _equals, env_value = pair.partition("=")
        env[variable] = env_value
    for line in Path(settings["EnvironmentFile"]).read_text().splitlines():
        if match := re.fullmatch(r"([A-Z_]+)=(.*)", line):
            env[match[1]] = match[2].strip('"')
    for folder in settings.get("RuntimeDirectory", "").split():
        (Path("/run") / folder).mkdir(exist_ok=True)
        shutil.chown(Path("/run") / folder, settings["User"], settings["Group"])
    for key, value in values:
        if key not in ("ExecStartPre", "ExecStart"):
            continue
        words = [re.sub(r"\$\{(\w+)\}", lambda reference: env[reference[1]], word) for word in shlex.split(value)]
        called = ["runuser", "-u", settings["User"], "--", *words]
        if key == "ExecStartPre" or settings["Type"] == "oneshot":
            subprocess.run(called, env=env, cwd=settings["WorkingDirectory"], check=True)
        else:
            started.touch()
            with Path(f"/root/{name}.log").open("wb") as log:
                subprocess.Popen(called, env=env, cwd=settings["WorkingDirectory"], stdout=log, stderr=log)


for argument in [argument for argument in sys.argv[1:] if argument not in WORDS]:
    start(argument)
