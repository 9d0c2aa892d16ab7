"""An adopted work programme is immutable: forms, bulk actions, models and the database refuse changes."""

import pytest
from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse

from cms.admin.dashboard import snippet_url
from committee.models import BallotTopic, Priority, WorkProgramme
from common.errors import Refusal
from tests.bulk import submit_edit
from tests.committee.minutes import text_of
from tests.committee.test_programme import NOW, programme, start_ballot, topics
from tests.factories import SessionPageFactory, TopicPageFactory, UserFactory
from tests.guards import guarded_by

__all__ = ["programme", "topics"]
refusal_of = guarded_by("committee_register_switch")
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.indexed]


@pytest.fixture
def adopted(programme, topics, secretary):
    """Programme with two of four topics, and the ballot that chose them."""
    start_ballot(programme, secretary)
    for order, topic in enumerate(topics[:2]):
        Priority.objects.create(programme=programme, topic=topic, score=9 - order, sort_order=order, objective="Avant")
    programme.adopted_at = NOW
    programme.save()
    return programme


def all_rows():
    rows = [list(model.objects.order_by("pk").values()) for model in (WorkProgramme, BallotTopic)]
    return [*rows, list(Priority.objects.order_by("pk").values("pk", "topic", "score", "programme"))]


def form_data(programme, **changes):
    rows = list(programme.priorities.order_by("sort_order"))
    data = {"year": programme.year, "introduction": "Après", "priorities-TOTAL_FORMS": len(rows)}
    data["priorities-INITIAL_FORMS"] = len(rows)
    for rank, row in enumerate(rows):
        data |= {f"priorities-{rank}-id": row.pk, f"priorities-{rank}-ORDER": rank + 1}
        data |= {f"priorities-{rank}-topic": row.topic_id, f"priorities-{rank}-objective": f"Objectif {rank}"}
    return data | changes


def test_form_changes_only_introduction_and_objectives(client, adopted, topics, secretary):
    client.force_login(secretary)
    edit, before = snippet_url(WorkProgramme, "edit", adopted.pk), all_rows()
    added = {"priorities-TOTAL_FORMS": 3, "priorities-2-objective": "De plus", "priorities-2-topic": topics[3].pk}
    swapped = {"priorities-0-ORDER": 2, "priorities-1-ORDER": 1}
    for change in ({"year": 2025}, {"priorities-0-DELETE": "on"}, added, swapped):
        page = text_of(submit_edit(client, edit, form_data(adopted, **change)))
        assert "Ce programme est adopté" in page, change
        assert "Objectif 0" in page, "the typed text is preserved"
        assert all_rows() == before, change
    submit_edit(client, edit, form_data(adopted, **{"priorities-0-topic": topics[3].pk}))
    adopted.refresh_from_db()
    assert adopted.introduction == "Après"
    assert list(Priority.objects.order_by("sort_order").values_list("objective", "topic")) == [
        ("Objectif 0", topics[0].pk),
        ("Objectif 1", topics[1].pk),
    ]


def test_adopted_programme_and_its_topics_cannot_be_deleted(client, adopted, topics):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    before = all_rows()
    bulk = reverse("wagtail_bulk_action", args=["committee", "workprogramme", "delete"])
    for address in (snippet_url(WorkProgramme, "delete", adopted.pk), f"{bulk}?id={adopted.pk}"):
        assert "Programme de travail 2026 » est adopté" in text_of(client.post(address, follow=True)), address
    for refused, error in (
        (adopted.delete, Refusal),
        (WorkProgramme.objects.all().delete, Refusal),
        (topics[0].delete, ProtectedError),
        (topics[3].delete, ProtectedError),
    ):
        with pytest.raises(error), transaction.atomic():
            refused()
    # Wagtail's own confirmation page counts the references to the topic, and has no button.
    alone = client.get(reverse("wagtailadmin_pages:delete", args=[topics[0].pk]))
    assert alone.context["is_protected"]
    client.post(reverse("wagtailadmin_pages:delete", args=[topics[0].pk]))
    client.post(f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'delete'])}?id={topics[0].pk}")
    assert all_rows() == before


def test_database_refuses_changes_of_an_adopted_programme(adopted, topics):
    row, other, session = Priority.objects.first(), WorkProgramme.objects.create(year=2027), SessionPageFactory()
    programmes, priorities, ballots = WorkProgramme.objects, Priority.objects, BallotTopic.objects
    changes = {
        "year": lambda: programmes.filter(pk=adopted.pk).update(year=2025),
        "unadopted": lambda: programmes.filter(pk=adopted.pk).update(adopted_at=None),
        "session": lambda: programmes.filter(pk=adopted.pk).update(adopted_in=session),
        "ballot": lambda: programmes.filter(pk=adopted.pk).update(poll=None),
        "programme": lambda: programmes.filter(pk=adopted.pk)._raw_delete("default"),
        "topic": lambda: priorities.filter(pk=row.pk).update(topic=topics[3]),
        "score": lambda: priorities.filter(pk=row.pk).update(score=99),
        "moved": lambda: priorities.filter(pk=row.pk).update(programme=other),
        "removed": lambda: priorities.filter(pk=row.pk).delete(),
        "added": lambda: priorities.create(programme=adopted, topic=topics[3]),
        "ballot topic": lambda: ballots.all().delete(),
        "ballot topic moved": lambda: ballots.update(programme=other),
    }
    before = all_rows()
    for name, change in changes.items():
        assert "adopted work programme" in refusal_of(change), name
        assert all_rows() == before, name


def test_database_allows_the_changes_made_by_the_site(adopted, topics):
    def edits():
        Priority.objects.update(objective="Autre", sort_order=5)
        WorkProgramme.objects.update(introduction="Autre")
        made = WorkProgramme.objects.create(year=2027)
        Priority.objects.create(programme=made, topic=TopicPageFactory())
        made.year = 2028
        made.save()
        made.delete()

    assert refusal_of(edits) == ""
