"""Adds the page of the field surveys below the home page, and gives permissions on outings, sheets and their entry.

A site with another page at this URL keeps it.
"""

import uuid

from django.db import migrations
from django.utils import timezone

STEPLEN = 4
SLUG, TITLE = "enquetes", "Enquêtes"
INTRODUCTION = "Le comité va à la rencontre des gens et leur pose quelques questions. Les résultats sont ici."
RIGHTS = {
    "Animation": {
        ("outing", "outing"): ("add", "change", "delete", "view"),
        ("sheet", "sheet"): ("add", "change", "view", "enter"),
    },
    "Secrétariat": {("outing", "outing"): ("add", "change", "delete", "view"), ("sheet", "sheet"): ("add", "change", "view")},
    "Accueil": {("sheet", "sheet"): ("enter",)},
}
NAMES = {"enter": "Can enter the sheets of field surveys"}


def next_path(path):
    """Returns the treebeard path after `path` among the children of one page."""
    number, digits = int(path[-STEPLEN:], 36) + 1, ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[rest] + digits
    return path[:-STEPLEN] + digits.rjust(STEPLEN, "0")


def create_page(apps, schema_editor):
    Page = apps.get_model("wagtailcore", "Page")
    home = Page.objects.filter(pk__in=apps.get_model("home", "HomePage").objects.values("pk")).first()
    if home is None:
        return
    children = Page.objects.filter(path__startswith=home.path, depth=home.depth + 1)
    if children.filter(slug=SLUG).exists():
        return
    content_types = apps.get_model("contenttypes", "ContentType").objects
    last = children.order_by("path").values_list("path", flat=True).last()
    now = timezone.now()
    apps.get_model("fieldwork", "SurveyIndexPage").objects.create(
        path=next_path(last or home.path + "0" * STEPLEN),
        depth=home.depth + 1,
        numchild=0,
        slug=SLUG,
        title=TITLE,
        draft_title=TITLE,
        introduction=INTRODUCTION,
        url_path=f"{home.url_path}{SLUG}/",
        content_type=content_types.get_or_create(app_label="fieldwork", model="surveyindexpage")[0],
        live=True,
        first_published_at=now,
        last_published_at=now,
        locale_id=home.locale_id,
        translation_key=uuid.uuid4(),
    )
    home.numchild += 1
    home.save(update_fields=["numchild"])


def give_rights(apps, schema_editor):
    content_types = apps.get_model("contenttypes", "ContentType").objects
    permissions = apps.get_model("auth", "Permission").objects
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        for (model, name), verbs in RIGHTS[group.name].items():
            content_type, _ = content_types.get_or_create(app_label="fieldwork", model=model)
            for verb in verbs:
                permission, _ = permissions.get_or_create(
                    content_type=content_type,
                    codename=f"{verb}_{model}",
                    defaults={"name": NAMES.get(verb, f"Can {verb} {name}")},
                )
                group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("home", "0014_resource_rights"), ("fieldwork", "0002_surveys")]
    operations = [
        migrations.RunPython(create_page, migrations.RunPython.noop),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
