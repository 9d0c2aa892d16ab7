"""The groups "Secrétariat" and "Animation" look after the programmes of the years."""

from django.db import migrations

GROUPS = ("Secrétariat", "Animation")
VERBS = ("add", "change", "view")


def grant(apps, schema_editor):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="committee", model="workprogramme"
    )
    permissions = [
        apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type,
            codename=f"{verb}_workprogramme",
            defaults={"name": f"Can {verb} work programme of a year"},
        )[0]
        for verb in VERBS
    ]
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [("committee", "0008_work_programmes"), ("home", "0002_site_structure")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
