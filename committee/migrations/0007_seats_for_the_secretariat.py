"""The groups "Secrétariat" and "Animation" look after the seats, as after the members."""

from django.db import migrations

GROUPS = ("Secrétariat", "Animation")
VERBS = ("add", "change", "view", "delete")


def grant(apps, schema_editor):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="committee", model="seat"
    )
    permissions = [
        apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type, codename=f"{verb}_seat", defaults={"name": f"Can {verb} seat"}
        )[0]
        for verb in VERBS
    ]
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [("committee", "0006_seats"), ("home", "0002_site_structure")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
