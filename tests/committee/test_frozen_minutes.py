"""Approved minutes: published, entered in the register, and immutable."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page, PageLogEntry, Revision

from cms.blocks import BodyBlock
from cms.services import PUBLICATION_REFUSED, publish_due
from committee import errors
from committee.minutes.queries import late_rows
from committee.minutes.services import open_round, set_done
from committee.models import AgendaItem, RegisterEntry, SessionAction, SessionDecision, SessionPage
from committee.register.exports import decision_datasets, export
from committee.register.queries import followed
from committee.verify_register import verify
from common.errors import Refusal
from common.shown import BY_PROGRAM
from tests.committee.minutes import (
    DAY,
    DECISIONS,
    NOW,
    TODAY,
    Role,
    address,
    approve,
    approved,
    draft,
    held,
    member,
    opened,
    propose,
    signed_in,
    text_of,
)
from tests.factories import TopicPageFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


class TestFrozen:
    def test_approval_publishes_text_decisions_and_actions(self, client, session, later, coordinator):
        helper = member(name="Rachid O.")
        topic = TopicPageFactory(title="Inclusion")
        action = {"text": "Appeler.", "member": helper.member, "responsible": "", "due_on": None, "topic": topic}
        opened(session, coordinator, actions=[{**action, "due_on": TODAY}])
        record = approve(session, coordinator, later)
        assert (record.approved_in, record.approved_by) == (later, "coordinator")
        page = text_of(client.get(session.url))
        for text in (
            "<li>Un guide aide.</li>",
            "Le comité demande un guide.",
            "Registre des décisions, n° 1",
            "Appeler.",
        ):
            assert text in page, text
        assert SessionPage.objects.get(pk=session.pk).minutes_published_at is not None
        assert "Appeler." in text_of(client.get(topic.url))

    def test_approval_preserves_unpublished_changes_of_the_page(self, session, later, coordinator):
        opened(session, coordinator)
        editing = SessionPage.objects.get(pk=session.pk)
        editing.place = "Autre salle"
        editing.save_revision()
        approve(session, coordinator, later)
        page = SessionPage.objects.get(pk=session.pk)
        assert page.place == "Centre administratif"
        assert page.has_unpublished_changes
        latest = page.get_latest_revision_as_object()
        assert latest.place == "Autre salle"
        latest.save_revision().publish()
        page = SessionPage.objects.get(pk=session.pk)
        assert (page.place, page.decisions.count(), bool(page.minutes)) == ("Autre salle", 2, True)

    def test_day_of_an_approved_session_cannot_be_changed(self, session, later, coordinator):
        moved = SessionPage.objects.get(pk=session.pk)
        moved.starts_at, moved.ends_at = moved.starts_at - 3 * DAY, moved.ends_at - 3 * DAY
        drafted = moved.save_revision()
        opened(session, coordinator)
        approve(session, coordinator, later)
        page = SessionPage.objects.get(pk=session.pk)
        page.starts_at, page.ends_at = page.starts_at - 3 * DAY, page.ends_at - 3 * DAY
        with pytest.raises(ValidationError) as refusal:
            page.full_clean()
        assert list(refusal.value.message_dict) == ["starts_at"]
        Revision.objects.get(pk=drafted.pk).publish()
        published = SessionPage.objects.get(pk=session.pk)
        assert (published.slug, published.starts_at) == (session.slug, session.starts_at)

    def test_publication_of_an_older_revision_preserves_approved_minutes(self, session, later, coordinator):
        before = session.save_revision()
        opened(session, coordinator)
        approve(session, coordinator, later)
        Revision.objects.get(pk=before.pk).publish()
        page = SessionPage.objects.get(pk=session.pk)
        assert bool(page.minutes)
        assert [row.text for row in page.decisions.all()] == [row["text"] for row in DECISIONS]

    def test_completed_action_is_not_reopened_by_an_older_revision(self, session, later, coordinator):
        opened(session, coordinator, actions=[{"text": "Appeler.", "due_on": TODAY - DAY, "responsible": "Léa"}])
        approve(session, coordinator, later)
        action = SessionAction.objects.get()
        assert list(SessionAction.objects.late(TODAY)) == [action]
        page = SessionPage.objects.get(pk=session.pk)
        client = signed_in(coordinator)
        assert "C’est fait" in text_of(client.get(address(session)))
        assert "C’est fait" not in text_of(signed_in(member()).get(address(session)))
        assert "C’est fait" not in text_of(client.get(session.url))
        assert client.post(address(session, "end_action", pk=action.pk), {"fait": "oui"}).status_code == 302
        page.get_latest_revision().publish()
        action = SessionAction.objects.get()
        assert action.done_on == TODAY
        assert not action.is_late(TODAY)
        with pytest.raises(PermissionDenied):
            set_done(row=action, actor=member(), done_on=None, now=NOW)

    def test_dated_decision_is_late_then_completed_outside_of_the_register(self, session, later, coordinator):
        late = {**DECISIONS[0], "due_on": TODAY - DAY}
        opened(session, coordinator, decisions=[{**DECISIONS[1], "due_on": None}, late])
        approve(session, coordinator, later)
        register, frozen = export(), list(RegisterEntry.objects.values())
        undated, row = SessionDecision.objects.order_by("sort_order")
        drafted = SessionPage.objects.get(pk=session.pk).save_revision()
        client, reader = signed_in(coordinator), Client()
        assert late_rows(TODAY) == [row]
        lists = (address(session), reverse("committee:minutes_list"), reverse("committee:handover"))
        pages = (session.url, reverse("committee:register"))
        assert all(row.text in text_of(client.get(one)) for one in lists)
        assert all("En retard" in text_of(reader.get(one)) for one in pages)
        assert text_of(client.get(address(session))).count("C’est fait") == 1
        end = address(session, "end_decision", pk=row.pk)
        assert signed_in(member()).post(end, {"fait": "oui"}).status_code == 403
        assert client.post(address(session, "end_decision", pk=undated.pk), {"fait": "oui"}).status_code == 403
        assert client.post(end, {"fait": "oui"}).status_code == 302
        drafted.publish()
        assert SessionDecision.objects.get(text=row.text).done_on == TODAY
        assert late_rows(TODAY) == []
        for one in pages:
            text = text_of(reader.get(one))
            assert "Faite le " in text
            assert "En retard" not in text
        [dataset] = decision_datasets()
        names = [column.name for column in dataset.columns]
        rows = [dict(zip(names, one, strict=True)) for one in dataset.rows.rows_of(list(RegisterEntry.objects.all()))]
        assert {one["decision"]: one["faite_le"] for one in rows} == {undated.text: None, row.text: str(TODAY)}
        assert (export(), list(RegisterEntry.objects.values())) == (register, frozen)
        assert verify(register)

    def test_decision_from_before_the_upgrade_is_not_late(self, session, later, coordinator, django_assert_num_queries):
        """The upgrade excludes past due dates, and an older draft does not restore them."""
        opened(session, coordinator, decisions=[{**DECISIONS[0], "due_on": TODAY - DAY}])
        approve(session, coordinator, later)
        drafted = SessionPage.objects.get(pk=session.pk).save_revision()
        SessionDecision.objects.update(is_followed=False)
        drafted.publish()
        assert late_rows(TODAY) == []
        entries = list(RegisterEntry.objects.all())
        with django_assert_num_queries(1):
            assert [row.is_late(TODAY) for row in followed(entries).values()] == [False]
        assert "En retard" not in text_of(Client().get(session.url))
        assert DECISIONS[0]["text"] not in text_of(signed_in(coordinator).get(reverse("committee:handover")))

    def test_member_can_complete_only_their_own_action(self, session, later, coordinator):
        helene = member()
        actions = [{"text": "Appeler.", "member": helene.member}, {"text": "Écrire."}]
        opened(session, coordinator, actions=actions)
        approve(session, coordinator, later)
        client = signed_in(helene)
        assert text_of(client.get(address(session))).count("C’est fait") == 1
        mine, other = SessionAction.objects.order_by("pk")
        answers = [client.post(address(session, "end_action", pk=one.pk), {"fait": "oui"}) for one in (mine, other)]
        assert [answer.status_code for answer in answers] == [302, 403]
        assert list(SessionAction.objects.filter(done_on=TODAY)) == [mine]
        # After a session that ended meanwhile, the sign-in page leads here.
        back = client.get(address(session, "end_action", pk=mine.pk))
        assert (back.status_code, back.url) == (302, address(session))


class TestAfterApproval:
    """One approved session."""

    make_world = staticmethod(approved)

    @pytest.fixture
    def approved_session(self, world):
        return world

    @pytest.mark.parametrize("change", ["minutes", "decision", "added", "removed"])
    def test_approved_minutes_and_decisions_cannot_be_changed(self, approved_session, change):
        match change:
            case "minutes":
                approved_session.minutes = BodyBlock().to_python([{"type": "text", "value": "<p>Autre.</p>"}])
            case "decision":
                rows = list(approved_session.decisions.all())
                rows[0].text = "Autre décision."
                approved_session.decisions = rows
            case "added":
                approved_session.decisions = [
                    *approved_session.decisions.all(),
                    type(approved_session.decisions.first())(text="De plus."),
                ]
            case _:
                approved_session.decisions = list(approved_session.decisions.all())[1:]
        with pytest.raises(ValidationError) as refusal:
            approved_session.save()
        assert "ne changent plus" in str(refusal.value)

    def test_end_time_of_an_approved_session_can_be_changed(self, approved_session):
        approved_session.ends_at += DAY / 48
        approved_session.save()
        assert SessionPage.objects.get(pk=approved_session.pk).ends_at == approved_session.ends_at

    def test_place_of_an_approved_session_can_be_changed(self, approved_session):
        approved_session.place = "Autre salle"
        approved_session.save()
        assert SessionPage.objects.get(pk=approved_session.pk).place == "Autre salle"

    def test_services_refuse_changes_after_approval(self, approved_session, rapporteur):
        with pytest.raises(errors.MinutesFrozen):
            draft(approved_session, rapporteur, seen=1)
        with pytest.raises(errors.MinutesFrozen):
            open_round(session=approved_session, actor=rapporteur, until=TODAY + 9 * DAY, now=NOW, shown=BY_PROGRAM)
        with pytest.raises(errors.CorrectionsClosed):
            propose(approved_session, rapporteur)

    def test_form_of_an_approved_session_shows_reason_of_refusal(self, approved_session, editor_of):
        client = signed_in(editor_of("Secrétariat"))
        edit = f"/admin/pages/{approved_session.pk}/edit/"
        text = text_of(client.get(edit))
        assert "Ouvrir le compte rendu" in text
        assert 'name="minutes-count"' not in text
        form = client.get(edit).context["form"]
        data = {name: field.value() or "" for name, field in ((n, form[n]) for n in form.fields)}
        data |= {"starts_at": "2026-11-14 12:00", "ends_at": "2026-11-14 14:00"}
        for formset in form.formsets.values():
            total = len(formset.forms)
            data |= {f"{formset.prefix}-TOTAL_FORMS": total, f"{formset.prefix}-INITIAL_FORMS": total}
        for rank, row in enumerate(approved_session.decisions.all()):
            data |= {f"decisions-{rank}-id": row.pk, f"decisions-{rank}-ORDER": rank + 1}
            data |= {f"decisions-{rank}-proposals-TOTAL_FORMS": 0, f"decisions-{rank}-proposals-INITIAL_FORMS": 0}
        assert client.post(edit, data).status_code == 302
        answer = text_of(client.post(edit, {**data, "decisions-0-DELETE": "1"}))
        assert "ses décisions et ses actions ne changent plus" in answer

    def test_copy_of_an_approved_session_has_no_minutes(self, approved_session):
        copy = approved_session.copy(
            update_attrs={"starts_at": NOW + 30 * DAY, "ends_at": NOW + 31 * DAY, "slug": "copie"}
        )
        assert not copy.minutes
        assert not copy.decisions.exists()


class TestApprovedSession:
    """Facts, agenda and URL of a session are immutable after the approval of its minutes."""

    @staticmethod
    def make_world():
        """Returns an approved session with two agenda items, and an older draft that changes everything."""
        session, later, coordinator = held(), held(1), member(Role.COORDINATOR)
        session.agenda_items = [AgendaItem(title="Ouverture", sort_order=3), AgendaItem(title="Vote", sort_order=7)]
        session.save_revision().publish()
        drafted = SessionPage.objects.get(pk=session.pk)
        drafted.title, drafted.number, drafted.status = "Autre", 99, "cancelled"
        drafted.agenda_items = [AgendaItem(title="Autre point")]
        drafted.expire_at = NOW + 3 * DAY
        drafted.save_revision()
        opened(session, coordinator)
        approve(session, coordinator, later)
        return SessionPage.objects.get(pk=session.pk)

    @pytest.fixture
    def approved_session(self, world):
        return world

    @staticmethod
    def state():
        pages = SessionPage.objects.values("title", "number", "status", "slug", "live", "expire_at", "url_path")
        return [*pages.order_by("pk"), *AgendaItem.objects.values_list("title", flat=True)]

    @staticmethod
    def form_data(client, edit):
        form = client.get(edit).context["form"]
        data = {name: form[name].value() or "" for name in form.fields}
        for name in ("starts_at", "ends_at"):
            data[name] = timezone.localtime(form.initial[name]).strftime("%Y-%m-%d %H:%M")
        for formset in form.formsets.values():
            total = len(formset.forms)
            data |= {f"{formset.prefix}-TOTAL_FORMS": total, f"{formset.prefix}-INITIAL_FORMS": total}
            for rank, row in enumerate(formset.forms):
                data |= {f"{row.prefix}-{name}": row[name].value() or "" for name in row.fields}
                data |= {f"{row.prefix}-id": row.instance.pk, f"{row.prefix}-ORDER": rank + 1}
                for inner in row.formsets.values():
                    data |= {f"{inner.prefix}-TOTAL_FORMS": 0, f"{inner.prefix}-INITIAL_FORMS": 0}
        return data

    def test_form_shows_reason_of_refusal_and_allows_other_changes(self, approved_session, editor_of):
        before, client = self.state(), signed_in(editor_of("Secrétariat"))
        edit = f"/admin/pages/{approved_session.pk}/edit/"
        data = self.form_data(client, edit)
        changes = {
            "title": {"title": "Autre"},
            "number": {"number": 99},
            "status": {"status": "cancelled"},
            "item": {"agenda_items-0-title": "Autre point"},
            "removed": {"agenda_items-1-DELETE": "1"},
            "order": {"agenda_items-0-ORDER": 2, "agenda_items-1-ORDER": 1},
            "expiry": {"expire_at": "2027-01-01 12:00"},
        }
        for action in ({}, {"action-publish": "1"}):
            for name, change in changes.items():
                answer = text_of(client.post(edit, {**data, **change, **action}))
                reason = "reste publiée" if name == "expiry" else "son titre, son numéro"
                # The panel of the minutes has the second sentence too, so a second occurrence is the refusal.
                assert answer.count(reason) > (0 if name == "expiry" else 1), (name, action)
                assert self.state() == before, (name, action)
        assert client.post(edit, {**data, "place": "Autre salle", "action-publish": "1"}).status_code == 302
        assert SessionPage.objects.get(pk=approved_session.pk).place == "Autre salle"
        assert self.state() == before

    def test_approved_session_is_immutable_in_the_model(self, approved_session):
        before = self.state()

        def changed_page(model=SessionPage, **fields):
            page = model.objects.get(pk=approved_session.pk)
            for name, value in fields.items():
                setattr(page, name, value)
            return page

        home = Page.objects.get(depth=2)
        roads = {
            "save": lambda: changed_page(status="cancelled").save(),
            "save unchecked": lambda: changed_page(title="Autre").save(clean=False),
            "save some": lambda: changed_page(title="Autre").save(update_fields=["title"], clean=False),
            "agenda": lambda: changed_page(agenda_items=[]).save(clean=False),
            "as a page": lambda: changed_page(Page, title="Autre").save(),
            "unpublish": lambda: changed_page().unpublish(),
            "unpublish as a page": lambda: changed_page(Page).unpublish(),
            "with what is above": lambda: UnpublishPageAction(
                approved_session.get_parent().specific, include_descendants=True
            ).execute(),
            "move": lambda: changed_page().move(home, pos="last-child"),
            "delete": lambda: changed_page().delete(),
        }
        for name, road in roads.items():
            with pytest.raises((Refusal, ValidationError)) as refusal, transaction.atomic():
                road()
            assert "approuvé" in str(refusal.value), name
            assert self.state() == before, name
        revisions = Revision.objects.for_instance(approved_session)
        assert revisions
        for revision in revisions:
            revision.publish()
            assert self.state() == before, "a draft from before"

    def test_unpublishing_and_expiry_are_refused_with_the_reason(self, approved_session):
        before, client = self.state(), signed_in(UserFactory(is_superuser=True, is_staff=True))
        bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
        for url in (
            reverse("wagtailadmin_pages:unpublish", args=[approved_session.pk]),
            f"{bulk}?id={approved_session.pk}",
        ):
            assert "la séance reste publiée" in text_of(client.post(url, follow=True)), url
        Page.objects.filter(pk=approved_session.pk).update(expire_at=NOW - DAY)
        assert publish_due(now=NOW) == (0, 0)
        assert self.state() == before
        entry = PageLogEntry.objects.filter(page=approved_session.pk, action=PUBLICATION_REFUSED).get()
        assert "reste publiée" in entry.data["reasons"][0]
        assert entry.message == entry.data["reasons"][0]
        assert "devait être mise hors ligne" in text_of(client.get(reverse("wagtailadmin_home")))
