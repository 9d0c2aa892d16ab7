"""Things that not everyone may read, each with a word of its own, and every address of the site that might tell it."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.urls import URLResolver, get_resolver
from django.utils import timezone
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from committee.models import MemberDocument
from digests.models import Newsletter
from participation.models import AnswerTemplate, Comment, DeskEntry, Proposal
from polls.models import Poll
from tests.cms.factories import make_document, make_image, picture_file
from tests.factories import (
    CommentFactory,
    MandateFactory,
    MemberFactory,
    NewsPageFactory,
    ProposalFactory,
    SessionPageFactory,
    TopicPageFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.thorough, pytest.mark.one_database]

# One key for all that is no page: an address with a number is asked once, whatever it is the number of.
KEY = 800_001
PAGES = range(800_001, 800_005)
WORDS = re.compile(r"zephir[a-z]+")
ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<\w+>[^)]*\)|\((?!\?)[^)]*\)")
# Addresses that end the session, fail on purpose, or are Wagtail's bulk actions, which `bulk_addresses` writes.
LEFT_OUT = re.compile(r"logout|deconnexion|failwhale|/bulk/")


@pytest.fixture
def world(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    now, nobody = timezone.now(), Group.objects.create(name="Personne")
    author = UserFactory(pk=KEY, email="zephiraddress@courriel.example")
    MandateFactory(pk=KEY, member=MemberFactory(pk=KEY, name="Zephirmember", is_named=False))
    proposal = ProposalFactory(pk=KEY, title="Zephirproposal", state=Proposal.State.REFUSED, author=author)
    CommentFactory(pk=KEY, body="Zephircomment", state=Comment.State.RECEIVED, author=author)
    entry = {"proposal": proposal, "agent": UserFactory(), "entered_at": now}
    DeskEntry.objects.create(pk=KEY, email="zephirdesk@courriel.example", **entry)
    days = {"opens_at": now, "closes_at": now + dt.timedelta(days=9)}
    Poll.objects.create(pk=KEY, title="Zephirpoll", slug="brouillon", is_draft=True, **days)
    Newsletter.objects.create(pk=KEY, subject="Zephirnewsletter", created_at=now)
    MemberDocument.objects.create(pk=KEY, title="Zephirmemberfile", file=ContentFile(b"x", name="x.pdf"))
    AnswerTemplate.objects.create(pk=KEY, name="Zephirtemplate", reasons="Texte")
    NewsPageFactory(pk=PAGES[0], title="Zephirdraftnews", live=False).save_revision()
    TopicPageFactory(pk=PAGES[1], title="Zephirdrafttopic", live=False, number=98).save_revision()
    for page in (
        NewsPageFactory(pk=PAGES[2], title="Zephirrestrictednews"),
        SessionPageFactory(pk=PAGES[3], title="Zephirrestrictedsession", starts_at=now - dt.timedelta(days=3)),
    ):
        PageViewRestriction.objects.create(page=page, restriction_type="groups").groups.set([nobody])
    closed = Collection.get_first_root_node().add_child(name="Zephircollection", pk=KEY)
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="groups").groups.set([nobody])
    make_image(pk=KEY, title="Zephirimage", collection=closed, file=picture_file("zephirpicture.jpg"))
    make_document(pk=KEY, title="Zephirdocument", collection=closed, name="zephirfile.pdf")


def patterns(resolver, before="") -> Iterator[str]:
    for one in resolver.url_patterns:
        written = f"{before}{one.pattern}"
        if isinstance(one, URLResolver):
            yield from patterns(one, written)
        else:
            yield "/" + re.sub(r"\\Z|[\^$\\]", "", written)


def addresses() -> Iterator[str]:
    """Yields every address of the resolver, with the keys of what is not to be told."""
    several = "&".join(f"id={key}" for key in PAGES)
    for path in {one for one in patterns(get_resolver()) if not LEFT_OUT.search(one)}:
        for key in PAGES if "page" in path else (KEY,):
            filled = ARGUMENT.sub(str(key), path)
            yield f"{filled}?q=zephir&{several}"
            if "choose" in path:
                yield filled


def bulk_addresses() -> Iterator[str]:
    bulk_action_registry._scan_for_bulk_actions()
    for app, models in bulk_action_registry.actions.items():
        for model, actions in models.items():
            for action in actions:
                for key in PAGES if model == "page" else (KEY, "all"):
                    yield f"/admin/bulk/{app}/{model}/{action}/?id={key}"


def told_at(client, paths) -> dict[str, set[str]]:
    found = {}
    for path in paths:
        answer = client.get(path)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if words := set(WORDS.findall(content.decode("utf-8", "replace").lower())):
            found[path] = words
    return found


def test_an_account_that_enters_the_admin_and_has_no_other_right_is_told_nothing(client, world):
    person = UserFactory()
    person.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(person)
    paths = sorted({path for path in addresses() if path.startswith("/admin/")} | set(bulk_addresses()))
    assert len(paths) > 400
    assert told_at(client, paths) == {}


@pytest.mark.parametrize("role", ["anonymous", "resident"])
def test_a_reader_is_told_nothing(client, world, role):
    if role == "resident":
        client.force_login(UserFactory())
    paths = sorted(path for path in addresses() if not path.startswith("/admin/"))
    assert len(paths) > 100
    assert told_at(client, paths) == {}


def test_a_control_who_may_do_everything_finds_each_word(client, world):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    names = ("member", "proposal", "poll", "newsletter", "memberdocument", "template")
    paths = [path for path in addresses() if "/choose" in path or any(f"{name}/" in path for name in names)]
    words = set().union(*told_at(client, sorted(paths)).values())
    assert {"zephirmember", "zephirproposal", "zephirdraftnews", "zephirrestrictedsession", "zephirimage"} <= words
