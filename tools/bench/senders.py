"""Processes of the mail benchmark: the sink, the filling of the outbox, the baselines, and our senders.

`python -m tools.bench.senders MODE COUNT`: prints a line of JSON when ready, reads a line, does its work and prints
another line. Used by `tools.bench.mail` alone.
"""

import asyncio
import json
import os
import smtplib
import sys
import time
from collections.abc import Callable
from typing import Any


def say(**values: Any) -> None:
    print(json.dumps(values), flush=True)


class Sink(asyncio.Protocol):
    """SMTP server that accepts every mail, `seconds` after its last byte."""

    mails = connections = 0
    seconds = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.buffer, self.in_data = transport, b"", False
        Sink.connections += 1
        self.answer(b"220 ready")

    def answer(self, text: bytes) -> None:
        self.transport.write(text + b"\r\n")  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if self.in_data:
            if self.buffer.endswith(b"\r\n.\r\n"):
                self.buffer, self.in_data = b"", False
                Sink.mails += 1
                if self.seconds:
                    asyncio.get_running_loop().call_later(self.seconds, self.answer, b"250 taken")
                else:
                    self.answer(b"250 taken")
            return
        while b"\r\n" in self.buffer:
            line, _end, self.buffer = self.buffer.partition(b"\r\n")
            word = line[:4].upper()
            if word == b"DATA":
                self.in_data = True
                self.answer(b"354 go on")
            elif word == b"QUIT":
                self.answer(b"221 bye")
            elif word == b"EHLO":
                # As Postfix, Exim and all large providers do.
                self.answer(b"250-sink\r\n250 PIPELINING")
            else:
                self.answer(b"250 ok")


async def sink() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Sink, "127.0.0.1", 0)
    say(port=server.sockets[0].getsockname()[1])
    await loop.run_in_executor(None, sys.stdin.readline)
    server.close()
    say(mails=Sink.mails, connections=Sink.connections)


def timed(work: Callable[[], Any], **values: Any) -> None:
    """Waits for the start line, then runs and times `work`."""
    say(ready=True)
    sys.stdin.readline()
    start, processor = time.time(), time.process_time()
    found = work() or {}
    say(start=start, end=time.time(), processor=time.process_time() - processor, **found)


def readers(count: int) -> None:
    """Replaces all subscribers with `count` of the weekly digest, and publishes enough news for a full one."""
    from datetime import timedelta

    from django.utils import timezone

    from digests.models import Subscriber
    from tools.editions import make_readers, publish

    now = timezone.now()
    Subscriber.objects.all().delete()
    make_readers(count, since=now - timedelta(days=30))
    publish([now - timedelta(days=8)] * 12)


def plan_digests(count: int) -> None:
    from django.utils import timezone

    from digests.models import Edition
    from digests.services.planning import plan_due
    from mailing.models import Batch
    from tools.editions import make_due

    now = timezone.now()
    Edition.objects.all().delete()
    Batch.objects.all().delete()
    make_due(now)
    plan_due(now=now)


def plan_shared(count: int) -> None:
    """Plans a message of the editors to all subscribers, as long as a digest."""
    from django.utils import timezone

    from digests.models import Newsletter
    from digests.services.newsletters import plan_newsletters
    from mailing.models import Batch

    now = timezone.now()
    Newsletter.objects.all().delete()
    Batch.objects.all().delete()
    text = "Une phrase d’une lettre, avec des accents : é, à, ç. " * 15
    body = [{"type": "heading", "value": "La nouvelle salle"}, *[{"type": "text", "value": text}] * 4]
    Newsletter.objects.create(
        subject="La séance change de salle",
        body=json.dumps(body),
        status=Newsletter.Status.SCHEDULED,
        send_at=now,
        created_at=now,
    )
    plan_newsletters(now=now)


def contents(count: int) -> list[Callable[[], Any]]:
    """Returns functions that render each digest: its templates with the content of each recipient."""
    from django.utils import timezone

    from digests.models import Delivery
    from digests.models.tokens import unsubscribe_token
    from digests.notifications.digest import Digest
    from digests.queries.composition import compose

    plan_digests(count)
    deliveries = list(Delivery.objects.select_related("edition", "subscriber__user")[:count])
    composed = zip(deliveries, compose(deliveries, now=timezone.now()), strict=True)

    def write(delivery: Any, sections: Any) -> Any:
        token = unsubscribe_token(delivery.subscriber)
        return delivery.subscriber.email, Digest(delivery, sections, token).content()

    return [lambda delivery=delivery, sections=sections: write(delivery, sections) for delivery, sections in composed]


def django_way(count: int) -> None:
    """Sends by templates, `EmailMultiAlternatives` and one connection, as Django's documentation recommends."""
    from django.conf import settings
    from django.core.mail import EmailMultiAlternatives, get_connection
    from django.utils import translation

    digests = contents(count)

    def work() -> None:
        with translation.override("fr"), get_connection("django.core.mail.backends.smtp.EmailBackend") as connection:
            for write in digests:
                to, content = write()
                mail = EmailMultiAlternatives(
                    content.subject,
                    content.text,
                    settings.DEFAULT_FROM_EMAIL,
                    [to],
                    headers=content.headers,
                    connection=connection,
                )
                mail.attach_alternative(content.html, "text/html")
                mail.send()

    timed(work)


def raw_way(count: int) -> None:
    """Sends ready-made bytes by `smtplib`."""
    from django.utils import timezone, translation

    from mailing.content import build_mime
    from mailing.models import Message

    with translation.override("fr"):
        to, content = contents(1)[0]()
    message = Message(pk=1, to_email=to, message_id="<x@comite.example>", created_at=timezone.now())
    data = build_mime(message=message, content=content)

    def work() -> None:
        with smtplib.SMTP("127.0.0.1", int(os.environ["EMAIL_PORT"])) as connection:
            for _number in range(count):
                connection.sendmail("lettre@comite.example", [to], data)

    timed(work)


def our_way(count: int) -> None:
    """Runs a sender process as a worker does."""
    from django.db import connection
    from django.utils import translation

    from mailing.drain import drain

    queries = 0

    def counted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(sql, params, many, context)

    def work() -> dict[str, int]:
        with translation.override("fr"), connection.execute_wrapper(counted):
            while drain(max_seconds=60).more:
                pass
        return {"queries": queries}

    connection.ensure_connection()
    timed(work)


def main() -> None:
    mode, *rest = sys.argv[1:]
    if mode == "sink":
        Sink.seconds = float(rest[0]) / 1000
        asyncio.run(sink())
        return
    import django

    django.setup()
    count = int(rest[0])
    todo: dict[str, Callable[[int], None]] = {
        "readers": readers,
        "plan-letters": plan_digests,
        "plan-shared": plan_shared,
    }
    if mode in todo:
        todo[mode](count)
        say(ready=True)
        say(done=True)
        return
    {"raw": raw_way, "django": django_way, "shared": our_way, "letters": our_way}[mode](count)


if __name__ == "__main__":
    main()
