"""Creates the row of the spotlight, and gives permissions on it to the groups Rédaction and Animation."""

from django.db import migrations

GROUPS = ["Rédaction", "Animation"]


def make_row(apps, schema_editor):
    """Creates the row, which would otherwise be created at the first request."""
    apps.get_model("cms", "Spotlight").objects.create()


def give_rights(apps, schema_editor):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="cms", model="spotlight")
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename="change_spotlight", defaults={"name": "Can change alert and spotlight"}
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("home", "0006_partner_bodies"), ("cms", "0003_spotlight")]
    operations = [
        migrations.RunPython(make_row, migrations.RunPython.noop),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
