"""The group "Animation" may look into the register of editions."""

from django.db import migrations


def grant(apps, schema_editor):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="digests", model="edition"
    )
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename="view_edition", defaults={"name": "Can view edition"}
    )
    apps.get_model("auth", "Group").objects.get(name="Animation").permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("digests", "0001_initial"), ("home", "0002_site_structure")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
