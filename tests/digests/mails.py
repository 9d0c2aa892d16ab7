"""Helpers that send digests and read them as their recipients do."""

import email
import email.policy

from digests.services.planning import plan_due
from mailing.drain import drain
from tests.digests.factories import DAY, SLOT
from tests.factories import NewsPageFactory
from tests.mailing.fakes import FakeTransport


def sent(now=SLOT):
    transport = FakeTransport()
    drain(max_seconds=60, clock=lambda: now, transport=transport)
    return {to: email.message_from_bytes(data, policy=email.policy.default) for to, data in transport.taken}


def read_digests(now=SLOT):
    plan_due(now=now)
    return {to: mail.get_body(("plain",)).get_content() for to, mail in sent(now).items()}


def news(**kwargs):
    kwargs.setdefault("first_published_at", SLOT - DAY)
    return NewsPageFactory(**kwargs)
