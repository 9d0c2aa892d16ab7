"""Gives permissions on redirects."""

from django.db import migrations

GROUPS = ["Rédaction", "Animation"]


def give_rights(apps, schema_editor):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="wagtailredirects", model="redirect"
    )
    for verb in ("add", "change", "delete"):
        permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type, codename=f"{verb}_redirect", defaults={"name": f"Can {verb} redirect"}
        )
        for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("home", "0007_spotlight_rights"), ("wagtailredirects", "0008_add_verbose_name_plural")]
    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
