"""Promises of the starter texts: each row of the table of docs/committee.md names existing code and tests."""

import re

from django.conf import settings

from home.services.starter_texts import read_text

ROW = re.compile(r"^\| `([\w-]+)` \| (.+?) \| `(\S+)` `([^`]+)` \| `(\S+)` `(\w+)` \|$", re.MULTILINE)
# Words of features that the site does not have yet.
NOT_YET = re.compile(r"tir\w+ au sort|élections?\b|sont choisis par vote|oui ou non", re.IGNORECASE)


def table():
    text = (settings.BASE_DIR / "docs" / "committee.md").read_text(encoding="utf-8")
    return text.partition("## Promises of the starter texts")[2]


def faults(rows):
    """Returns the promises missing from their text, and the code and tests missing from their file."""
    found = []
    for name, promise, module, symbol, test_file, test in ROW.findall(rows):
        if promise not in " ".join(read_text(name).split()):
            found.append((name, promise))
        for path, named in ((module, symbol), (test_file, test)):
            file = settings.BASE_DIR / path
            defined = re.compile(rf"^ *(?:(?:def|class) {named}\b|{named} = )|^#+ {named}$", re.MULTILINE)
            if not file.is_file() or not defined.search(file.read_text(encoding="utf-8")):
                found.append((path, named))
    return found


def test_each_promise_is_in_its_text_and_has_code_and_a_test():
    rows = [line for line in table().splitlines() if line.startswith("| `")]
    assert len(ROW.findall(table())) == len(rows) > 40
    assert faults(table()) == []


def test_starter_texts_do_not_promise_missing_features():
    names = [path.stem for path in (settings.BASE_DIR / "home" / "starter_texts").glob("*.md")]
    assert {name for name in names if NOT_YET.search(read_text(name))} == set()


def test_each_fault_of_a_row_is_found():
    row = "| `aide` | Sans nouvelle, pas de lettre. | `digests/services/planning.py` `plan_due` | `{}` `{}` |"
    here = ("tests/home/test_promises.py", "test_each_fault_of_a_row_is_found")
    assert faults(row.format(*here)) == []
    assert faults(row.format(here[0], "test_nowhere")) == [(here[0], "test_nowhere")]
    assert faults(row.format("tests/home/test_nowhere.py", here[1]))
    assert faults(row.format(*here).replace("Sans nouvelle", "Sans timbre"))
