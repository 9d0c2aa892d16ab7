"""The groups "Secrétariat" and "Animation" prepare the reports of the years and put the three questions."""

from django.db import migrations

GROUPS = ("Secrétariat", "Animation")
RIGHTS = {"restitution": "restitution", "survey": "survey of who takes part"}
VERBS = ("add", "change", "view")


def grant(apps, schema_editor):
    permissions = []
    for model, name in RIGHTS.items():
        content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
            app_label="indicators", model=model
        )
        for verb in VERBS:
            permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
                content_type=content_type, codename=f"{verb}_{model}", defaults={"name": f"Can {verb} {name}"}
            )
            permissions.append(permission)
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_initial"), ("home", "0002_site_structure")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
