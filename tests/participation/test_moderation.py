"""Moderation screens: users with the right role publish and refuse, others cannot, and texts cannot be edited."""

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from committee.models import Member
from participation.models import Comment, DeskEntry, Proposal, Report
from participation.queries.discussions import THREADS_PER_PAGE
from tests.bulk import press, shown
from tests.factories import CommentFactory, DiscussionFactory, ProposalFactory, UserFactory
from tests.outbox import outbox

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]

PROPOSALS = "wagtailsnippets_participation_proposal"
COMMENTS = "wagtailsnippets_participation_comment"


def bulk(model, action, *items):
    path = reverse("wagtail_bulk_action", args=["participation", model, action])
    return f"{path}?{'&'.join(f'id={item.pk}' for item in items)}"


def refuse(client, url, **reason):
    """Refuses like a moderator: gives the reason, previews the e-mail, sends it."""
    page = press(client, url, reason)
    seen = page.context["form"]["seen"].value()
    return client.post(url, {**reason, "seen": seen, "shown": shown(page)})


@pytest.fixture(params=["Modération", "Animation"])
def signed_in(client, editor_of, request):
    person = editor_of(request.param)
    client.force_login(person)
    return person


def test_menu_links_to_the_list_of_received_proposals(client, signed_in):
    ProposalFactory(title="Canari à lire", state="recue")
    ProposalFactory(title="Perroquet publié")
    menu_url = f"{reverse(f'{PROPOSALS}:list')}?state=recue"
    assert menu_url in client.get(reverse("wagtailadmin_home")).content.decode()
    page = client.get(menu_url).content.decode()
    assert "Canari à lire" in page
    assert "Perroquet publié" not in page


def test_search_includes_unpublished_proposals(client, signed_in):
    ProposalFactory(title="Canari à lire", state="recue")
    ProposalFactory(title="Perroquet", state="recue")
    page = client.get(reverse(f"{PROPOSALS}:list"), {"q": "canari"}).content.decode()
    assert "Canari à lire" in page
    assert "Perroquet" not in page


def test_list_offers_permitted_decisions_only(client, signed_in):
    received, done = ProposalFactory(state="recue"), ProposalFactory(state="realisee")
    page = client.get(reverse(f"{PROPOSALS}:list")).content.decode()
    assert f"proposal/publish/?id={received.pk}" in page
    assert f"proposal/refuse/?id={received.pk}" in page
    assert f"proposal/publish/?id={done.pk}" not in page


def test_several_proposals_can_be_published_at_once(client, signed_in):
    proposals = [ProposalFactory(title=f"Canari {n}", body="Ligne\nsuivante", state="recue") for n in range(3)]
    url = bulk("proposal", "publish", *proposals)
    page = client.get(url).content.decode()
    assert "Ligne<br>suivante" in page
    assert press(client, url).status_code == 302
    assert Proposal.objects.published().count() == 3
    assert len(outbox) == 3
    assert ModelLogEntry.objects.filter(action="participation.publish", user=signed_in).count() == 3
    assert press(client, url).status_code == 302
    assert len(outbox) == 3


def test_email_about_a_published_comment_links_to_its_page_of_the_discussion(client, signed_in):
    discussion = DiscussionFactory()
    CommentFactory.create_batch(THREADS_PER_PAGE, discussion=discussion)
    comment = CommentFactory(discussion=discussion, state="recu")
    press(client, bulk("comment", "publish", comment))
    [mail] = [mail for mail in outbox if mail.to == [comment.author.email]]
    assert f"{discussion.subject_url}?page=2#{comment.anchor}" in mail.body


def test_message_gives_the_number_of_authors_without_an_address(client, editor_of):
    """A text entered by phone has no account; an agent may have noted an address."""
    moderator = editor_of("Modération")
    client.force_login(moderator)

    def message_after_publication(*entered):
        proposals = [ProposalFactory(state="recue", author=None, origin="telephone") for _ in entered]
        for proposal, email in zip(proposals, entered, strict=True):
            DeskEntry.objects.create(proposal=proposal, agent=moderator, email=email, entered_at=timezone.now())
        press(client, bulk("proposal", "publish", *proposals))
        page = client.get(reverse(f"{PROPOSALS}:list"))
        return " ".join(page.content.decode().replace("\u00a0", " ").split())

    assert "1 texte est publié. Aucune adresse e-mail n’a été laissée : prévenez" in message_after_publication("")
    assert "1 texte est publié. La personne reçoit un e-mail." in message_after_publication("rose@courriel.example")
    message = message_after_publication("rose@courriel.example", "")
    unreached = Proposal.objects.latest("pk")
    assert f"E-mails qui partent : 1 sur 2. Prévenez autrement les auteurs sans adresse : “{unreached}”." in message


