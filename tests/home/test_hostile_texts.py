"""Hostile texts in every public form, address and filter: a clear answer, no lost text, no active content.

`tests/hostile.py` has the texts: one of each kind, and those of the shared files if present.
"""

import csv
import io
import json
import uuid
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client, TestCase
from django.urls import reverse

from accounts.models import validate_public_name
from common.sanitising import clean_text
from common.shown import BY_PROGRAM
from common.spreadsheets import safe_cell
from home.queries.search import search
from participation.forms.discussions import CommentForm
from participation.forms.lists import ProposalFilters
from participation.forms.proposals import IdeaForm
from participation.models import CallPage, Comment, Discussion, Proposal
from participation.models.proposal_text import TEXT_FIELDS
from participation.queries import proposals
from participation.services.comments import post_comment
from participation.services.moderation import moderate
from participation.services.proposals import submit_proposal
from participation.services.reports import report_text
from tests.accounts.people import prove
from tests.factories import CallPageFactory, CommentFactory, DiscussionFactory, ProposalFactory, UserFactory
from tests.fieldwork.survey_factories import make_survey
from tests.hostile import TEXTS, needs_shared_texts, parse, runs_in, said_in, shared_texts, words_of
from tests.outbox import outbox
from tests.polls.factories import NOW, WITH_CHOICES, make_poll

