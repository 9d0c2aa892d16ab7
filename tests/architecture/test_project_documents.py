"""Documents of the project state its version and licence, and their links are valid."""

import re
import tomllib

import pytest
import yaml
from django.conf import settings

ROOT = settings.BASE_DIR
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DOCUMENTS = [
    "README.md",
    "LISEZMOI.md",
    "SECURITY.md",
    "GOVERNANCE.md",
    "CONTRIBUTING.md",
    "docs/aipd.md",
    "docs/archives.md",
    "docs/errands.md",
]
# A file or a folder of the project; an address of the site or of a server begins with a slash.
PATH = re.compile(r"(?<![\w/.-])(?:(?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:md|py|toml|txt))")
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
PARTS = ["Context", "Decision", "Consequences"]
RECORDS = sorted((ROOT / "docs" / "decisions").glob("0*.md"))


def test_publiccode_has_the_version_and_licence_of_the_project():
    metadata = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    assert (metadata["softwareVersion"], metadata["legal"]["license"]) == (PROJECT["version"], PROJECT["license"])
    for words in metadata["description"].values():
        assert len(words["shortDescription"]) <= 150
        assert 150 <= len(words["longDescription"]) <= 10_000


@pytest.mark.parametrize("name", ["LICENSE", "README.md", "LISEZMOI.md"])
def test_document_states_the_licence(name):
    assert PROJECT["license"] in (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_of_a_document_are_valid(name):
    document = ROOT / name
    links = [link for link in LINK.findall(document.read_text(encoding="utf-8")) if "://" not in link]
    assert links
    assert [link for link in links if not (document.parent / link).exists()] == []


def missing_paths(text):
    """Returns the paths in backticks of `text` that do not exist."""
    paths = [path for code in re.findall(r"`([^`]+)`", text) for path in PATH.findall(code)]
    return [path for path in paths if not (ROOT / path).exists()]


def test_each_path_of_the_errands_exists():
    assert missing_paths((ROOT / "docs" / "errands.md").read_text(encoding="utf-8")) == []


def is_record(text):
    """Returns whether `text` has the parts of a decision record that docs/decisions/README.md states."""
    sections = [name for name in re.findall(r"^## (.+)$", text, re.MULTILINE) if name != "Alternatives"]
    return re.match(r"# \d{4} · \w", text) is not None and sections == PARTS


def test_decision_records_have_their_parts_and_name_existing_files():
    index = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    assert set(LINK.findall(index)) == {record.name for record in RECORDS}
    for record in RECORDS:
        text = record.read_text(encoding="utf-8")
        assert is_record(text), record.name
        assert missing_paths(text) == [], record.name
        assert [link for link in LINK.findall(text) if not (record.parent / link).exists()] == []


def test_decision_record_without_a_part_is_found():
    """Control."""
    text = "# 0025 · A choice\n\n## Context\n\n## Decision\n\n## Consequences\n"
    assert is_record(text)
    assert not is_record(text.replace("## Decision\n\n", ""))
    assert not is_record(text.replace(" · ", " "))


def test_missing_path_is_found():
    """Control."""
    text = '`polls/forms.py`, `polls/gone.py`, `polls/away/`, `make test ARGS="tests/left -k a"`, `/set/`, `GONE.md`'
    assert missing_paths(text) == ["polls/gone.py", "polls/away/", "tests/left", "GONE.md"]
