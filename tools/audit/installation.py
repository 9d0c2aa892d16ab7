"""Documented installation without containers, and `make run`, each in an empty Debian root made by debootstrap.

The commands are read from docs/operations.md. Such a root has no systemd: a short `systemctl` (`systemctl.py`) starts
the units, and `systemd-analyze` verifies them.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tools.audit.report import Report, table
from tools.demonstration import ROOT

NEEDED = ("debootstrap", "unshare", "chroot")
SUITES = {"bookworm": "Debian 12", "trixie": "Debian 13"}
HEADING = "## Installing without containers"
STEPS = ("empty root", "documented installation", "make run")
# Before this line the script uses the network of the machine; after it, its own network namespace with free ports.
LAST_WITH_NETWORK = ".venv/bin/pip install"
FILL_IN = "sed -i s/ville.example/ville.fr/ /etc/comite/environment"
# The loopback interface of a new network namespace is down, and no installed program can bring it up.
LOOPBACK = (
    "python3 -c 'import fcntl, socket, struct; fcntl.ioctl(socket.socket(), 0x8914,"
    ' struct.pack("16sH14s", b"lo", 0x49, b""))\''
)
LOOK = r"""
for second in $(seq 240); do
  python3 - <<'EOF' && break
from urllib.request import Request, urlopen
asked = Request("http://127.0.0.1:8000/readyz", headers={"Host": "comite.ville.fr"})
raise SystemExit("regular" not in urlopen(asked).read().decode())
EOF
  sleep 1
done
test "$second" -lt 240
python3 - <<'EOF'
import ssl
from http.client import HTTPSConnection
trusting = ssl.create_default_context()
trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
for path, status in ("/readyz", 200), ("/metrics", 404):
    proxy = HTTPSConnection("127.0.0.1", context=trusting)
    proxy.request("GET", path, headers={"Host": "comite.ville.fr"})
    assert (found := proxy.getresponse().status) == status, (path, found)
