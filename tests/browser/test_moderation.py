"""Moderation on a wide screen and on a phone: texts read, refused, reported, contested and changed."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from common.shown import BY_PROGRAM
from mailing.models import Message
from participation.models import Appeal, Decision, Proposal, Report
from participation.services.appeals import appeal
from participation.services.moderation import moderate
from participation.services.reports import report_text
from participation.services.versions import edit_proposal
from tests.factories import CommentFactory, ProposalFactory, UserFactory

pytestmark = [
    pytest.mark.browser,
    # `tests/participation` covers the rules on both.
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("outbox"),
]


def mail_to(person):
    return Message.objects.filter(to_email=person.email).latest("pk").payload["text"]


@pytest.mark.guide("Lire avant publication", "Refuser un texte")
def test_pending_texts_are_published_or_refused(walker):
    first, second = ProposalFactory(state="recue", title="Un banc"), ProposalFactory(state="recue", title="Un vélo")
    comments = [CommentFactory(state="recu", body=body) for body in ("Le samedi.", "Le dimanche.")]
    walker.work_as("Modération")
    walker.choose("Participation", "Propositions à lire")
    walker.follow("Un banc")
    walker.read("Voici une idée.")
    walker.follow("Publier")
    walker.press("Publier")
    walker.shows_message("1 texte est publié")
    walker.follow("Refuser…")
    walker.tick("ground", "subject")
    walker.fill(details="Écrivez à votre mairie de quartier.")
    walker.press("Relire l’e-mail avant de l’envoyer")
    walker.read("Écrivez à votre mairie de quartier.")
    walker.press("Refuser et envoyer l’e-mail")
    first.refresh_from_db()
    second.refresh_from_db()
    assert [first.state, second.state] == [Proposal.State.PUBLISHED, Proposal.State.REFUSED]
    assert "Écrivez à votre mairie de quartier." in mail_to(second.author)

    walker.choose("Participation", "Commentaires à lire")
    for box in walker.page.locator(".listing tbody").get_by_role("checkbox").all():
        box.check()
    expect(walker.page.locator(".bulk-action-btn").last).to_be_in_viewport(ratio=1)
    with walker.leaving():
        walker.page.locator(".bulk-action-btn", has_text="Publier").click()
    walker.read("Le samedi.", "Le dimanche.")
    walker.press("Publier")
    for comment in comments:
        comment.refresh_from_db()
    assert {comment.state for comment in comments} == {"publie"}


@pytest.mark.guide("Répondre à un signalement", "Donner un second regard")
def test_reports_and_appeals_are_answered(walker, editor_of):
    now, hour = timezone.now(), dt.timedelta(hours=1)
    texts = [CommentFactory(body=body) for body in ("Bonne idée.", "Achetez mes vélos.")]
    readers = [UserFactory(), UserFactory()]
    for text, reader in zip(texts, readers, strict=True):
        report_text(text=text, author=reader, reason="C’est une publicité.", now=now)
    refused = [CommentFactory(state="recu", body=body, created_at=now - 3 * hour) for body in ("Trop cher.", "Nul.")]
    for text in refused:
        given = {"ground": "respect", "reason": "Le ton est vif."}
        moderate(
            text=text, state="refuse", moderator=editor_of("Modération"), now=now - hour, **given, shown=BY_PROGRAM
        )
        appeal(decision=Decision.objects.latest("pk"), author=text.author, body="Je reste poli.", now=now)

    walker.work_as("Modération")
    walker.read("Signalements", "Demandes de second regard")
    walker.choose("Participation", "Textes signalés")
    walker.page.locator("tr", has_text="Bonne idée.").get_by_role("link", name="Classer sans suite…").click()
    walker.fill(reason="Ce n’est pas une publicité.")
    walker.press("Garder le texte et remercier")
    walker.page.locator("tr", has_text="Achetez mes vélos.").get_by_role("link", name="Refuser le texte…").click()
    walker.tick("ground", "advertising")
    walker.press("Relire l’e-mail avant de l’envoyer")
    walker.press("Refuser et envoyer l’e-mail")
    assert set(Report.objects.values_list("comment__state", "outcome")) == {
        ("publie", Report.Outcome.KEPT),
        ("refuse", Report.Outcome.REMOVED),
    }
    assert all("Merci" in mail_to(reader) for reader in readers)

    walker.choose("Participation", "Demandes de second regard")
    walker.page.locator("tr", has_text="Trop cher.").get_by_role("link", name="Publier finalement").click()
    walker.read("Trop cher.", "Le ton est vif.", "Je reste poli.")
    walker.press("Répondre et envoyer l’e-mail")
    walker.page.locator("tr", has_text="Nul.").get_by_role("link", name="Confirmer le refus…").click()
    walker.fill(reason="Dites ce qui ne va pas.")
    walker.press("Répondre et envoyer l’e-mail")
    assert set(Appeal.objects.values_list("decision__comment__state", "outcome")) == {
        ("publie", Appeal.Outcome.OVERTURNED),
        ("refuse", Appeal.Outcome.UPHELD),
    }
    assert "Dites ce qui ne va pas." in mail_to(refused[1].author)


@pytest.mark.guide("Relire ce qui a changé")
def test_edited_text_is_reviewed_and_its_earlier_versions_hidden(walker):
    proposal = ProposalFactory(title="Un banc", body="Appelez le 03 88 00 00 01.")
    text = {"title": "Un banc", "problem": proposal.problem, "body": "Un banc devant l’école."}
    about = {"topic": proposal.topic, "district": proposal.district}
    edit_proposal(proposal=proposal, author=proposal.author, seen_at=None, now=timezone.now(), **text, **about)
    walker.work_as("Modération")
    walker.follow("Les propositions publiées à lire")
    walker.follow("Un banc")
    walker.read("Un banc devant l’école.", "03 88 00 00 01")
    walker.follow("Masquer les textes antérieurs")
    walker.press("Masquer les textes antérieurs")
    walker.open("/admin/")
    walker.follow("Les propositions publiées à lire")
    walker.follow("Marquer comme lu")
    walker.press("J’ai relu ce texte")
    proposal.refresh_from_db()
    assert not proposal.needs_review
    assert not proposal.shows_versions
