"""Reports by readers: the page, the queue and its counts, the decision, and the single mail of thanks."""

import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from common.shown import BY_PROGRAM
from digests.models import Subscriber
from participation.errors import DismissalReasonMissing, TooMany
from participation.models import Comment, Decision, Proposal, ProposalStep, Report
from participation.queries.moderation_queues import waiting_appeals, waiting_reports
from participation.services import reports
from participation.services.appeals import appeal
from participation.services.comments import withdraw_comment
from participation.services.moderation import moderate
from participation.services.reports import dismiss_reports, report_text
from participation.services.states import change_state
from tests.bulk import press, shown
from tests.factories import AddendumFactory, CommentFactory, ProposalFactory, UserFactory
from tests.outbox import outbox

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

QUEUE = "wagtailsnippets_participation_report"
APPEALS = "wagtailsnippets_participation_appeal"
KINDS = [ProposalFactory, CommentFactory, AddendumFactory]


def make_report(text, *people, reason="C’est une insulte."):
    """Reports `text` for each of `people`, by default a new user; returns the first report and empties the outbox."""
    found = [report_text(text=text, author=one, reason=reason, now=NOW)[0] for one in people or (UserFactory(),)]
    outbox.clear()
    return found[0]


def bulk(action, *items):
    path = reverse("wagtail_bulk_action", args=["participation", items[0]._meta.model_name, action])
    return f"{path}?{'&'.join(f'id={item.pk}' for item in items)}"


def remove(text, moderator):
    moderate(
        text=text,
        state=text.State.REFUSED,
        moderator=moderator,
        now=NOW,
        ground="respect",
        reason="Secret du motif.",
        shown=BY_PROGRAM,
    )


def report_url_of(text):
    if isinstance(text, Comment):
        return text.report_url
    if isinstance(text, Proposal):
        return reverse("participation:proposal_report", args=[text.pk])
    return reverse("participation:addendum_report", args=[text.proposal_id, text.pk])


