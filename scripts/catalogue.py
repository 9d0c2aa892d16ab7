"""French catalogue: `update` collects and compiles messages, `check` reports what is missing.

A missing, fuzzy or obsolete entry fails `make check`, because a half-translated site is broken.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

from common.templatetags.typography import NBSP, with_french_spaces

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "locale" / "fr" / "LC_MESSAGES" / "django.po"
COMPILED = CATALOGUE.with_suffix(".mo")
# Words of Wagtail's scripts, written by hand.
OF_SCRIPTS = CATALOGUE.with_name("djangojs.po")
# Dates would change at each run and hide the relevant changes.
VOLATILE_HEADERS = ("POT-Creation-Date", "PO-Revision-Date")


def collect(root: Path) -> None:
    """Runs makemessages for the sources in `root`; requires gettext's programs."""
    command = [sys.executable, "manage.py", "makemessages", "-l", "fr", "--no-obsolete", "--add-location", "file"]
    ignored = [f"--ignore={pattern}" for pattern in (".venv/*", "var/*", "tests/*", "scripts/*")]
    subprocess.run([*command, *ignored], cwd=root, check=True, stdout=subprocess.DEVNULL)


def in_french(text: str) -> str:
    """Returns a translation with the French no-break spaces. Percent signs may be doubled."""
    return with_french_spaces(text).replace(" %%", f"{NBSP}%%")


def tidy(path: Path) -> polib.POFile:
    """Removes the volatile headers and the guesses of msgmerge, sets French spaces; saves and returns the catalogue."""
    catalogue = polib.pofile(str(path), wrapwidth=100)
    for header in VOLATILE_HEADERS:
        catalogue.metadata.pop(header, None)
    for entry in catalogue.fuzzy_entries():
        entry.flags.remove("fuzzy")
        entry.msgstr = ""
        entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")
        entry.previous_msgctxt = entry.previous_msgid = entry.previous_msgid_plural = None
    for entry in catalogue:
        entry.msgstr = in_french(entry.msgstr)
        entry.msgstr_plural = {number: in_french(text) for number, text in entry.msgstr_plural.items()}
    catalogue.save(str(path))
    return catalogue


def keys(catalogue: polib.POFile) -> dict[tuple[str | None, str], tuple[str, tuple[str, ...]]]:
    """Returns the entries of a catalogue: (context, id) → (text, plural texts)."""
    return {
        (entry.msgctxt, entry.msgid): (entry.msgstr, tuple(text for _, text in sorted(entry.msgstr_plural.items())))
        for entry in catalogue
        if not entry.obsolete
    }


def problems_of(path: Path, compiled: Path) -> list[str]:
    """Returns the problems of the catalogue and its compiled file, one sentence each."""
    catalogue = polib.pofile(str(path))
    problems = [f"not translated: {entry.msgid!r}" for entry in catalogue.untranslated_entries()]
    problems += [f"fuzzy: {entry.msgid!r}" for entry in catalogue.fuzzy_entries()]
    problems += [f"no longer used: {entry.msgid!r}" for entry in catalogue.obsolete_entries()]
    problems += [f"a date in its header: {header}" for header in VOLATILE_HEADERS if header in catalogue.metadata]
    problems += [
        f"a space that may break: {text!r}"
        for entry in catalogue
        for text in (entry.msgstr, *entry.msgstr_plural.values())
        if text != in_french(text)
    ]
    # Untranslated entries are not compiled; they are reported above.
    translated = {key: texts for key, texts in keys(catalogue).items() if texts[0] or any(texts[1])}
    if not compiled.exists() or keys(polib.mofile(str(compiled))) != translated:
        problems.append(f"{compiled.name} is not what {path.name} compiles to: run 'make messages'")
    return problems


def problems_with_sources() -> list[str]:
    """Returns sentences about messages missing from the catalogue, and about unused ones."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    with tempfile.TemporaryDirectory() as folder:
        for name in filter(None, names):
            source = ROOT / name
            if source.suffix in (".py", ".html", ".txt", ".po", ".toml") and source.exists():
                (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, Path(folder) / name)
        collect(Path(folder))
        in_sources = set(keys(polib.pofile(str(Path(folder) / CATALOGUE.relative_to(ROOT)))))
    in_catalogue = set(keys(polib.pofile(str(CATALOGUE))))
    problems = [
        f"in the sources, not in the catalogue: {msgid!r}" for _, msgid in sorted(in_sources - in_catalogue, key=str)
    ]
    return problems + [
        f"in the catalogue, in no source: {msgid!r}" for _, msgid in sorted(in_catalogue - in_sources, key=str)
    ]


def check() -> int:
    problems = problems_of(CATALOGUE, COMPILED) + problems_of(OF_SCRIPTS, OF_SCRIPTS.with_suffix(".mo"))
    if shutil.which("xgettext"):
        problems += problems_with_sources()
    else:
        print("SKIPPED: sentences of the sources against the catalogue (install gettext: xgettext is not here)")
    print("\n".join(problems))
    return 1 if problems else 0


def update() -> int:
    if not shutil.which("xgettext"):
        print("This needs gettext's programs: on Debian or Ubuntu, install the package gettext.", file=sys.stderr)
        return 1
    collect(ROOT)
    catalogue = tidy(CATALOGUE)
    catalogue.save_as_mofile(str(COMPILED))
    tidy(OF_SCRIPTS).save_as_mofile(str(OF_SCRIPTS.with_suffix(".mo")))
    print(f"{len(catalogue)} sentences, {len(catalogue.untranslated_entries())} to translate in {CATALOGUE.name}.")
    return 0


if __name__ == "__main__":
    sys.exit({"check": check, "update": update}[sys.argv[1]]())
