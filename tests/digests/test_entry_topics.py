"""Topic of an entry of the digest: its name beside the colour of its family, while the page of the topic is public."""

import email
import email.policy

import pytest

from committee.models.pictograms import Pictogram
from common.palette import light
from digests.services.planning import plan_due
from mailing.drain import drain
from tests.digests.factories import DAY, SLOT, SubscriberFactory
from tests.factories import ProposalFactory, TopicPageFactory
from tests.mailing.fakes import FakeTransport

pytestmark = pytest.mark.django_db


def send_digest():
    """Returns the text and the HTML of the only digest sent."""
    SubscriberFactory()
    plan_due(now=SLOT)
    transport = FakeTransport()
    drain(max_seconds=60, clock=lambda: SLOT, transport=transport)
    [(_to, data)] = transport.taken
    mail = email.message_from_bytes(data, policy=email.policy.default)
    return (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))


def test_html_lines_show_the_name_and_colour_of_their_topic():
    topics = {"participation": Pictogram.SURVEY, "inclusion": Pictogram.INCLUSION}
    for family, pictogram in topics.items():
        topic = TopicPageFactory(title=f"Sujet {family}", pictogram=pictogram)
        ProposalFactory(title=f"Idée {family}", topic=topic, created_at=SLOT - DAY)
    ProposalFactory(title="Idée sans sujet", topic=None, created_at=SLOT - DAY)
    text, html = send_digest()
    for family in topics:
        bar = f"border-left:8px solid {light()[f'{family}-mid']}"
        assert bar in html.partition(f">Sujet {family}</div>")[0].rpartition("<div")[2]
        assert f"Idée {family}" in text
    assert "Idée sans sujet" in html
    assert html.count("border-left:8px") == len(topics)
    assert "Sujet" not in text


def test_unpublished_topic_is_not_named():
    topic = TopicPageFactory(title="Sujet caché", pictogram=Pictogram.DATA, live=False)
    ProposalFactory(title="Une idée", topic=topic, created_at=SLOT - DAY)
    _text, html = send_digest()
    assert "Une idée" in html
    assert "Sujet caché" not in html
