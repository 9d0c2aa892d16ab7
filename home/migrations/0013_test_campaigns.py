"""Adds the page of the test campaigns, and gives the permission to coordinate them.

A site with another page at this URL is not changed.
"""

import uuid

from django.db import migrations
from django.utils import timezone

STEPLEN = 4
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SLUG, TITLE = "essais", "Essais"
INTRODUCTION = "Vous essayez un service de la ville. Vous dites ce qui bloque. Nous suivons les réparations."


def next_path(path):
    """Returns the treebeard path after `path` among the children of one page."""
    number = int(path[-STEPLEN:], 36) + 1
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = ALPHABET[rest] + digits
    return path[:-STEPLEN] + digits.rjust(STEPLEN, "0")


def create_page(apps, schema_editor):
    Page = apps.get_model("wagtailcore", "Page")
    content_types = apps.get_model("contenttypes", "ContentType").objects
    parent = Page.objects.filter(pk__in=apps.get_model("home", "HomePage").objects.values("pk")).first()
    if parent is None:
        return
    children = Page.objects.filter(path__startswith=parent.path, depth=parent.depth + 1)
    if children.filter(slug=SLUG).exists():
        return
    last = children.order_by("path").values_list("path", flat=True).last()
    now = timezone.now()
    apps.get_model("fieldwork", "TrialIndexPage").objects.create(
        path=next_path(last or parent.path + "0" * STEPLEN),
        depth=parent.depth + 1,
        numchild=0,
        slug=SLUG,
        title=TITLE,
        draft_title=TITLE,
        introduction=INTRODUCTION,
        url_path=f"{parent.url_path}{SLUG}/",
        content_type=content_types.get_or_create(app_label="fieldwork", model="trialindexpage")[0],
        live=True,
        first_published_at=now,
        last_published_at=now,
        locale_id=parent.locale_id,
        translation_key=uuid.uuid4(),
    )
    Page.objects.filter(pk=parent.pk).update(numchild=children.count())


def give_right(apps, schema_editor):
    content_types = apps.get_model("contenttypes", "ContentType").objects
    content_type = content_types.get_or_create(app_label="fieldwork", model="trial")[0]
    permission = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename="coordinate_trials",
        defaults={"name": "Can coordinate the test campaigns"},
    )[0]
    for group in apps.get_model("auth", "Group").objects.filter(name="Animation"):
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("home", "0012_indicator_rights"), ("fieldwork", "0001_trials")]
    operations = [
        migrations.RunPython(create_page, migrations.RunPython.noop),
        migrations.RunPython(give_right, migrations.RunPython.noop),
    ]