pytestmark = [pytest.mark.thorough, pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

# Invalid UTF-8, a lone surrogate, an overlong encoding, a null character, header injection, path traversal.
BROKEN = [
    *("%FF", "%ED%A0%80", "%C0%80", "%00", "un%00deux", "a%0D%0ASet-Cookie:%20x=1", "..%2F..%2Fetc%2Fpasswd"),
    *("%25s", "%7B%7B7*7%7D%7D", "%3Cscript%3Ealert(1)%3C%2Fscript%3E", "%F0%9F%98%80", "%EF%BF%BE", "a" * 1_000),
    *("0", "-1", "2147483648", "9" * 30, "1e5", "%D9%A1"),
]


@pytest.fixture
def call():
    return CallPageFactory(phase=CallPage.Phase.PROPOSALS)


@pytest.fixture
def moderator(editor_of):
    return editor_of("Modération")


@pytest.fixture
def forms(call, user, moderator):
    """Returns the forms of a signed-in user: address → names of the fields with free text or choices."""
    comment = CommentFactory()
    discussion = comment.discussion
    own = CommentFactory(discussion=discussion, author=user, state="recu", created_at=NOW)
    waiting = ProposalFactory(author=user, state="recue")
    refused = CommentFactory(author=user, state="recu")
    given = {"ground": "respect", "reason": "Trop vif.", "shown": BY_PROGRAM}
    moderate(text=refused, state=Comment.State.REFUSED, moderator=moderator, now=NOW, **given)
    poll = make_poll(kinds=WITH_CHOICES)
    questions = {f"question_{question.pk}" for question in poll.questions.all()}
    questions |= {
        f"question_{question.pk}_{choice.pk}" for question in poll.questions.all() for choice in question.choices.all()
    }
    survey = make_survey()
    return {
        reverse("fieldwork:survey_answer", args=[survey.slug]): {
            *("number", "code"),
            *(f"question_{question.pk}" for question in survey.poll.questions.all()),
        },
        reverse("participation:deposit_idea"): set(TEXT_FIELDS),
        discussion.comment_url: {"body", "position", "key"},
        comment.reply_url: {"body"},
        own.edit_url: {"body"},
        comment.report_url: {"reason"},
        reverse("participation:withdraw", args=[waiting.pk]): {"reason"},
        reverse("participation:appeal", args=[refused.decisions.get().pk]): {"body"},
        discussion.follow_url: {"action"},
        reverse("participation:support", args=[discussion.proposal_id]): {"action"},
        poll.get_absolute_url(): questions,
        reverse("accounts:public_name"): {"public_name"},
        reverse("accounts:commune"): {"commune", "next"},
        reverse("accounts:email"): {"email"},
        reverse("accounts:sessions"): {"session"},
        reverse("account_reauthenticate"): {"next"},
        reverse("mfa_activate_totp"): {"code"},
        reverse("mfa_add_webauthn"): {"name", "credential"},
        reverse("mfa_login_webauthn"): {"credential", "next"},
        reverse("account_set_password"): {"password1", "password2"},
        reverse("accounts:delete"): {"texts"},
        reverse("digests:preferences"): {"frequency"},
        reverse("colours"): {"theme", "next"},
    }


ANONYMOUS = {
    "/propositions/deposer/idee/": set(TEXT_FIELDS),
    "/compte/creer/": {"email", "public_name", "next"},
    "/compte/connexion/": {"login", "password", "next"},
    "/compte/connexion/code/": {"email", "next"},
    "/lettre/inscription/": {"email", "frequency"},
    "/contact/ecrire/": {"subject", "body", "email", "name"},
}


def faults_of_form(client, address, fields, text, number=0):
    """Returns the faults of the answer to `text` in each of `fields`. The database is rolled back."""
    with transaction.atomic():
        # Another network for each request, so that the limit per network does not apply.
        answer = client.post(address, dict.fromkeys(fields, text), REMOTE_ADDR=f"10.0.{number // 250}.{number % 250}")
        transaction.set_rollback(True)
    if answer.status_code == 302:
        return [f"leads to {answer.url}"] if answer.url.startswith(("//", "http", "javascript")) else []
    if answer.status_code not in (200, 409, 422):
        return [f"answers {answer.status_code}"]
    html = answer.content.decode()
    page = parse(html)
    lost = [name for name, value in texts_of(html).items() if name in fields and words_of(value) != words_of(text)]
    silent = [] if "Il y a quelque chose à corriger" in html or not lost else ["says nothing"]
    return [*(f"loses {name}" for name in lost), *silent, *(f"runs {found}" for found in runs_in(page))]


def texts_of(html):
    """Returns the text fields of the main part of a page with their values."""
    main = BeautifulSoup(html, "html.parser").main
    fields = {field["name"]: field.get_text() for field in main.find_all("textarea")}
    typed = [field for field in main.find_all("input") if field.get("type", "text") in ("text", "email", "search")]
    return fields | {field["name"]: field.get("value", "") for field in typed if field.get("name") != "website"}


def test_forms_show_errors_and_keep_the_text(client, user, forms):
    client.force_login(user)
    prove(client, user)
    faults = {
        f"{address}, {kind}": found
        for address, fields in forms.items()
        for number, (kind, text) in enumerate(TEXTS.items())
        if (found := faults_of_form(client, address, fields, text, number))
    }
    assert faults == {}


def test_anonymous_forms_show_errors_and_keep_the_text(call):
    faults = {
        f"{address}, {kind}": found
        for address, fields in ANONYMOUS.items()
        for number, (kind, text) in enumerate(TEXTS.items())
        if (found := faults_of_form(Client(), address, fields, text, number))
    }
    assert faults == {}


def test_too_long_text_is_preserved_with_the_number_of_characters_to_remove(client, user, forms):
    client.force_login(user)
    text = ("Une phrase avec des accents, répétée. " * 700)[:25_000].strip()
    for address, fields in forms.items():
        assert faults_of_form(client, address, fields, text) == [], address
        if fields & {"body", "reason"}:
            answer = client.post(address, dict.fromkeys(fields, text))
            assert "Retirez-en" in said_in(parse(answer.content.decode())), address


def test_invalid_utf8_bytes_never_cause_a_server_error(client, user, forms):
    """Bodies that no browser sends: a lone surrogate and a null character."""
    client.force_login(user)
    for address, fields in forms.items():
        for raw in BROKEN[:5]:
            body = "&".join(f"{name}={raw}" for name in fields)
            with transaction.atomic():
                answer = client.generic("POST", address, body, content_type="application/x-www-form-urlencoded")
                transaction.set_rollback(True)
            assert answer.status_code in (200, 302, 400, 404, 409, 422), (address, raw)


ADDRESSES = [
    *(
        "/{}",
        "/{}/",
        "/propositions/{}/",
        "/propositions/{}-x/",
        "/propositions/appels/{}/",
        "/propositions/{}/suivre/",
    ),
    *("/propositions/{}/soutenir/", "/discussions/{}/commenter/", "/compte/decisions/{}/", "/sondages/{}/"),
    *("/sondages/{}/resultats.csv", "/recherche/commentaires/{}/", "/donnees-ouvertes/{}.csv", "/desinscription/{}/"),
    *(
        "/lettre/suite/{}/",
        "/lettre/confirmer/{}/",
        "/media/images/{}",
        "/documents/{}/x",
        "/le-comite/seances/{}/seance.ics",
    ),
]
FILTERS = {
    "/propositions/": (*ProposalFilters.base_fields, "page"),
    "/recherche/": ("q", "type", "page"),
    "/veille/": ("q", "theme", "lieu", "annee", "page"),
    "/actualites/": ("annee", "page"),
    "/couleurs/": ("next",),
    "/compte/connexion/": ("next",),
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_malformed_urls_return_a_redirect_400_or_404(client, user, address):
    client.force_login(user)
    wrong = {}
    for raw in BROKEN:
        with transaction.atomic():
            answer = client.get(address.format(raw))
        if answer.status_code not in (301, 302, 400, 404) or "Set-Cookie:" in str(answer.headers):
            wrong[raw] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize("address", FILTERS)
def test_invalid_filters_are_ignored(client, address):
    """All filters of the page at once. An invalid year may answer 404."""
    ProposalFactory()
    wrong = {}
    for raw in [*BROKEN, *map(quote, TEXTS.values())]:
        with transaction.atomic():
            answer = client.get(f"{address}?{'&'.join(f'{name}={raw}' for name in FILTERS[address])}")
        if answer.status_code not in (200, 404) or runs_in(parse(answer.content.decode())):
            wrong[raw] = answer.status_code
    assert wrong == {}


def valid_public_name(text):
    """Returns `text` where it is valid as a public name, else a plain name."""
    try:
        validate_public_name(text)
    except ValidationError:
        return "Odile M."
    return text[:60]


def get_pages(client, *addresses):
    """Returns the parsed pages; asserts that they have no active content."""
    pages = []
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        pages.append(parse(answer.content.decode()))
        assert runs_in(pages[-1]) == [], address
    return pages


@pytest.mark.xdist_group("hostile texts")
class TestRendering(TestCase):
    """Every text as title and body of a proposal and as a comment on it, published and reported."""

    @classmethod
    def setUpTestData(cls):
        call = CallPageFactory(phase=CallPage.Phase.PROPOSALS)
        cls.moderator = UserFactory()
        cls.moderator.groups.add(Group.objects.get(name="Modération"))
        cls.written = [(text, cls.write(text, call)) for text in TEXTS.values()]
        cls.mails = list(outbox)

    @classmethod
    def write(cls, text, call):
        author = UserFactory(public_name=valid_public_name(text))
        about = {"call": call, "topic": None, "district": ""}
        proposal = submit_proposal(
            author=author, title=text, problem=text, body=text, key=uuid.uuid4(), now=NOW, **about
        )
        moderate(text=proposal, state=Proposal.State.PUBLISHED, moderator=cls.moderator, now=NOW, shown=BY_PROGRAM)
        discussion = Discussion.objects.get(proposal=proposal)
        comment = post_comment(author=author, discussion=discussion, body=text, key=uuid.uuid4(), now=NOW)
        moderate(text=comment, state=Comment.State.PUBLISHED, moderator=cls.moderator, now=NOW, shown=BY_PROGRAM)
        comment.refresh_from_db()
        report_text(text=comment, author=UserFactory(), reason=text, now=NOW)
        return Proposal.objects.get(pk=proposal.pk)

    def test_cleaned_text_is_stored(self):
        for text, proposal in self.written:
            comment = Comment.objects.get(discussion__proposal=proposal)
            assert (proposal.problem, proposal.body, comment.body) == (clean_text(text),) * 3
            assert proposal.title == " ".join(clean_text(text).split())

    def test_public_pages_show_hostile_texts_as_text(self):
        lists = [said_in(page) for page in get_pages(self.client, "/propositions/", "/propositions/?page=2")]
        for text, proposal in self.written:
            [page] = get_pages(self.client, proposal.get_absolute_url())
            assert said_in(page).count(words_of(clean_text(text))) >= 4, text
            assert any(words_of(proposal.title) in listed for listed in lists), text
        get_pages(
            self.client, "/recherche/?q=alert", "/recherche/?q=titre", "/recherche/?q=quatre", "/moderation/", "/"
        )

    def test_moderation_pages_show_hostile_texts_as_text(self):
        self.client.force_login(self.moderator)
        addresses = ["/admin/", "/admin/propositions/", "/admin/commentaires/?reported=true", "/admin/textes-signales/"]
        addresses += [f"/admin/propositions/inspect/{proposal.pk}/" for _text, proposal in self.written]
        page_texts = []
        for address in addresses:
            answer = self.client.get(address)
            assert answer.status_code == 200
            # Wagtail's own pages have scripts: search for the start of our hostile ones.
            assert not [tag for tag in ("<script>alert", "<svg onload", "<img src=x") if tag in answer.text], address
            page_texts.append(said_in(parse(answer.text)))
        everything = " ".join(page_texts)
        assert [text for text, _proposal in self.written if words_of(clean_text(text)) not in everything] == []

    def test_mails_contain_hostile_texts_as_text(self):
        assert len(self.mails) >= 3 * len(self.written)
        for sent in self.mails:
            names = [name for name, _value in sent.message().items()]
            assert not {"Bcc", "Cc"} & set(names)
            assert len(names) == len(set(names))
            [html] = [content for content, kind in sent.alternatives if kind == "text/html"]
            assert runs_in(parse(html)) == []
        everything = words_of(" ".join(sent.body for sent in self.mails))
        assert [text for text, _proposal in self.written if words_of(clean_text(text)) not in everything] == []

    def test_open_data_contains_hostile_texts_as_text(self):
        written = {clean_text(text) for text, _proposal in self.written}
        for slug in ("propositions", "commentaires"):
            rows = json.loads(self.client.get(f"/donnees-ouvertes/{slug}.json").getvalue())
            assert {row["texte"] for row in rows} == written
            table = self.client.get(f"/donnees-ouvertes/{slug}.csv").getvalue().decode("utf-8-sig")
            cells = {row["texte"] for row in csv.DictReader(io.StringIO(table, newline=""), delimiter=";")}
            assert cells == {str(safe_cell(text)) for text in written}
            assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_invisible_text_is_refused(user, call):
    """A title, a name or a comment of zero-width characters would be a link without text."""
    unseen = "\u200b\u200d\ufeff \u2060"
    assert CommentForm({"body": unseen}).errors.keys() == {"body"}
    assert IdeaForm(dict.fromkeys(("title", "problem", "body"), unseen)).errors.keys() == {"title", "problem", "body"}
    with pytest.raises(ValidationError):
        validate_public_name(unseen)
    validate_public_name("Zoé 👩")


class TestSharedTexts:
    pytestmark = needs_shared_texts

    def test_shared_texts_are_cleaned_and_shown_as_text(self, client):
        texts = [text for text in map(clean_text, shared_texts()) if CommentForm({"body": text}).is_valid()]
        assert len(texts) > 450
        for text in texts:
            form = CommentForm({"body": text})
            assert form.is_valid()
            assert form.cleaned_data["body"] == clean_text(text).strip()
        discussion = DiscussionFactory()
        author = UserFactory()
        Comment.objects.bulk_create(
            Comment(
                discussion=discussion,
                author=author,
                body=text.strip(),
                state=Comment.State.PUBLISHED,
                created_at=NOW,
                published_at=NOW,
            )
            for text in texts
        )
        Proposal.objects.bulk_create(
            Proposal(
                title=" ".join(text.split())[:100],
                body=text,
                author=author,
                state=Proposal.State.PUBLISHED,
                created_at=NOW,
                published_at=NOW,
            )
            for text in texts
        )
        page_texts = []
        for address, count in ((discussion.proposal.get_absolute_url(), 20), ("/propositions/", 15)):
            for number in range(1, len(texts) // count + 2):
                page_texts += [said_in(page) for page in get_pages(client, f"{address}?page={number}")]
        everything = " ".join(page_texts)
        assert [text for text in texts if words_of(text) not in everything] == []

    def test_search_accepts_each_shared_text(self, rf):
        ProposalFactory()
        request = rf.get("/recherche/")
        for text in shared_texts():
            search(text, None, page_number="1", request=request, now=NOW)
            list(proposals.list_proposals(AnonymousUser(), ProposalFilters({"q": text}))[:1])
