"""Documents of the project state its version and licence, and their links are valid."""

import re
import tomllib

import pytest
import yaml
from django.conf import settings

ROOT = settings.BASE_DIR
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAPERS = [
    "README.md",
    "LISEZMOI.md",
    "SECURITY.md",
    "GOVERNANCE.md",
    "CONTRIBUTING.md",
    "docs/aipd.md",
    "docs/archives.md",
]
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


def test_publiccode_has_the_version_and_the_licence_of_the_project():
    told = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    assert (told["softwareVersion"], told["legal"]["license"]) == (PROJECT["version"], PROJECT["license"])
    for words in told["description"].values():
        assert len(words["shortDescription"]) <= 150
        assert 150 <= len(words["longDescription"]) <= 10_000


@pytest.mark.parametrize("name", ["LICENSE", "README.md", "LISEZMOI.md"])
def test_a_reader_finds_the_licence(name):
    assert PROJECT["license"] in (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_links_to_what_exists(name):
    paper = ROOT / name
    links = [link for link in LINK.findall(paper.read_text(encoding="utf-8")) if "://" not in link]
    assert links
    assert [link for link in links if not (paper.parent / link).exists()] == []
