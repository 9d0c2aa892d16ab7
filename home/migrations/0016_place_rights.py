"""Gives permissions on places of help and on readers' reports about them.

No group may delete a place, or write a report on behalf of a reader.
"""

from django.db import migrations

GROUPS = ["Rédaction", "Animation"]
RIGHTS = {
    ("place", "place of help"): ("add", "change", "view"),
    ("placereport", "report of a reader"): ("change", "view"),
}


def give_rights(apps, schema_editor):
    groups = list(apps.get_model("auth", "Group").objects.filter(name__in=GROUPS))
    for (model, name), verbs in RIGHTS.items():
        content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
            app_label="inclusion", model=model
        )
        for verb in verbs:
            permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
                content_type=content_type, codename=f"{verb}_{model}", defaults={"name": f"Can {verb} {name}"}
            )
            for group in groups:
                group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("home", "0015_field_surveys"), ("inclusion", "0001_places")]
    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