def test_refusal_requires_a_reason_sent_to_the_author(client, signed_in):
    comment = CommentFactory(state="recu")
    url = bulk("comment", "refuse", comment)
    press(client, url, {})
    press(client, url, {"ground": "other", "details": " "})
    comment.refresh_from_db()
    assert comment.state == Comment.State.RECEIVED
    refuse(client, url, ground="respect", details="Reformulez sans viser la personne.")
    comment.refresh_from_db()
    assert comment.state == Comment.State.REFUSED
    assert "Reformulez sans viser la personne." in outbox[0].body
    assert ModelLogEntry.objects.get(action="participation.refuse").data["reason"] == comment.state_reason


def test_email_of_a_refusal_is_previewed_before_sending(client, signed_in):
    comment = CommentFactory(state="recu")
    url = bulk("comment", "refuse", comment)
    reason = {"ground": "privacy", "details": "Retirez le numéro."}
    page = press(client, url, reason)
    comment.refresh_from_db()
    assert comment.state == Comment.State.RECEIVED
    assert not outbox
    [shown] = page.context["mails"]
    written, told = shown.content(), [one.email for one in shown.recipients()]
    assert "Retirez le numéro." in page.content.decode()
    changed = {**reason, "details": "Retirez aussi l’adresse.", "seen": page.context["form"]["seen"].value()}
    assert press(client, url, changed).status_code == 200, (
        "a changed reason changes the e-mail, which is previewed again"
    )
    press(client, url, {**reason, "seen": page.context["form"]["seen"].value()})
    [sent] = outbox
    assert (sent.subject, sent.to) == (written.subject, told)
    assert sent.body.replace(f"/decisions/{comment.decisions.get().pk}/", "/decisions/0/") == written.text


def test_buttons_of_a_refusal_name_an_email_only_if_one_leaves(client, signed_in):
    for author, is_mailed in ((UserFactory(), True), (None, False)):
        url = bulk("proposal", "refuse", ProposalFactory(state="recue", author=author))
        first, second = client.get(url), press(client, url, {"ground": "respect"})
        assert ("Relire l’e-mail avant de l’envoyer" in first.content.decode()) is is_mailed
        assert ("Refuser et envoyer l’e-mail" in second.content.decode()) is is_mailed


def test_confirmation_of_a_publication_shows_three_emails_at_most(client, signed_in):
    proposals = [ProposalFactory(state="recue") for _number in range(5)]
    page = client.get(bulk("proposal", "publish", *proposals))
    assert len(page.context["mails"]) == 3
    assert page.context["other_mails"] == 2
    # Two authors left no address.
    Proposal.objects.filter(pk__in=[proposals[0].pk, proposals[4].pk]).update(author=None, origin="telephone")
    page = client.get(bulk("proposal", "publish", *proposals))
    assert len(page.context["mails"]) + page.context["other_mails"] == 3


def test_bulk_action_on_all_excludes_published_proposals(client, signed_in):
    published, waiting = ProposalFactory(), ProposalFactory(state="recue")
    path = reverse("wagtail_bulk_action", args=["participation", "proposal", "refuse"])
    refuse(client, f"{path}?id=all", ground="subject")
    published.refresh_from_db()
    waiting.refresh_from_db()
    assert (published.state, waiting.state) == ("publiee", "refusee")


def test_reported_comment_can_be_removed(client, signed_in):
    comment = CommentFactory(body="Une insulte")
    CommentFactory(body="Un mot gentil")
    Report.objects.create(comment=comment, author=UserFactory(), reason="Insulte", created_at=timezone.now())
    page = client.get(reverse(f"{COMMENTS}:list"), {"reported": "true"}).content.decode()
    assert "Une insulte" in page
    assert "Un mot gentil" not in page
    assert "Insulte" in client.get(reverse(f"{COMMENTS}:inspect", args=[comment.pk])).content.decode()
    refuse(client, bulk("comment", "refuse", comment), ground="respect")
    comment.refresh_from_db()
    assert comment.state == Comment.State.REFUSED


