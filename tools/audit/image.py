"""Container image built and run without an engine: by buildah on a debootstrap base, in its own mount namespace."""

import contextlib
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from scripts import postgres
from tools.audit.report import Report, table
from tools.demonstration import ROOT

NEEDED = ("buildah", "debootstrap", "unshare", "setpriv")
SUITE = "trixie"
# Packages that the official Python image has too.
PACKAGES = "python3,python3-venv,python-is-python3,ca-certificates"
BASE, IMAGE = "localhost/comite-base", "localhost/comite-audit"
# Files next to the sources that must never be in the image.
KEPT_OUT = (
    ".git",
    ".env",
    "tests",
    "tools",
    "scripts",
    "var",
    "docker/compose.yaml",
    "docker/secrets",
    "docs/quality.md",
)


def check(folder: Path) -> Report:
    """Builds, starts and stops the image; SKIPPED without root or the programs. Base and layers are kept."""
    missing = [program for program in NEEDED if not shutil.which(program)]
    if os.getuid() != 0 or missing:
        reason = f"{', '.join(missing)} missing" if missing else "not root"
        return Report("image", f"SKIPPED: {reason} (Debian: buildah, debootstrap, as root)")
    folder.mkdir(parents=True, exist_ok=True)
    seconds: dict[str, float] = {}
    try:
        with _timed(seconds, "base"):
            _make_base(folder)
        with _timed(seconds, "build"):
            volumes = [option for path in pip_paths() for option in ("--volume", f"{path}:{path}:ro")]
            _buildah(folder, "build", *volumes, "--build-arg", f"BASE={BASE}", "--tag", IMAGE, str(ROOT))
        with _mounted(folder) as (root, config), postgres.throwaway_cluster() as url:
            postgres.create_database(url, "comite")
            result = _run(folder, root, config, url)
    except (subprocess.CalledProcessError, postgres.NoPostgres) as problem:
        output = f"{getattr(problem, 'output', '') or ''}\n{getattr(problem, 'stderr', '') or problem}"
        return Report("image", "not built or not started", "buildah", [output.strip()[-3000:]])
    seconds |= result["seconds"]
    faults = [*result["faults"], *(f"{name} is in the image" for name in KEPT_OUT if name in result["inside"])]
    print(table(list(seconds), [[f"{duration:.0f} s" for duration in seconds.values()]]), flush=True)
    summary = f"built on {SUITE}, run without root, capabilities or a writable root; {result['size']} MB"
    return Report("image", summary, "buildah", faults, {"seconds": seconds, "megabytes": result["size"]})


def _make_base(folder: Path) -> None:
    """Makes the base image, once for each folder."""
    if subprocess.run([*_command(folder), "inspect", BASE], capture_output=True, check=False).returncode == 0:
        return
    root = folder / "base"
    shutil.rmtree(root, ignore_errors=True)
    bootstrap = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(root)]
    subprocess.run(bootstrap, check=True, capture_output=True, text=True)
    # Files that the official slim image does not contain either: the size of the image is reported.
    extra = "/var/lib/apt/lists/* /usr/share/doc/* /usr/share/man/* /usr/share/locale/*"
    emptied = ["chroot", str(root), "sh", "-c", f"apt-get clean && rm -rf {extra}"]
    subprocess.run(emptied, check=True, capture_output=True, text=True)
    container = _buildah(folder, "from", "scratch").stdout.strip()
    _buildah(folder, "copy", "--quiet", container, str(root), "/")
    _buildah(folder, "commit", "--quiet", "--rm", container, BASE)
    shutil.rmtree(root)


def pip_paths() -> list[str]:
    """Returns pip's configuration and the files that it names, so that pip in the image uses the same index."""
    process = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    paths = {line.partition("=")[2].strip("'") for line in process.stdout.splitlines()}
    paths |= {value for name, value in os.environ.items() if name.startswith("PIP_")}
    paths |= {path for path in ("/etc/pip.conf", "/etc/xdg/pip") if Path(path).exists()}
    return [path for path in sorted(paths) if path.startswith("/") and Path(path).exists()]


def _command(folder: Path) -> list[str]:
    return ["buildah", "--root", str(folder / "storage"), "--runroot", str(folder / "run")]


def _buildah(folder: Path, action: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    options = []
    if action == "build":
        options = ["--isolation", "chroot", "--network", "host", "--layers", "--file", "docker/Dockerfile"]
        # No limit above the one of this process, which root may be unable to raise.
        for name, kind in (("nproc", resource.RLIMIT_NPROC), ("nofile", resource.RLIMIT_NOFILE)):
            hard = resource.getrlimit(kind)[1]
            options += ["--ulimit", f"{name}={hard}:{hard}"]
    command = [*_command(folder), action, *options, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)


@contextlib.contextmanager
def _mounted(folder: Path) -> Iterator[tuple[Path, dict]]:
    """Mounts the built image; yields its folder and its configuration."""
    container = _buildah(folder, "from", "--pull-never", IMAGE).stdout.strip()
    try:
        root = Path(_buildah(folder, "mount", container).stdout.strip())
        inspected = json.loads(_buildah(folder, "inspect", "--type", "image", IMAGE).stdout)
        yield root, inspected["OCIv1"]["config"]
    finally:
        _buildah(folder, "rm", container)


def _run(folder: Path, root: Path, config: dict, url: str) -> dict:
    """Runs `tools.audit.isolated` in its own mount and network namespaces; returns its findings."""
    inside = [name for name in KEPT_OUT if (root / config["WorkingDir"].lstrip("/") / name).exists()]
    size = (
        sum(path.lstat().st_size for path in root.rglob("*") if not path.is_symlink() and path.is_file()) // 1_000_000
    )
    result = folder / "found.json"
    result.unlink(missing_ok=True)
    command = ["unshare", "--mount", "--propagation", "private", "--net", sys.executable, "-m", "tools.audit.isolated"]
    payload = json.dumps({"root": str(root), "config": config, "url": url, "folder": str(folder)})
    process = subprocess.run(
        [*command, str(result)], cwd=ROOT, input=payload, capture_output=True, text=True, check=False
    )
    if not result.exists():
        raise subprocess.CalledProcessError(process.returncode, command, process.stdout, process.stderr)
    return {**json.loads(result.read_text()), "inside": inside, "size": size}


@contextlib.contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    seconds[name] = time.monotonic() - started
