"""Bootstrap: makes `.venv` from the hashed requirements, then executes the given module in it.

    python3 -m scripts.bootstrap demo scripts.run

Only the standard library, and syntax for old Python versions: this file runs before anything is installed, and
explains what to do to users of an unsupported Python.
"""

import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
OLDEST_PYTHON = (3, 11)
# An installed profile also satisfies the ones that it contains.
CONTAINED_IN = {"base": ("base", "demo", "dev"), "demo": ("demo", "dev"), "dev": ("dev",)}
UV_VARIABLES = {
    "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
    "PIP_EXTRA_INDEX_URL": "UV_INDEX",
    "PIP_FIND_LINKS": "UV_FIND_LINKS",
    "PIP_CERT": "SSL_CERT_FILE",
}


def say(text: str) -> None:
    """Prints one line of progress without buffering."""
    print(text, flush=True)


def problem_with_python(version: "tuple[int, ...]", *, has_venv: bool) -> str:
    """Returns the sentence that explains why this Python cannot be used, or ""."""
    if tuple(version[:2]) < OLDEST_PYTHON:
        return (
            "Comité needs Python {}.{} or newer and this is {}.{}: install a newer one, "
            "then say which with 'make run PYTHON=python3.13'."
        ).format(*OLDEST_PYTHON, *version[:2])
    if not has_venv:
        return (
            "This Python comes without its 'venv' and 'ensurepip' modules: "
            "on Debian or Ubuntu, install the package python3-venv, then start again."
        )
    return ""


def digest(profile: str) -> str:
    """Returns a hash of the requirements of `profile` and of the current Python."""
    requirements = (ROOT / "requirements" / (profile + ".txt")).read_bytes()
    return hashlib.sha256(requirements + repr((sys.version_info[:2], sys.prefix)).encode()).hexdigest()


def stamp(profile: str) -> Path:
    return VENV / (".installed-" + profile)


def venv_python() -> Path:
    return VENV / "bin" / "python"


def is_installed(profile: str) -> bool:
    """Returns whether the environment matches the present requirements, and its Python still exists."""
    return venv_python().exists() and any(
        stamp(name).exists() and stamp(name).read_text() == digest(name) for name in CONTAINED_IN[profile]
    )


def make_venv() -> None:
    """Makes `.venv` without pip, again if its base Python has changed or disappeared."""
    if venv_python().exists():
        answer = subprocess.run(
            [str(venv_python()), "-c", "import sys; print(*sys.version_info[:2])"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if answer.returncode == 0 and answer.stdout.split() == [str(n).encode() for n in sys.version_info[:2]]:
            return
    say("Making the Python environment in .venv ...")
    shutil.rmtree(str(VENV), ignore_errors=True)
    # Without pip, whose installation takes longer than that of everything else.
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(VENV)], check=True)


def pip() -> "list[str]":
    """Returns the command of a pip for `.venv`: directly from the wheel bundled with Python, if it is found."""
    import ensurepip

    folder = sysconfig.get_config_var("WHEEL_PKG_DIR") or os.path.join(os.path.dirname(ensurepip.__file__), "_bundled")
    wheels = sorted(Path(folder).glob("pip-*.whl"))
    if wheels:
        return [str(venv_python()), str(wheels[-1] / "pip")]
    subprocess.run([str(venv_python()), "-m", "ensurepip"], check=True, stdout=subprocess.DEVNULL)
    return [str(venv_python()), "-m", "pip"]


def run(command: "list[str]") -> "tuple[int, str]":
    """Runs an installer; returns its exit code and the last lines of its output."""
    # uv ignores pip's variables. Only those that set the source of the files are passed: the hashes fix the content.
    env = {UV_VARIABLES[name]: value for name, value in os.environ.items() if name in UV_VARIABLES}
    process = subprocess.Popen(
        command,
        env={**env, **os.environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
    )
    try:
        output = process.communicate()[0]
    finally:
        if process.poll() is None:
            process.terminate()
        code = process.wait()
    return code, "".join(output.splitlines(keepends=True)[-20:])


def install(profile: str) -> None:
    """Installs exactly the files with the hashes in the repository: with the uv of the machine, else with its own uv,
    else with pip.
    """
    requirements = ROOT / "requirements" / (profile + ".txt")
    total = sum("==" in line for line in requirements.read_text().splitlines() if not line.startswith((" ", "#")))
    say(f"Installing about {total} packages (once, ten seconds or more) ...")
    for name in CONTAINED_IN:
        if stamp(name).exists():
            stamp(name).unlink()
    hashed = ["install", "--quiet", "--require-hashes"]
    with_uv = ["pip", *hashed, "--python", str(venv_python()), "-r", str(requirements)]
    installed_uv = shutil.which("uv")
    if installed_uv:
        code, problem = run([installed_uv, *with_uv])
        if code == 0:
            stamp(profile).write_text(digest(profile))
            return
        say(f"{problem}{installed_uv} CANNOT BE USED HERE (the lines above say why): pip installs another uv ...")
    with_pip = [*pip(), *hashed, "--disable-pip-version-check", "--progress-bar", "off"]
    installer = ROOT / "requirements" / "installer.txt"
    code, problem = run([*with_pip, "--no-compile", "--only-binary", ":all:", "-r", str(installer)])
    if code == 0:
        code, problem = run([str(venv_python()), "-m", "uv", *with_uv])
    if code != 0:
        say(f"{problem}uv CANNOT BE USED HERE (the lines above say why): pip goes on, which takes a minute or more ...")
        code, problem = run([*with_pip, "-r", str(requirements)])
    if code != 0:
        sys.exit(problem + "Installing the packages failed (the lines above are what pip said last).")
    stamp(profile).write_text(digest(profile))


def leave(signum: int, frame: object) -> None:
    """Turns a signal into an exception, so that child processes are stopped on the way out."""
    sys.exit(128 + signum)


def main(arguments: "list[str]") -> None:
    profile, command = arguments[0], arguments[1:]
    has_venv = all(importlib.util.find_spec(module) for module in ("venv", "ensurepip"))
    problem = problem_with_python(sys.version_info[:3], has_venv=has_venv)
    if problem:
        sys.exit(problem)
    for signum in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(signum, leave)
    os.chdir(str(ROOT))
    if not is_installed(profile):
        make_venv()
        install(profile)
    if command:
        for signum in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, signal.SIG_DFL)
        # Replaces this process, so that signals to the child of `make` reach the program.
        os.execv(str(venv_python()), [str(venv_python()), "-m", *command])  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
