"""Adds the pages of two partner bodies of the seed, below the committee page.

A site without the committee page, or with another page at one of these URLs, is not changed.
"""

import uuid

from django.db import migrations
from django.utils import timezone

STEPLEN = 4
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# (slug, title, introduction, office)
BODIES = [
    (
        "conseil-de-developpement",
        "Conseil de développement",
        "Une assemblée de la société civile, qui donne son avis sur les projets du territoire.",
        "development-council",
    ),
    (
        "comite-partenarial",
        "Comité stratégique partenarial",
        "Une instance où une personne du comité parle au nom des usagers.",
        "partnership",
    ),
]


def next_path(path):
    """Returns the treebeard path after `path` among the children of one page."""
    number = int(path[-STEPLEN:], 36) + 1
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = ALPHABET[rest] + digits
    return path[:-STEPLEN] + digits.rjust(STEPLEN, "0")


def create_pages(apps, schema_editor):
    Page = apps.get_model("wagtailcore", "Page")
    PartnerBodyPage = apps.get_model("committee", "PartnerBodyPage")
    content_types = apps.get_model("contenttypes", "ContentType").objects
    content_type = content_types.get_or_create(app_label="committee", model="partnerbodypage")[0]
    parent = Page.objects.filter(pk__in=apps.get_model("committee", "CommitteePage").objects.values("pk")).first()
    if parent is None:
        return
    now = timezone.now()
    for slug, title, introduction, office in BODIES:
        children = Page.objects.filter(path__startswith=parent.path, depth=parent.depth + 1)
        if children.filter(slug=slug).exists():
            continue
        last = children.order_by("path").values_list("path", flat=True).last()
        PartnerBodyPage.objects.create(
            path=next_path(last or parent.path + "0" * STEPLEN),
            depth=parent.depth + 1,
            numchild=0,
            slug=slug,
            title=title,
            draft_title=title,
            introduction=introduction,
            office=office,
            url_path=f"{parent.url_path}{slug}/",
            content_type=content_type,
            live=True,
            first_published_at=now,
            last_published_at=now,
            locale_id=parent.locale_id,
            translation_key=uuid.uuid4(),
        )
        parent.numchild += 1
        parent.save(update_fields=["numchild"])


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0005_french_roots"),
        ("committee", "0003_partner_bodies"),
        ("participation", "0005_proposals_in_referrals"),
    ]
    operations = [migrations.RunPython(create_pages, migrations.RunPython.noop)]
