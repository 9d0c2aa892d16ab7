"""`make release`: in a repository of three files and one tag, each inconsistency is reported in one sentence."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.conf import settings

from scripts import release

pytestmark = pytest.mark.one_database
TODAY = dt.date(2026, 12, 1)
CHANGELOG = """# Changelog

## [Unreleased]

## [1.1.0] - 2026-12-01

Migrations: mailing, polls.

### Added

- **Polls** can be copied.

## [1.0.0] - 2026-11-28

Migrations: all, the first version.

### Added

- The site.
"""


class Fake(release.Repository):
    """Repository in its own folder."""

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def change(self, path: str, before: str, after: str) -> None:
        text = (self.root / path).read_text(encoding="utf-8")
        assert before in text
        self.write(path, text.replace(before, after, 1))

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("-c", "user.name=Odile", "-c", "user.email=odile@courriel.example", "commit", "--message", "Change")


@pytest.fixture
def repository(tmp_path):
    """Repository with a tag for 1.0.0; since then two apps have a new migration, and the changelog announces 1.1.0."""
    repo = Fake(tmp_path)
    repo.git("init", "--quiet")
    repo.write("pyproject.toml", '[project]\nversion = "1.0.0"\n')
    repo.write("CHANGELOG.md", CHANGELOG)
    for app in ("mailing", "polls", "cms"):
        repo.write(f"{app}/migrations/0001_initial.py", "# the first\n")
    repo.commit()
    repo.git("tag", "v1.0.0")
    repo.write("pyproject.toml", '[project]\nversion = "1.1.0"\n')
    for app in ("mailing", "polls"):
        repo.write(f"{app}/migrations/0002_more.py", "# the second\n")
    repo.commit()
    return repo


def problems_after_commit(repository):
    repository.commit()
    return release.problems(repository, today=TODAY)


def test_consistent_repository_has_no_problems(repository):
    assert release.problems(repository, today=TODAY) == []


def test_first_version_lists_all_migrations(repository):
    repository.git("tag", "--delete", "v1.0.0")
    repository.change("CHANGELOG.md", "mailing, polls.", "all, the first version.")
    assert problems_after_commit(repository) == []


@pytest.mark.parametrize(
    ("path", "before", "after", "sentence"),
    [
        ("pyproject.toml", "1.1.0", "1.1", "has not the form 1.2.3"),
        ("pyproject.toml", "1.1.0", "1.2.0", "the newest version of CHANGELOG.md is 1.1.0"),
        ("pyproject.toml", "1.1.0", "1.0.0", "Version 1.0.0 has its tag already"),
        ("pyproject.toml", "1.1.0", "0.9.10", "Version 1.0.0 has its tag already"),
        ("CHANGELOG.md", "## [Unreleased]", "## [Unreleased]\n\n- **More**.", "has entries under Unreleased"),
        ("CHANGELOG.md", "## [Unreleased]\n\n", "", "has to begin with"),
        ("CHANGELOG.md", "2026-12-01", "2026-12-02", "no day to come"),
        ("CHANGELOG.md", "2026-12-01", "soon", "needs the day of 1.1.0"),
        ("CHANGELOG.md", "### Added", "### News", "not “News”"),
        ("CHANGELOG.md", "### Added\n\n- **Polls** can be copied.", "", "and it has none"),
        ("CHANGELOG.md", "Migrations: mailing, polls.", "Migrations: none.", "it is “Migrations: mailing, polls.”"),
        ("CHANGELOG.md", "Migrations: mailing, polls.", "", "says “Migrations: nothing”"),
        ("cms/migrations/0001_initial.py", "first", "other", "is not what it was in version 1.0.0"),
    ],
)
def test_inconsistency_is_reported(repository, path, before, after, sentence):
    repository.change(path, before, after)
    assert any(sentence in one for one in problems_after_commit(repository)), problems_after_commit(repository)


def test_deleted_migration_is_reported_unless_it_is_replaced(repository):
    (repository.root / "cms/migrations/0001_initial.py").unlink()
    assert problems_after_commit(repository) == [
        "cms/migrations/0001_initial.py is not what it was in version 1.0.0, where it has run."
    ]
    repository.write("cms/migrations/0001_all.py", 'replaces = [("cms", "0001_initial")]\n')
    repository.change("CHANGELOG.md", "mailing, polls.", "cms, mailing, polls.")
    assert problems_after_commit(repository) == []


def test_uncommitted_file_is_reported(repository):
    repository.write("forgotten.txt", "x")
    assert release.problems(repository, today=TODAY) == [
        "The working tree is not clean: commit or remove forgotten.txt and 0 more."
    ]


def test_tags_of_other_branches_or_forms_are_not_versions(repository):
    for name in ("v2", "v1.0.0-rc1", "later"):
        repository.git("tag", name)
    repository.git("checkout", "--quiet", "--orphan", "other")
    repository.write("other.txt", "x")
    repository.commit()
    repository.git("tag", "v3.0.0")
    repository.git("checkout", "--quiet", "v1.0.0")
    assert repository.released() == ["1.0.0"]


def test_changelog_of_the_repository_has_the_required_format():
    """Checks the format on every run, not only at a release."""
    repository = release.Repository(Path(settings.BASE_DIR))
    unreleased, *versions = repository.sections
    assert unreleased.name == release.UNRELEASED
    assert [section.name for section in versions][:1] == [repository.version]
    assert all(section.apps and re.search("^### ", section.text, re.MULTILINE) for section in versions)


def test_main_prints_the_tag_command_or_returns_an_error(repository, monkeypatch, capsys):
    monkeypatch.setattr(release, "ROOT", repository.root)
    monkeypatch.setattr(release, "schema_is_behind", lambda: False)
    monkeypatch.setattr(release, "problems", lambda repository, today: [])
    assert release.main() == 0
    assert 'git tag --annotate v1.1.0 --message "Comité 1.1.0"' in capsys.readouterr().out
    monkeypatch.setattr(release, "schema_is_behind", lambda: True)
    assert release.main() == 1
    assert "changes without a migration" in capsys.readouterr().out
