"""Preview of a topic and of a session that were never saved: they have no primary key, so no relations."""

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from committee.models import ProgrammePage, SessionIndexPage
from tests.factories import MandateFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

PROMOTED = {"seo_title": "", "search_description": "", "go_live_at": "", "expire_at": ""}
TOPIC = {
    "title": "Les démarches en ligne",
    "slug": "les-demarches-en-ligne",
    "introduction": "",
    "number": "7",
    "progress": "a-venir",
    "question": "Combien de temps prend une démarche ?",
    "pictogram": "",
    "website": "",
    "pilot": "",
    "steps": inline_formset([]),
    "deliverables": inline_formset([]),
    "body": streamfield([]),
    "search_words": "",
    **PROMOTED,
}
SESSION = {
    "title": "Les démarches en ligne",
    "introduction": "",
    "number": "9",
    "status": "scheduled",
    "open_to_public": "on",
    "starts_at": "2099-12-14 18:00",
    "ends_at": "2099-12-14 20:00",
    "place": "Salle 32",
    "access": "",
    "online_link": "",
    **{name: inline_formset([]) for name in ("agenda_items", "experts", "workshop_groups", "decisions", "documents")},
    **PROMOTED,
}


@pytest.mark.parametrize(
    ("model", "parent", "fields", "shown"),
    [
        ("topicpage", ProgrammePage, TOPIC, "Combien de temps prend une démarche"),
        ("sessionpage", SessionIndexPage, SESSION, "Salle 32"),
    ],
)
def test_coordinator_who_sits_can_preview_a_new_page(client, editor_of, model, parent, fields, shown):
    coordinator = editor_of("Animation")
    MandateFactory(member__user=coordinator)
    client.force_login(coordinator)
    preview = reverse("wagtailadmin_pages:preview_on_add", args=["committee", model, parent.objects.get().pk])
    assert client.post(preview, nested_form_data(fields)).json()["is_valid"]
    assert shown in client.get(preview).content.decode()
