"""Editors may add pictures and documents.

Wagtail looks for these rights on its own `Image` and `Document`, whatever model the site uses: those that
0002_site_structure gave on the site's models had no effect.
"""

from django.db import migrations

RIGHTS = [("wagtailimages", "image"), ("wagtaildocs", "document")]
VERBS = ("add", "change", "choose")
WITHOUT_EFFECT = [f"{verb}_{model}" for verb in VERBS for model in ("customimage", "customdocument")]


def permission(apps, app_label, model, codename):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model
    )
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": f"Can {codename.replace('_', ' ')}"}
    )
    return found


def move_rights(apps, schema_editor):
    given = apps.get_model("wagtailcore", "GroupCollectionPermission").objects
    without_effect = given.filter(permission__codename__in=WITHOUT_EFFECT)
    for group_id, collection_id in without_effect.values_list("group_id", "collection_id").distinct():
        for app_label, model in RIGHTS:
            for verb in VERBS:
                right = permission(apps, app_label, model, f"{verb}_{model}")
                given.get_or_create(group_id=group_id, collection_id=collection_id, permission=right)
    without_effect.delete()


def nothing(apps, schema_editor):
    """The rights that this gave are those that editors need."""


class Migration(migrations.Migration):
    dependencies = [("home", "0003_french_search")]
    operations = [migrations.RunPython(move_rights, nothing)]