class TestReporting:
    @pytest.mark.parametrize("make", KINDS)
    def test_user_can_report_a_text_once(self, client, make):
        text, reader = make(), UserFactory()
        client.force_login(reader)
        answer = client.post(report_url_of(text), {"reason": "Une attaque."}, follow=True)
        assert "Votre signalement est envoyé" in answer.content.decode()
        assert Report.objects.get().text == text
        for answer in (client.get(report_url_of(text)), client.post(report_url_of(text), {"reason": "Encore."})):
            page = answer.content.decode()
            assert "Vous avez déjà signalé ce texte, le 24 novembre 2026." in page.replace("\xa0", " ")
            assert "<textarea" not in page
        assert Report.objects.get().reason == "Une attaque."
        assert [mail.to for mail in outbox] == [["contact@comite.example"]]

    @pytest.mark.parametrize("make", KINDS)
    def test_page_links_to_the_report_form_except_for_the_author(self, make):
        text = make()
        shown = text if isinstance(text, Proposal) else getattr(text, "proposal", None) or text.discussion.proposal
        for person, offered in ((None, True), (UserFactory(), True), (text.author, False)):
            browser = Client()
            if person:
                browser.force_login(person)
            assert (
                f'href="{report_url_of(text)}"' in browser.get(shown.get_absolute_url()).content.decode()
            ) == offered

    @pytest.mark.parametrize("make", KINDS)
    def test_own_and_hidden_texts_cannot_be_reported(self, client, make):
        own, hidden = make(), make(state=make._meta.model.State.REFUSED)
        client.force_login(own.author)
        assert client.get(report_url_of(own)).status_code == 404
        assert client.get(report_url_of(hidden)).status_code == 404
        for text, person in ((own, own.author), (hidden, UserFactory())):
            with pytest.raises(PermissionDenied):
                report_text(text=text, author=person, reason="Non", now=NOW)

    def test_database_requires_one_text_and_one_report_per_user(self):
        report = make_report(CommentFactory())
        for about in ({"comment": report.comment}, {"comment": report.comment, "proposal": ProposalFactory()}, {}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Report.objects.create(author=report.author, reason="Non", created_at=NOW, **about)

    def test_reports_per_hour_are_limited(self, monkeypatch):
        monkeypatch.setattr(reports, "REPORTS_PER_HOUR", 1)
        person = UserFactory()
        make_report(CommentFactory(), person)
        with pytest.raises(TooMany):
            report_text(text=CommentFactory(), author=person, reason="Non", now=NOW)


class TestDecision:
    @pytest.mark.parametrize("make", KINDS)
    def test_dismissal_notifies_each_reporter_once_and_preserves_the_text(self, moderator, make):
        text, people = make(), [UserFactory(), UserFactory()]
        make_report(text, *people)
        for _time in range(2):
            dismiss_reports(text=text, moderator=moderator, reason="Vif, mais poli.", now=NOW, shown=BY_PROGRAM)
        assert sorted(mail.to[0] for mail in outbox) == sorted(person.email for person in people)
        assert "il reste sur le site" in outbox[0].body
        assert "Vif, mais poli." not in outbox[0].body
        kept = Report.objects.values_list("outcome", "decision_reason", "decided_by", "decided_at").distinct()
        assert list(kept) == [("kept", "Vif, mais poli.", moderator.pk, NOW)]
        text.refresh_from_db()
        assert text.is_published

    @pytest.mark.parametrize("make", KINDS)
    def test_email_about_a_removed_text_omits_text_reason_and_moderator(self, moderator, make):
        canary = "Canari retiré"
        text = make(body=canary, **({"title": canary} if make is ProposalFactory else {}))
        person = make_report(text).author
        remove(text, moderator)
        [mail] = [mail for mail in outbox if mail.to == [person.email]]
        assert "l’a retiré du site" in mail.body
        for hidden in (canary, "Secret du motif.", str(moderator), moderator.email):
            assert hidden not in mail.body
            assert hidden not in mail.subject
        report = Report.objects.get()
        assert (report.outcome, report.decided_by) == (Report.Outcome.REMOVED, moderator)

    def test_email_about_a_comment_omits_the_title_of_a_hidden_proposal(self, moderator):
        comment = CommentFactory(discussion__proposal__title="Canari du sujet")
        person = make_report(comment).author
        proposal = comment.discussion.proposal
        remove(proposal, moderator)
        dismiss_reports(text=comment, moderator=moderator, reason="Le sujet est retiré.", now=NOW, shown=BY_PROGRAM)
        [mail] = [mail for mail in outbox if mail.to == [person.email]]
        assert "Canari" not in mail.body
        assert proposal.get_absolute_url() not in mail.body

    def test_reports_are_closed_when_the_author_withdraws_the_text(self, moderator):
        comment, proposal = CommentFactory(), ProposalFactory()
        told = {make_report(comment).author.email, make_report(proposal).author.email}
        withdraw_comment(comment=comment, author=comment.author, now=NOW)
        change_state(
            proposal=proposal,
            state=Proposal.State.WITHDRAWN,
            role=ProposalStep.Role.AUTHOR,
            actor=proposal.author,
            now=NOW,
            shown=BY_PROGRAM,
        )
        assert {mail.to[0] for mail in outbox if "l’a retiré du site" in mail.body} == told
        assert not Report.objects.waiting().exists()

    def test_unsubscribed_inactive_and_deciding_reporters_get_no_email(self, moderator):
        silent, gone, told = UserFactory(), UserFactory(), UserFactory()
        Subscriber.objects.create(email=silent.email, user=silent, immediate=False, created_at=NOW)
        comment = CommentFactory()
        make_report(comment, silent, gone, told, moderator)
        type(gone).objects.filter(pk=gone.pk).update(is_active=False)
        dismiss_reports(text=comment, moderator=moderator, reason="Rien à redire.", now=NOW, shown=BY_PROGRAM)
        assert [mail.to for mail in outbox] == [[told.email]]

    def test_dismissal_requires_a_permission_and_a_reason(self, moderator, editor_of):
        comment = CommentFactory()
        make_report(comment)
        for person in (UserFactory(), editor_of("Rédaction"), comment.author):
            with pytest.raises(PermissionDenied):
                dismiss_reports(text=comment, moderator=person, reason="Non", now=NOW, shown=BY_PROGRAM)
        with pytest.raises(DismissalReasonMissing):
            dismiss_reports(text=comment, moderator=moderator, reason=" … ", now=NOW, shown=BY_PROGRAM)
        assert Report.objects.waiting().exists()

    def test_new_report_after_a_decision_is_pending(self, moderator):
        comment = CommentFactory()
        make_report(comment)
        dismiss_reports(
            text=comment, moderator=moderator, reason="Poli.", now=NOW - dt.timedelta(hours=1), shown=BY_PROGRAM
        )
        later = make_report(comment)
        assert list(Report.objects.waiting()) == [later]
        assert later.report_count == 1
        remove(comment, moderator)
        assert Decision.objects.get().waiting_since == later.created_at


class TestQueue:
    @pytest.mark.parametrize("group", ["Modération", "Animation"])
    def test_queue_has_one_row_per_text_with_reasons_and_number_of_reports(self, client, editor_of, group):
        comment = CommentFactory(body="Un mot dur")
        first = make_report(comment, reason="Cela blesse.")
        make_report(comment, reason="C’est faux.")
        make_report(ProposalFactory(title="Un banc"), reason="Une publicité.")
        client.force_login(editor_of(group))
        for url in (reverse(f"{QUEUE}:list") + "?waiting=true", reverse("wagtailadmin_home")):
            page = client.get(url).content.decode()
            for said in ("Un mot dur", "Cela blesse.", "Une publicité.", "2 signalements", "Un banc"):
                assert said in page, (url, said)
            assert reverse(f"{QUEUE}:inspect", args=[first.pk]) in page
        stands = client.get(reverse(f"{QUEUE}:on_site", args=[first.pk]))
        assert stands.url == f"{comment.discussion.subject_url}#{comment.anchor}"
        read = client.get(reverse(f"{QUEUE}:inspect", args=[first.pk])).content.decode()
        assert "Cela blesse." in read
        assert "C’est faux." in read

    @pytest.mark.parametrize("kinds", [[], ["comment"], ["proposal"], ["proposal", "comment"]])
    def test_pending_work_depends_on_the_permissions_per_model(self, moderator, kinds):
        person = UserFactory()
        person.user_permissions.set(Permission.objects.filter(codename__in=[f"moderate_{kind}" for kind in kinds]))

        def numbers():
            asked = type(person).objects.get(pk=person.pk)
            return [waiting_reports(asked).count(), waiting_appeals(asked).count()]

        assert numbers() == [0, 0]
        comment, refused = CommentFactory(), CommentFactory(author=UserFactory())
        make_report(comment, UserFactory(), UserFactory())
        make_report(ProposalFactory())
        remove(refused, moderator)
        appeal(decision=Decision.objects.get(), author=refused.author, body="C’est poli.", now=NOW)
        assert numbers() == [len(kinds), int("comment" in kinds)]
        dismiss_reports(text=comment, moderator=moderator, reason="Poli.", now=NOW, shown=BY_PROGRAM)
        assert numbers() == [int("proposal" in kinds), int("comment" in kinds)]

    def test_moderator_can_dismiss_with_a_reason_stored_in_the_log(self, client, moderator):
        comment, proposal = CommentFactory(), ProposalFactory()
        url = bulk("dismiss", make_report(comment), make_report(proposal))
        client.force_login(moderator)
        assert "C’est une insulte." in client.get(url).content.decode()
        assert "Écrivez le motif" in press(client, url, {"reason": ""}).content.decode()
        press(client, url, {"reason": "Vif, mais poli."})
        assert not Report.objects.waiting().exists()
        history = reverse("wagtailsnippets_participation_comment:history", args=[comment.pk])
        assert "Vif, mais poli." in client.get(history).content.decode()
        assert "Aucun signalement de ces textes n’attend" in client.get(url).content.decode().replace("\xa0", " ")

    def test_report_that_arrives_meanwhile_is_not_dismissed_unread(self, client, moderator):
        comment = CommentFactory()
        url = bulk("dismiss", make_report(comment))
        client.force_login(moderator)
        page = client.get(url)
        make_report(comment, reason="Une menace.")
        answer = client.post(url, {"shown": shown(page), "reason": "Poli."})
        assert answer.status_code == 409
        assert "Une menace." in answer.content.decode()
        assert Report.objects.waiting().count() == 2

    def test_moderator_can_remove_the_text_after_a_preview_of_the_email(self, client, moderator):
        comment = CommentFactory()
        url = bulk("refuse_reported", make_report(comment))
        client.force_login(moderator)
        page = press(client, url, {"ground": "respect"})
        press(client, url, {"ground": "respect", "seen": page.context["form"]["seen"].value()})
        comment.refresh_from_db()
        assert comment.is_refused
        assert not Report.objects.waiting().exists()

    def test_page_explains_why_an_answered_proposal_cannot_be_refused(self, client, moderator):
        report = make_report(ProposalFactory(state="acceptee"))
        client.force_login(moderator)
        for url in (reverse(f"{QUEUE}:list"), reverse(f"{QUEUE}:inspect", args=[report.pk])):
            page = client.get(url).content.decode()
            assert "elle ne peut plus être refusée" in page
            assert "report/dismiss/?id=" in page
            assert "refuse_reported/?id=" not in page

    @pytest.mark.parametrize("group", ["Rédaction", "Secrétariat", "Services", "Accueil", None])
    def test_other_groups_have_no_access(self, client, editor_of, group):
        report = make_report(CommentFactory(body="Canari signalé"), reason="Canari du motif")
        client.force_login(editor_of(group) if group else UserFactory())
        urls = [reverse(f"{QUEUE}:{name}", args=[report.pk]) for name in ("inspect", "on_site")]
        for url in (*urls, reverse(f"{QUEUE}:list"), reverse("wagtailadmin_home"), bulk("dismiss", report)):
            assert "Canari" not in client.get(url, follow=True).content.decode(), url
        press(client, bulk("dismiss", report), {"reason": "Rien."})
        press(client, bulk("refuse_reported", report), {"ground": "respect"})
        assert Report.objects.waiting().exists()


def test_first_moderator_sees_why_another_must_decide_the_appeal(client, moderator, editor_of):
    comment = CommentFactory(state="recu", body="Un mot vif")
    remove(comment, moderator)
    asked = appeal(decision=Decision.objects.get(), author=comment.author, body="Relisez-moi.", now=NOW)
    pages = [reverse(f"{APPEALS}:list"), reverse(f"{APPEALS}:inspect", args=[asked.pk]), reverse("wagtailadmin_home")]
    sentence = "Vous avez pris la première décision"
    for person, decides in ((moderator, False), (editor_of("Modération"), True), (editor_of("Animation"), True)):
        client.force_login(person)
        for url in pages:
            page = client.get(url).content.decode()
            assert (sentence not in page, "appeal/overturn/?id=" in page) == (decides, decides), url
        assert (sentence in client.get(bulk("overturn", asked)).content.decode()) == (not decides)


@pytest.mark.parametrize("kind", ["proposal", "comment"])
def test_moderator_of_one_kind_of_texts_sees_no_appeal_about_another(client, moderator, kind):
    texts = {
        "proposal": ProposalFactory(state="recue", title="Canari proposal"),
        "comment": CommentFactory(state="recu", body="Canari comment"),
    }
    person = UserFactory()
    person.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", f"moderate_{kind}"]))
    client.force_login(person)
    for name, text in texts.items():
        remove(text, moderator)
        asked = appeal(decision=Decision.objects.latest("pk"), author=text.author, body="Relisez-moi.", now=NOW)
        for url in (reverse(f"{APPEALS}:inspect", args=[asked.pk]), bulk("overturn", asked), bulk("uphold", asked)):
            page = client.get(url, follow=True).content.decode()
            assert (f"Canari {name}" in page) == (name == kind), url
