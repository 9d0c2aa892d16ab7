"""A small export, written by the tests themselves. All texts are invented."""

import csv
import random
from pathlib import Path

PLATFORM = "https://participer.exemple.example/processes/numerique/f"
OTHER_PLATFORM = "https://ailleurs.exemple.example/processes/numerique/f"
FILES = {
    "debats.csv": ["id", "author_id", "title/fr", "description/fr", "comments", "created_at", "url", "component/id"],
    "commentaires_debats.csv": [
        "id",
        "created_at",
        "body",
        "author/id",
        "author/name",
        "alignment",
        "depth",
        "user_group/id",
        "commentable_id",
        "commentable_type",
        "root_commentable_url",
    ],
    "propositions-libres.csv": [
        "id",
        "category/id",
        "category/name/fr",
        "title",
        "body",
        "votes",
        "comments",
        "created_at",
        "url",
        "component/id",
    ],
}
FILES["commentaires_propositions_libres.csv"] = FILES["commentaires_debats.csv"]


def debate_url(number: int, platform: str = PLATFORM) -> str:
    return f"{platform}/12/debates/{number}"


def proposal_url(number: int, platform: str = PLATFORM) -> str:
    return f"{platform}/11/proposals/{number}"


def debate(number: int, **cells) -> dict:
    return {
        "id": number,
        "title/fr": f"Faut-il une borne n° {number} ?",
        "description/fr": "<p><strong>Lieux&nbsp;d’aide</strong></p>",
        "created_at": "2019-01-16 10:58:44 +0100",
        "url": debate_url(number),
        "component/id": 12,
        **cells,
    }


def comment(number: int, root_url: str, *, parent: int | None = None, depth: int = 0, **cells) -> dict:
    return {
        "id": number,
        "created_at": f"2019-01-17 10:{number % 60:02}:20 +0100",
        "body": f"Commentaire {number}",
        "author/id": 7,
        "author/name": "Participant-7",
        "alignment": 0,
        "depth": depth,
        "commentable_id": parent or root_url.rsplit("/", 1)[-1],
        "commentable_type": "Decidim::Comments::Comment" if parent else "Decidim::Debates::Debate",
        "root_commentable_url": root_url,
        **cells,
    }


def proposal(number: int, **cells) -> dict:
    return {
        "id": number,
        "category/name/fr": "Lieux d’aide",
        "title": f"Ouvrir la salle {number}",
        "body": "Elle est vide le soir.",
        "votes": 3,
        "comments": 0,
        "created_at": "2019-01-20 08:00:00 +0100",
        "url": proposal_url(number),
        "component/id": 11,
        **cells,
    }


class Export:
    """Export folder: change the lists of rows, then call `write()`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        first, second = debate_url(1), debate_url(2)
        self.rows: dict[str, list[dict]] = {
            "debats.csv": [debate(1), debate(2)],
            "commentaires_debats.csv": [
                comment(10, first),
                comment(11, first, parent=10, depth=1, alignment=1),
                comment(12, first, parent=11, depth=2, alignment=-1),
                comment(13, second, **{"author/id": 8, "author/name": "Participant-8"}),
            ],
            "propositions-libres.csv": [proposal(100), proposal(101, votes=0)],
            "commentaires_propositions_libres.csv": [comment(20, proposal_url(100))],
        }

    @property
    def debates(self) -> list[dict]:
        return self.rows["debats.csv"]

    @property
    def debate_comments(self) -> list[dict]:
        return self.rows["commentaires_debats.csv"]

    @property
    def proposals(self) -> list[dict]:
        return self.rows["propositions-libres.csv"]

    @property
    def proposal_comments(self) -> list[dict]:
        return self.rows["commentaires_propositions_libres.csv"]

    def write(self, *, encoding: str = "utf-8") -> Path:
        for name, columns in FILES.items():
            with (self.folder / name).open("w", encoding=encoding, newline="") as file:
                writer = csv.DictWriter(
                    file, columns, delimiter=";", restval="", lineterminator="\n", quoting=csv.QUOTE_ALL
                )
                writer.writeheader()
                writer.writerows(self.rows[name])
        return self.folder

    def shuffle(self, seed: int) -> "Export":
        for rows in self.rows.values():
            random.Random(seed).shuffle(rows)
        return self


def shuffled_copy(source: Path, target: Path, seed: int) -> Path:
    """Writes the export of `source` to `target` with its rows in random order and its cells unchanged."""
    for name in FILES:
        with (source / name).open(encoding="utf-8-sig", newline="") as file:
            header, *records = csv.reader(file, delimiter=";")
        random.Random(seed).shuffle(records)
        with (target / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows([header, *records])
    return target
