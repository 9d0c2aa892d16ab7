"""Gives permissions on the comparison of metropolises."""

from django.db import migrations

GROUPS = ["Rédaction", "Animation"]
MODELS = {"city": "metropolis", "criterion": "criterion", "observation": "finding"}


def give_rights(apps, schema_editor):
    permissions = []
    for model, name in MODELS.items():
        content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="veille", model=model)
        for verb in ("add", "change", "view", "delete"):
            permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
                content_type=content_type, codename=f"{verb}_{model}", defaults={"name": f"Can {verb} {name}"}
            )
            permissions.append(permission)
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [("home", "0010_sources_and_items"), ("veille", "0005_observation_guard")]
    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
