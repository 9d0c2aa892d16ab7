"""Gives permissions on learning resources and workshops."""

from django.db import migrations

GROUPS = ["Rédaction", "Animation"]
MODELS = {"resource": "resource to learn with", "workshop": "workshop"}


def give_rights(apps, schema_editor):
    permissions = []
    for model, name in MODELS.items():
        content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
            app_label="inclusion", model=model
        )
        for verb in ("add", "change", "view", "delete"):
            permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
                content_type=content_type, codename=f"{verb}_{model}", defaults={"name": f"Can {verb} {name}"}
            )
            permissions.append(permission)
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [("home", "0013_test_campaigns"), ("inclusion", "0002_learning")]
    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
