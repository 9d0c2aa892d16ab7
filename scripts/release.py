"""Release check: version, changelog and schema agree, nothing is left over. `make release` changes nothing.

The version is only in pyproject.toml. The changelog follows "Keep a changelog", and each version has a line with the
apps that have new migrations since the previous one:

    Migrations: none | all, the first version | mailing, polls

Exit code: 0, with the command for git, when all agree, else 1 with a sentence for each problem.
"""

import datetime as dt
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
NUMBERED = re.compile(r"(\d+)\.(\d+)\.(\d+)")
HEADING = re.compile(r"^## \[?(?P<name>[^\]\n]+?)\]?(?: - (?P<day>\S+))?$", re.MULTILINE)
MIGRATIONS = re.compile(r"^Migrations: (?P<apps>.+?)\.?$", re.MULTILINE)
UNRELEASED, ALL, NONE = "Unreleased", "all, the first version", "none"


@dataclass(frozen=True)
class Section:
    """Section of a version in the changelog."""

    name: str
    day: str
    text: str

    @property
    def apps(self) -> str:
        """Apps in the line on migrations; "" without the line."""
        match = MIGRATIONS.search(self.text)
        return match["apps"] if match else ""


class Repository:
    """Git repository at `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def git(self, *arguments: str) -> list[str]:
        command = ["git", *arguments]
        return subprocess.run(command, cwd=self.root, check=True, capture_output=True, text=True).stdout.splitlines()

    @property
    def version(self) -> str:
        return tomllib.loads((self.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

    @property
    def sections(self) -> list[Section]:
        text = (self.root / "CHANGELOG.md").read_text(encoding="utf-8")
        headings = list(HEADING.finditer(text))
        ends = [heading.start() for heading in headings[1:]] + [len(text)]
        return [
            Section(heading["name"], heading["day"] or "", text[heading.end() : end].strip())
            for heading, end in zip(headings, ends, strict=True)
        ]

    def released(self) -> list[str]:
        """Returns the versions tagged in the history of this commit, newest first."""
        names = [tag.removeprefix("v") for tag in self.git("tag", "--list", "v*", "--merged", "HEAD")]
        return sorted((name for name in names if NUMBERED.fullmatch(name)), key=number, reverse=True)

    def changed_migrations(self, since: str, kinds: str) -> list[str]:
        """Returns the paths of the migrations added (A), modified (M) or deleted (D) since a version."""
        command = ("diff", "--name-only", "--no-renames", f"--diff-filter={kinds}", f"v{since}", "HEAD")
        return self.git(*command, "--", "*/migrations/0*.py")

    def replaces(self, path: str) -> bool:
        """Returns whether a migration of the same app replaces (squashes) the one at `path`."""
        removed = Path(path)
        texts = [other.read_text(encoding="utf-8") for other in (self.root / removed.parent).glob("0*.py")]
        return any(f'"{removed.stem}"' in text or f"'{removed.stem}'" in text for text in texts)


def number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def problems(repository: Repository, *, today: dt.date) -> list[str]:
    """Returns a sentence for each reason not to release the commit of `repository`."""
    version, released = repository.version, repository.released()
    if not NUMBERED.fullmatch(version):
        return [f"pyproject.toml says version {version!r}, which has not the form 1.2.3."]
    sentences = []
    if left := repository.git("status", "--porcelain"):
        sentences.append(f"The working tree is not clean: commit or remove {left[0][3:]} and {len(left) - 1} more.")
    if released and number(version) <= number(released[0]):
        sentences.append(f"Version {released[0]} has its tag already: raise the version in pyproject.toml above it.")
    return sentences + _of_changelog(repository, today) + _of_schema(repository)


def _of_changelog(repository: Repository, today: dt.date) -> list[str]:
    version = repository.version
    sections = repository.sections
    if not sections or sections[0].name != UNRELEASED:
        return [f"CHANGELOG.md has to begin with “## [{UNRELEASED}]”, which may be empty."]
    sentences = []
    if sections[0].text:
        sentences.append(
            f"CHANGELOG.md has entries under {UNRELEASED}: move them under the version, or leave them out."
        )
    newest = sections[1] if len(sections) > 1 else Section("nothing", "", "")
    if newest.name != version:
        return [*sentences, f"pyproject.toml says {version}, and the newest version of CHANGELOG.md is {newest.name}."]
    if (day := _day(newest.day)) is None or day > today:
        sentences.append(f"CHANGELOG.md needs the day of {version}, “## [{version}] - {today}”, and no day to come.")
    kinds = re.findall(r"^### (.+)$", newest.text, re.MULTILINE)
    if not kinds or (other := [kind for kind in kinds if kind not in KINDS]):
        what = f"not “{other[0]}”" if kinds else "and it has none"
        sentences.append(f"CHANGELOG.md sorts what a version brings under {', '.join(KINDS)}, {what}.")
    return sentences


def _day(value: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None


def _of_schema(repository: Repository) -> list[str]:
    """Returns problems of the line on migrations, and of released migrations that were changed."""
    version, released = repository.version, repository.released()
    declared = next((section.apps for section in repository.sections if section.name == version), "")
    if not released:
        expected, broken = ALL, []
    else:
        added = {path.split("/")[-3] for path in repository.changed_migrations(released[0], "A")}
        expected = ", ".join(sorted(added)) or NONE
        removed = [path for path in repository.changed_migrations(released[0], "D") if not repository.replaces(path)]
        broken = repository.changed_migrations(released[0], "M") + removed
    sentences = [f"{path} is not what it was in version {released[0]}, where it has run." for path in broken]
    if declared != expected:
        sentences.append(
            f"CHANGELOG.md says “Migrations: {declared or 'nothing'}” of {version}; it is “Migrations: {expected}.”"
        )
    return sentences


def schema_is_behind() -> bool:
    """Returns whether the models have changes without a migration."""
    command = [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode != 0


def main() -> int:
    repository = Repository(ROOT)
    sentences = problems(repository, today=dt.datetime.now(dt.UTC).date())
    if schema_is_behind():
        sentences.append("The models have changes without a migration: manage.py makemigrations.")
    if sentences:
        print("\n".join(["Not yet:", *(f"- {sentence}" for sentence in sentences)]))
        return 1
    version = repository.version
    print(f"Version, changelog and schema agree on {version}. When make check, test and test-second have passed:")
    print(f'    git tag --annotate v{version} --message "Comité {version}"')
    return 0


if __name__ == "__main__":
    sys.exit(main())
