"""A message leaves five minutes after the press, unless it is cancelled."""

import pytest
from django.urls import reverse

from tests.bulk import confirm
from tests.digests.factories import MINUTE, SubscriberFactory
from tests.digests.test_newsletters import NOW, sent, write

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
BASE = "/admin/messages-aux-lecteurs"


def test_message_leaves_five_minutes_after_the_press_unless_it_is_cancelled(client, editor_of):
    SubscriberFactory()
    newsletter = write()
    client.force_login(editor_of("Animation"))
    send = f"{BASE}/envoyer/{newsletter.pk}/"
    for address in (send, f"{BASE}/demander/{newsletter.pk}/"):
        assert "Elle reste &lt;ouverte&gt;." in client.get(address).content.decode()

    def departures():
        return f'<form method="post" action="{send}">' in client.get(reverse("wagtailadmin_home")).content.decode()

    confirm(client, send, {"act": "send"})
    assert departures()
    client.post(send, {"act": "unschedule"})
    assert not departures()
    assert sent(NOW + 5 * MINUTE) == {}
    confirm(client, send, {"act": "send"})
    assert sent(NOW + 4 * MINUTE) == {}
    assert len(sent(NOW + 5 * MINUTE)) == 1
    assert not departures()
    # It has left: the buttons of a page opened before say so.
    for act in ("unschedule", "leave"):
        assert "n’attend plus" in client.post(send, {"act": act}, follow=True).content.decode()
    other = write()
    confirm(client, f"{BASE}/envoyer/{other.pk}/", {"act": "send"})
    client.post(f"{BASE}/envoyer/{other.pk}/", {"act": "leave"})
    assert len(sent(NOW)) == 1
