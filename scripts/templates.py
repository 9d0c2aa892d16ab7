"""Compiles every template, to find misspelt tags."""

import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = (".venv", "var")


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    from django.template import TemplateSyntaxError, engines

    engine, failures, count = engines["django"], [], 0
    for path in sorted(ROOT.glob("**/templates/**/*")):
        relative = path.relative_to(ROOT)
        if path.suffix not in (".html", ".txt", ".xml") or relative.parts[0] in PACKAGES:
            continue
        count += 1
        try:
            engine.from_string(path.read_text())
        except TemplateSyntaxError as problem:
            failures.append(f"{relative}: {problem}")
    print("\n".join([*failures, f"{count} templates, {len(failures)} that do not compile"]))
    return 1 if failures or not count else 0


if __name__ == "__main__":
    sys.exit(main())