EOF
test -s /var/log/nginx/access.log
test "$(runuser -u comite -- psql -Atc "SELECT 'École' < 'Fable' AND 'eau' < 'École'" comite)" = t
systemctl start comite-backup
test -s /var/backups/comite/*/manifest.json
systemd-analyze verify --man=no /etc/systemd/system/comite-*.service /etc/systemd/system/comite-backup.timer
systemd-analyze security --offline=true --no-pager --threshold=20 /etc/systemd/system/comite-*.service >/dev/null
"""
RUN = r"""
useradd --create-home habitante
cp -r /opt/sources /home/habitante/comite && chown -R habitante /home/habitante/comite && cd /home/habitante/comite
runuser -u habitante -- env HOME=/home/habitante PORT=8765 make run > /root/make-run.log 2>&1 &
for second in $(seq 600); do
  python3 -c 'from urllib.request import urlopen; urlopen("http://127.0.0.1:8765/propositions/")' 2>/dev/null && exit 0
  kill -0 $! || break
  sleep 1
done
tail -30 /root/make-run.log
exit 1
"""


@dataclass
class Install:
    """Result of the installation on one Debian release."""

    suite: str
    seconds: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def check(folder: Path) -> Report:
    """Installs on each release, in `folder`; the report is SKIPPED without root or debootstrap."""
    missing = [program for program in NEEDED if not shutil.which(program)]
    if os.getuid() != 0 or missing:
        reason = f"{', '.join(missing)} missing" if missing else "not root"
        return Report("install", f"SKIPPED: {reason} (Debian: debootstrap, as root)")
    installs = [_install(Install(suite), folder / suite) for suite in SUITES]
    rows = [
        [SUITES[install.suite], *(f"{install.seconds.get(step, 0):.0f} s" for step in STEPS)] for install in installs
    ]
    print(table(["", *STEPS], rows), flush=True)
    summary = f"{len(documented_lines())} lines of docs/operations.md and `make run`, on {', '.join(SUITES.values())}"
    figures = {install.suite: install.seconds for install in installs}
    return Report(
        "install", summary, "debootstrap", [fault for install in installs for fault in install.faults], figures
    )


def documented_lines() -> list[str]:
    """Returns the commands of the first code block under the heading."""
    page = (ROOT / "docs" / "operations.md").read_text()
    return re.search(r"```sh\n(.*?)```", page[page.index(HEADING) :], re.DOTALL)[1].splitlines()  # type: ignore[index]


def _install(install: Install, folder: Path) -> Install:
    folder.mkdir(parents=True, exist_ok=True)
    root, tarball = folder / "root", folder / "base.tar"
    shutil.rmtree(root, ignore_errors=True)
    steps = zip(STEPS, (lambda: _bootstrap(install.suite, root, tarball), *_programs(root)), strict=True)
    for name, step in steps:
        started = time.monotonic()
        process = step()
        install.seconds[name] = time.monotonic() - started
        (folder / f"{name.replace(' ', '-')}.log").write_text(process.stdout)
        if process.returncode:
            install.faults.append(f"{SUITES[install.suite]}, {name}: {process.stdout[-2500:]}")
            break
    shutil.rmtree(root, ignore_errors=True)
    return install


def _bootstrap(suite: str, root: Path, tarball: Path) -> subprocess.CompletedProcess[str]:
    options = ["--variant=minbase", "--include=ca-certificates"]
    if not tarball.exists():
        process = _call(["debootstrap", *options, f"--make-tarball={tarball}", suite, str(root)])
        if process.returncode:
            tarball.unlink(missing_ok=True)
            return process
    return _call(["debootstrap", *options, f"--unpack-tarball={tarball}", suite, str(root)])


def _programs(root: Path) -> list:
    """Returns the scripts to run in `root`: the documented commands, then `make run`."""
    lines = documented_lines()
    split = next(index for index, line in enumerate(lines) if line.startswith(LAST_WITH_NETWORK)) + 1
    filled = [command for line in lines[split:] for command in (line, *([FILL_IN] if "fill it in" in line else []))]
    # systemd's own programs verify the units; its `systemctl` would find no running systemd.
    before = (
        "apt-get update -qq; apt-get install -qq --yes --no-install-recommends systemd; cp -r /opt/sources /opt/comite"
    )
    offline_script = "\n".join([LOOPBACK, "cd /opt/comite", *filled, LOOK])
    return [
        lambda: _in_root(root, "\n".join([before, *lines[:split]]), offline_script),
        lambda: _in_root(root, "apt-get install -qq --yes --no-install-recommends make git python3-venv\n" + RUN),
    ]


def _in_root(root: Path, script: str, alone: str = "true") -> subprocess.CompletedProcess[str]:
    """Runs `script` in `root`, then `alone` in a new network namespace; all started processes end with them."""
    _copy_sources(root / "opt" / "sources")
    for name, text in (("script", script), ("alone", alone)):
        (root / "root" / name).write_text(f"set -ex\nexport DEBIAN_FRONTEND=noninteractive LANG=C.UTF-8\n{text}\n")
    shutil.copy("/etc/resolv.conf", root / "etc" / "resolv.conf")
    (root / "etc" / "hosts").write_text("127.0.0.1 localhost\n")
    # Installed packages must not start services.
    (root / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
    (root / "usr/sbin/policy-rc.d").chmod(0o755)
    shutil.copy(ROOT / "tools" / "audit" / "systemctl.py", root / "usr/local/bin/systemctl")
    (root / "usr/local/bin/systemctl").chmod(0o755)
    mounts = [f"mount -t proc proc {root}/proc", f"mount --rbind /dev {root}/dev"]
    for path in pip_paths():
        target = root / path.lstrip("/")
        (target if Path(path).is_dir() else target.parent).mkdir(parents=True, exist_ok=True)
        if not Path(path).is_dir():
            target.touch()
        mounts.append(f"mount --bind {path} {target}")
    entered = f"chroot {root} /bin/bash /root/script && unshare --net chroot {root} /bin/bash /root/alone"
    isolated = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"]
    return _call([*isolated, "bash", "-ec", "\n".join([*mounts, entered])])


def pip_paths() -> list[str]:
    """Returns pip's configuration and the files that it names, so that pip in the image uses the same index."""
    process = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    paths = {line.partition("=")[2].strip("'") for line in process.stdout.splitlines()}
    paths |= {value for name, value in os.environ.items() if name.startswith("PIP_")}
    paths |= {path for path in ("/etc/pip.conf", "/etc/xdg/pip") if Path(path).exists()}
    return [path for path in sorted(paths) if path.startswith("/") and Path(path).exists()]


def _copy_sources(target: Path) -> None:
    """Copies the files tracked by git, with the changes of the work tree."""
    shutil.rmtree(target, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def _call(command: list[str]) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    env |= {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
    return subprocess.run(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
