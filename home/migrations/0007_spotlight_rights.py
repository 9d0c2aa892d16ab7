"""The one row of what the site puts forward, and the rights on it: of those who write and of those who steer."""

from django.db import migrations

GROUPS = ["Rédaction", "Animation"]


def make_row(apps, schema_editor):
    """Makes the row that the first reader would make otherwise."""
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
