"""Gives permissions on the indicators of the committee and their values to the groups Secrétariat and Animation."""

from django.db import migrations

GROUPS = ["Secrétariat", "Animation"]
RIGHTS = {
    ("indicator", "indicator"): ("add", "change", "view", "delete"),
    ("measurement", "value of an indicator"): ("add", "view"),
}


def give_rights(apps, schema_editor):
    groups = list(apps.get_model("auth", "Group").objects.filter(name__in=GROUPS))
    for (model, name), verbs in RIGHTS.items():
        content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
            app_label="indicators", model=model
        )
        for verb in verbs:
            permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
                content_type=content_type, codename=f"{verb}_{model}", defaults={"name": f"Can {verb} {name}"}
            )
            for group in groups:
                group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("home", "0011_benchmark_rights"), ("indicators", "0003_defined")]
    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
