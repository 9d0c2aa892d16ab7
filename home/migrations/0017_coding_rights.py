"""Gives permissions on the free texts of field surveys."""

from django.db import migrations

GROUPS = ["Rédaction", "Animation"]


def give_rights(apps, schema_editor):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="fieldwork", model="code"
    )
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename="code_texts",
        defaults={"name": "Can code the free texts of field surveys"},
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("home", "0016_place_rights"), ("fieldwork", "0004_coding")]
    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
