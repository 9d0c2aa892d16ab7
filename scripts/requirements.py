"""Pins requirements/*.in with hashes, for every supported Python, without any index URL."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    for profile in ("base", "demo", "installer", "dev"):
        command = [
            "uv",
            "pip",
            "compile",
            "--universal",
            "--generate-hashes",
            "--python-version",
            "3.11",
            "--no-header",
        ]
        command += ["--no-emit-index-url", "--no-emit-find-links"]
        command += [f"requirements/{profile}.in", "-o", f"requirements/{profile}.txt"]
        subprocess.run([sys.executable, "-m", *command, *sys.argv[1:]], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        print(f"requirements/{profile}.txt")


if __name__ == "__main__":
    main()
