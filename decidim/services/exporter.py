"""Export of the four files that `importer` reads, and of which Decidim's own importer reads the proposals.

Only public data is written. People are numbered in order of appearance in the files, independently of their
accounts. Texts are written unchanged, for a program and not for a spreadsheet: no prefix before a leading equals
sign.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from django.utils import timezone
from django.utils.html import format_html

from committee.models import public_topics
from common.urls import absolute_url
from decidim.reader import DELIMITER
from decidim.rows import ANONYMOUS, AUTHOR_COLUMNS, COMMENT_COLUMNS, COMMENT_TYPE, DATE_FORMAT, DEBATE_COLUMNS, KIND
from decidim.services.importer import DEBATE_COMMENTS, DEBATES, PROPOSAL_COMMENTS, PROPOSALS
from participation.models import CallPage, Comment, Proposal

# Decidim reads title and text by language; a column named `title` would hide them.
PROPOSAL_COLUMNS = ("id", "category/name/fr", "title/fr", "body/fr", "votes", "comments", "created_at", "url", KIND)
DEBATE_TYPE = "Decidim::Debates::Debate"
PROPOSAL_TYPE = "Decidim::Proposals::Proposal"
# A native comment below an imported object could have the number of an imported one: it gets another range.
OWN_NUMBERS = 1_000_000_000
CHUNK = 1_000

Row = dict[str, object]


def export_folder(folder: Path) -> dict[str, int]:
    """Writes the four files to `folder`, which is created if needed; returns the number of rows of each."""
    folder.mkdir(parents=True, exist_ok=True)
    pseudonyms = Pseudonyms()
    calls = _debates()
    proposals = Proposal.objects.published().prefetch_related(public_topics()).order_by("pk")
    about_calls = Comment.objects.public().filter(discussion__page__in=calls.values("pk"))
    about_proposals = Comment.objects.public().filter(discussion__proposal__isnull=False)
    return {
        DEBATES: _write(folder / DEBATES, DEBATE_COLUMNS, (_debate(call) for call in calls.iterator(CHUNK))),
        DEBATE_COMMENTS: _write(
            folder / DEBATE_COMMENTS, (*COMMENT_COLUMNS, *AUTHOR_COLUMNS), _comments(about_calls, pseudonyms)
        ),
        PROPOSALS: _write(
            folder / PROPOSALS, PROPOSAL_COLUMNS, (_proposal(proposal) for proposal in proposals.iterator(CHUNK))
        ),
        PROPOSAL_COMMENTS: _write(
            folder / PROPOSAL_COMMENTS, (*COMMENT_COLUMNS, *AUTHOR_COLUMNS), _comments(about_proposals, pseudonyms)
        ),
    }


class Pseudonyms:
    """Numbers people in order of appearance.

    An imported author keeps the public pseudonym. Whether two desk entries, or two imported comments without a name,
    are of one person is unknown: each gets its own number.
    """

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}

    def of(self, comment: Comment) -> tuple[int, str]:
        """Returns the number and the name to write for the author of `comment`."""
        key: tuple[str, object] = ("account", comment.author_id)
        pseudonym = ""
        if not comment.author_id and (comment.handed_in or comment.author_name == ANONYMOUS):
            key = ("entry", comment.pk)
        elif not comment.author_id:
            key, pseudonym = ("name", comment.author_name), comment.author_name
        number = self._numbers.setdefault(key, len(self._numbers) + 1)
        return number, pseudonym or f"Participant-{number}"


def _debates():
    """Returns the published calls, except those that an import created for a component."""
    calls = CallPage.objects.published().order_by("pk")
    return calls.filter(source_url=None) | calls.filter(source_url__contains="/debates/")


def _debate(call: CallPage) -> Row:
    return {
        "id": _number(call.source_url) or call.pk,
        "title/fr": call.title,
        "description/fr": _description(call),
        "created_at": _date(call.first_published_at or call.latest_revision_created_at),
        "url": call.source_url or absolute_url(call.url),
    }


def _description(call: CallPage) -> str:
    """Returns the introduction and the paragraphs of the call, as HTML."""
    introduction = format_html("<p>{}</p>", call.introduction) if call.introduction else ""
    return introduction + "".join(block.value.source for block in call.body if block.block_type == "text")


def _proposal(proposal: Proposal) -> Row:
    return {
        "id": _number(proposal.source_url) or proposal.pk,
        "category/name/fr": proposal.subject_label,
        "title/fr": proposal.title,
        "body/fr": "\n\n".join(text for text in (proposal.problem, proposal.body) if text),
        "votes": proposal.support_count + proposal.imported_support_count,
        "comments": proposal.comment_count,
        "created_at": _date(proposal.created_at),
        "url": proposal.source_url or absolute_url(proposal.get_absolute_url()),
        KIND: proposal.kind,
    }


def _comments(comments, pseudonyms: Pseudonyms) -> Iterator[Row]:
    """Yields the comments. A reply to a comment that is not public answers its nearest public ancestor, or the root."""
    comments = comments.select_related("discussion__proposal", "discussion__page__callpage").order_by("pk")
    public = {pk: (parent, number) for pk, parent, number in _tree(comments)}
    every_parent = dict(Comment.objects.filter(depth__gt=0).values_list("pk", "parent"))
    depths: dict[int, int] = {}
    for comment in comments.iterator(CHUNK):
        parent = comment.parent_id
        while parent is not None and parent not in public:
            parent = every_parent.get(parent)
        depth = depths[comment.pk] = 0 if parent is None else depths[parent] + 1
        discussion = comment.discussion
        subject = discussion.proposal or discussion.page.callpage
        subject_type = PROPOSAL_TYPE if discussion.proposal else DEBATE_TYPE
        author_number, name = pseudonyms.of(comment)
        yield {
            "id": public[comment.pk][1],
            "created_at": _date(comment.created_at),
            "body": comment.body,
            "author/id": author_number,
            "author/name": name,
            "alignment": comment.position,
            "depth": depth,
            "commentable_id": _number(subject.source_url) or subject.pk if parent is None else public[parent][1],
            "commentable_type": subject_type if parent is None else COMMENT_TYPE,
            "root_commentable_url": subject.source_url or absolute_url(discussion.subject_url),
        }


def _tree(comments) -> Iterator[tuple[int, int | None, int]]:
    """Yields primary key, parent and number in the files of each comment."""
    rows = comments.values_list(
        "pk", "parent", "source_url", "discussion__proposal__source_url", "discussion__page__callpage__source_url"
    )
    for pk, parent, source_url, *subjects in rows.iterator(CHUNK):
        yield pk, parent, _number(source_url) or (OWN_NUMBERS + pk if any(subjects) else pk)


def _number(source_url: str | None) -> int | None:
    """Returns the number at the end of a URL of the original platform."""
    match = re.search(r"(\d+)/?$", source_url or "")
    return int(match[1]) if match else None


def _date(moment: datetime) -> str:
    return timezone.localtime(moment).strftime(DATE_FORMAT)


def _write(path: Path, columns: Iterable[str], rows: Iterable[Row]) -> int:
    """Writes the table to `path` and returns its number of rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), delimiter=DELIMITER)
        writer.writeheader()
        count = 0
        for row in rows:
            writer.writerow(row)
            count += 1
    return count
