"""Admin page of an edition: its recipients and the actions still possible."""

import datetime as dt

import pytest
from django.contrib.auth.models import Permission

from digests.models import Edition, Frequency, Subscriber
from digests.queries.deliveries import LAG
from digests.services.planning import plan_due
from digests.services.subscriptions import stop
from mailing import batches
from mailing.models import Batch, Message
from tests.digests.factories import DAY, NEXT_SLOT, SLOT, SubscriberFactory
from tests.factories import NewsPageFactory

State = Message.State
pytestmark = pytest.mark.django_db


class TestEdition:
    @pytest.fixture
    def edition(self, db):
        """Edition with seven subscribers: one without news, one unsubscribed; one digest sent, two failed, one held."""
        NewsPageFactory(first_published_at=SLOT - DAY)
        SubscriberFactory.create_batch(6)
        SubscriberFactory(started_at=SLOT - LAG)
        plan_due(now=SLOT)
        rows = list(Message.objects.order_by("pk"))
        for row, fields in zip(
            rows,
            (
                {"state": State.SENT, "sent_at": SLOT},
                {"state": State.FAILED, "last_error": "smtp 552 5.2.2"},
                {"state": State.FAILED, "last_error": "smtp 552 5.2.2"},
                {"state": State.HELD},
            ),
            strict=False,
        ):
            Message.objects.filter(pk=row.pk).update(**fields)
        stop(subscriber=Subscriber.objects.get(deliveries__message=rows[4]), channel="mail", now=SLOT)
        return Edition.objects.get(kind=Frequency.WEEKLY)

    def page_of(self, edition):
        return f"/admin/editions-de-la-lettre/inspect/{edition.pk}/"

    def test_page_counts_each_subscriber_once_with_a_reason(self, client, editor_of, edition):
        client.force_login(editor_of("Animation"))
        answer = client.get(self.page_of(edition))
        stats = answer.context["stats"]
        assert (stats.due, stats.planned, stats.sent, stats.waiting) == (7, 6, 1, 1)
        out, wrong = ([one.count for one in rows] for rows in (stats.left_out, stats.went_wrong))
        assert (sorted(out), sorted(wrong)) == ([1, 1], [1, 2])
        assert stats.due == stats.sent + stats.waiting + sum(out) + sum(wrong)
        html = answer.content.decode()
        assert "smtp 552 5.2.2" in html
        assert f"/admin/lots/inspect/{edition.batch_id}/" in html

    def test_page_gives_the_reasons_in_french(self, client, editor_of, edition):
        ends = (
            (State.CANCELLED, "account to be erased"),
            (State.CANCELLED, "given up after a restore"),
            (State.EXPIRED, "too late"),
        )
        for row, (state, error) in zip(Message.objects.order_by("pk"), ends, strict=False):
            Message.objects.filter(pk=row.pk).update(state=state, last_error=error)
        client.force_login(editor_of("Animation"))
        answer = client.get(self.page_of(edition))
        reasons = {one.label for one in answer.context["stats"].left_out}
        assert {"Compte fermé", "E-mails restaurés annulés", ""} <= reasons
        assert "<td>Trop tard</td>" in answer.content.decode()

    def test_page_shows_only_actions_available_for_the_batch(self, client, editor_of, edition):
        user = editor_of("Animation")
        client.force_login(user)
        acts = f"/admin/envois-actions/lots/{edition.batch_id}"
        assert f"{acts}/pause/" in client.get(self.page_of(edition)).content.decode()
        assert client.post(f"{acts}/pause/", {"reason": "Une date est fausse"}).status_code == 302
        html = client.get(self.page_of(edition)).content.decode()
        assert f"{acts}/resume/" in html
        assert "Une date est fausse" in html
        batches.cancel_batch(batch=edition.batch, actor=user, reason="late")
        html = client.get(self.page_of(edition)).content.decode()
        assert f"{acts}/" not in html
        assert "Le site était arrêté trop longtemps" in html

    def test_page_shows_no_action_without_permission(self, client, editor_of, edition):
        user = editor_of("Rédaction")
        user.user_permissions.add(Permission.objects.get(codename="view_edition"))
        client.force_login(user)
        html = client.get(self.page_of(edition)).content.decode()
        assert "envois-actions" not in html
        assert "/admin/lots/" not in html

    def test_query_count_does_not_depend_on_the_number_of_subscribers(self, client, editor_of, edition):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client.force_login(editor_of("Animation"))
        client.get(self.page_of(edition))
        with CaptureQueriesContext(connection) as few:
            client.get(self.page_of(edition))
        SubscriberFactory.create_batch(10, started_at=NEXT_SLOT - 2 * DAY)
        NewsPageFactory(first_published_at=NEXT_SLOT - DAY)
        plan_due(now=NEXT_SLOT)
        other = Edition.objects.latest("slot_at")
        with CaptureQueriesContext(connection) as many:
            client.get(self.page_of(other))
        assert len(many) == len(few)

    def test_list_and_page_show_the_progress(self, client, editor_of, edition):
        """An edition is shown as sent once no mail is pending; the first of a month is written « 1er »."""
        quiet = {"slot_at": SLOT, "cutoff": SLOT, "expires_at": SLOT, "status": Edition.Status.PLANNED}
        Edition.objects.create(kind=Frequency.DAILY, period_key=dt.date(2027, 4, 1), **quiet)
        client.force_login(editor_of("Animation"))

        def displayed_progress():
            rows = client.get("/admin/editions-de-la-lettre/").context["object_list"]
            page = client.get(self.page_of(edition)).content.decode()
            [progress] = [one.progress for one in rows if one.pk == edition.pk]
            assert f"{progress}." in page
            return progress

        listed = client.get("/admin/editions-de-la-lettre/").content.decode()
        assert "1er\u00a0avril 2027" in listed
        assert "Rien à dire" in listed
        assert displayed_progress() == "Prête"
        Message.objects.filter(state__in=Message.WAITING).update(state=State.SENT)
        assert displayed_progress() == "Envoyée"
        batches.cancel_batch(batch=edition.batch, reason="x")
        assert displayed_progress() == "Annulée"

    def test_edition_without_a_batch_can_be_inspected(self, client, editor_of):
        SubscriberFactory()
        plan_due(now=SLOT)
        edition = Edition.objects.get(kind=Frequency.WEEKLY)
        assert not Batch.objects.exists()
        client.force_login(editor_of("Animation"))
        assert client.get(self.page_of(edition)).context["stats"].due == 1
