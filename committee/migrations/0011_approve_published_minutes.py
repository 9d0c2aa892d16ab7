import secrets

from django.db import migrations
from django.utils import timezone

from committee.verify_register import GENESIS, commitment_of, hash_of

def approve(apps, schema_editor):
    """Minutes that are published already count as approved, and their decisions open the register."""
    SessionPage = apps.get_model("committee", "SessionPage")
    SessionMinutes = apps.get_model("committee", "SessionMinutes")
    for page in SessionPage.objects.filter(live=True, minutes_published_at__isnull=False).order_by("starts_at"):
        SessionMinutes.objects.create(session=page, state="approuve", approved_at=page.minutes_published_at)
        enter(apps, page)


def enter(apps, page):
    RegisterEntry = apps.get_model("committee", "RegisterEntry")
    decisions = apps.get_model("committee", "SessionDecision").objects.filter(session=page).select_related("topic")
    for rank, row in enumerate(decisions.order_by("sort_order", "pk"), 1):
        last = RegisterEntry.objects.order_by("number").last()
        now = timezone.now().replace(microsecond=0)
        values = {
            "number": last.number + 1 if last else 1,
            "kind": "decision",
            "recorded_at": max(now, last.recorded_at) if last else now,
            # The slug of a session is its day in Paris.
            "session_day": page.slug,
            "rank": rank,
            "approved_on": None,
            "text": row.text,
            "responsible": row.responsible,
            "salt": secrets.token_hex(16),
            "due_on": row.due_on,
            "topic_number": row.topic.number if row.topic else None,
            "topic": row.topic.title if row.topic else "",
            "redacts": None,
            "reason": "",
            "author_role": "",
            "previous_hash": last.hash if last else GENESIS,
        }
        data = {
            **values,
            "recorded_at": f"{values['recorded_at']:%Y-%m-%dT%H:%M:%SZ}",
            "due_on": row.due_on.isoformat() if row.due_on else None,
        }
        data["commitment"] = values["commitment"] = commitment_of(data)
        RegisterEntry.objects.create(**values, hash=hash_of(data))


class Migration(migrations.Migration):
    dependencies = [("committee", "0010_minutes_and_register")]

    operations = [migrations.RunPython(approve, migrations.RunPython.noop)]
