"""Members who were shown by name agreed to it, nobody knows when; the secretariat looks after the members' files."""

from django.db import migrations

GROUPS = ("Secrétariat", "Animation")
VERBS = ("add", "change", "view", "delete")


def keep_named(apps, schema_editor):
    apps.get_model("committee", "Member").objects.update(is_named=True)


def grant(apps, schema_editor):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="committee", model="memberdocument"
    )
    permissions = [
        apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type,
            codename=f"{verb}_memberdocument",
            defaults={"name": f"Can {verb} document of the members"},
        )[0]
        for verb in VERBS
    ]
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [("committee", "0012_people"), ("home", "0002_site_structure")]
    operations = [
        migrations.RunPython(keep_named, migrations.RunPython.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