def test_page_of_a_proposal_shows_line_breaks_and_decisions(client, signed_in):
    proposal = ProposalFactory(state="recue", body="Un\nDeux <script>")
    page = client.get(reverse(f"{PROPOSALS}:inspect", args=[proposal.pk])).content.decode()
    assert "Un<br>Deux &lt;script&gt;" in page
    assert f"proposal/publish/?id={proposal.pk}" in page


def test_history_shows_decisions_with_user_and_reason(client, signed_in):
    proposal = ProposalFactory(state="recue")
    refuse(client, bulk("proposal", "refuse", proposal), ground="privacy")
    history = reverse(f"{PROPOSALS}:history", args=[proposal.pk])
    assert history in client.get(reverse(f"{PROPOSALS}:inspect", args=[proposal.pk])).content.decode()
    page = client.get(history).content.decode()
    assert "Refus par la modération" in page
    assert str(signed_in) in page or signed_in.email in page
    assert "informations personnelles" in page


def test_texts_cannot_be_added_edited_or_deleted(superuser, client, signed_in):
    proposal, comment = ProposalFactory(state="recue"), CommentFactory()
    for person in (signed_in, superuser):
        client.force_login(person)
        for namespace, item in ((PROPOSALS, proposal), (COMMENTS, comment)):
            for name, args in (("add", []), ("edit", [item.pk]), ("delete", [item.pk])):
                url = reverse(f"{namespace}:{name}", args=args)
                answers = [client.get(url), client.post(url, {"title": "Autre", "body": "Autre"})]
                assert {answer.status_code for answer in answers} <= {302, 403}, url
    assert Proposal.objects.get(pk=proposal.pk).title == proposal.title
    assert Comment.objects.filter(pk=comment.pk).exists()


@pytest.fixture
def superuser(db):
    person = UserFactory()
    type(person).objects.filter(pk=person.pk).update(is_superuser=True, is_staff=True)
    return type(person).objects.get(pk=person.pk)


@pytest.mark.parametrize("group", ["Rédaction", "Secrétariat", None])
def test_other_groups_have_no_access(client, editor_of, group):
    proposal, comment = ProposalFactory(state="recue", title="Canari à lire"), CommentFactory(state="recu")
    client.force_login(editor_of(group) if group else UserFactory())
    for url in (
        reverse(f"{PROPOSALS}:list"),
        reverse(f"{COMMENTS}:list"),
        reverse(f"{PROPOSALS}:inspect", args=[proposal.pk]),
    ):
        answer = client.get(url)
        assert answer.status_code in (302, 403)
        assert "Canari à lire" not in answer.content.decode()
    for model, item in (("proposal", proposal), ("comment", comment)):
        for action, data in (("publish", {}), ("refuse", {"ground": "subject"})):
            url = bulk(model, action, item)
            assert "Canari à lire" not in client.get(url).content.decode()
            press(client, url, data)
    proposal.refresh_from_db()
    comment.refresh_from_db()
    assert (proposal.state, comment.state) == ("recue", "recu")


@pytest.mark.parametrize(
    ("model", "make", "name"), [("proposal", ProposalFactory, PROPOSALS), ("comment", CommentFactory, COMMENTS)]
)
def test_texts_cannot_be_deleted_by_a_bulk_action(client, model, make, name):
    item = make()
    client.force_login(UserFactory(is_superuser=True))
    page = client.get(reverse(f"{name}:list")).content.decode()
    assert bulk(model, "publish").rstrip("?") in page, "control: other decisions are offered"
    assert bulk(model, "delete").rstrip("?") not in page
    assert client.post(bulk(model, "delete", item)).status_code == 404
    assert type(item).objects.filter(pk=item.pk).exists()


def test_other_models_can_be_deleted_by_a_bulk_action(client):
    member = Member.objects.create(name="Odile M.")
    client.force_login(UserFactory(is_superuser=True))
    address = reverse("wagtail_bulk_action", args=["committee", "member", "delete"])
    client.post(f"{address}?id={member.pk}")
    assert not Member.objects.filter(pk=member.pk).exists()
