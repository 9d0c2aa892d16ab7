"""Gives permissions on the sources of the watch and on the reading list."""

from django.db import migrations

GROUPS = ["Rédaction", "Animation"]
RIGHTS = {"source": ["add", "change", "delete", "view"], "readingitem": ["change", "view"]}
NAMES = {"source": "source of the watch", "readingitem": "item to read"}


def give_rights(apps, schema_editor):
    content_types = apps.get_model("contenttypes", "ContentType").objects
    permissions = apps.get_model("auth", "Permission").objects
    given = []
    for model, verbs in RIGHTS.items():
        content_type, _ = content_types.get_or_create(app_label="veille", model=model)
        for verb in verbs:
            permission, _ = permissions.get_or_create(
                content_type=content_type,
                codename=f"{verb}_{model}",
                defaults={"name": f"Can {verb} {NAMES[model]}"},
            )
            given.append(permission)
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.add(*given)


class Migration(migrations.Migration):
    dependencies = [("home", "0009_beginnings_without_accents"), ("veille", "0003_sources_and_items")]
    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
