"""Node, Java and the packages pinned with hashes in tools/audit/package-lock.json."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from scripts.run import CannotStart
from tools.browser import find_chromium

HERE = Path(__file__).resolve().parent
OLDEST_NODE = 20


@dataclass(frozen=True)
class Tools:
    """Paths of the programs."""

    java: str
    chromium: str
    modules: Path

    @property
    def axe(self) -> Path:
        return self.modules / "axe-core" / "axe.min.js"

    @property
    def vnu(self) -> Path:
        return self.modules / "vnu-jar" / "build" / "dist" / "vnu.jar"

    @property
    def lighthouse(self) -> Path:
        return self.modules / ".bin" / "lighthouse"

    def named(self, package: str, name: str = "") -> str:
        """Returns the usual name of a package with its installed version: `Lighthouse 12.8.2`."""
        version = json.loads((self.modules / package / "package.json").read_text())["version"]
        return f"{name or package} {version}"


def check_node() -> None:
    """Raises CannotStart if Node or npm is missing or too old."""
    if not shutil.which("node") or not shutil.which("npm"):
        raise CannotStart(f"The audit needs Node {OLDEST_NODE} or newer, with npm. `make run` and `make test` do not.")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    if int(re.sub(r"\D.*", "", version.lstrip("v").strip()) or 0) < OLDEST_NODE:
        raise CannotStart(f"The audit needs Node {OLDEST_NODE} or newer; this is {version.strip()}.")


def install(folder: Path) -> Tools:
    """Installs the pinned packages in `folder`, once for each state of the lock file. Raises CannotStart."""
    chromium, java = find_chromium(), shutil.which("java")
    check_node()
    if java is None:
        raise CannotStart("The audit needs Java, for the checker of HTML. `make run` and `make test` do not.")
    lock = (HERE / "package-lock.json").read_text()
    stamp = folder / "installed"
    if not stamp.exists() or stamp.read_text() != lock:
        print("Installing the packages of the audit (once) ...", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder / name)
        # Install scripts are disabled and no browser is downloaded: the system's is used.
        npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
        process = subprocess.run(npm, cwd=folder, env={**os.environ, "PUPPETEER_SKIP_DOWNLOAD": "1"}, check=False)
        if process.returncode != 0:
            raise CannotStart("Installing the packages of the audit failed: the lines above say why.")
        stamp.write_text(lock)
    return Tools(java=java, chromium=chromium, modules=folder / "node_modules")
