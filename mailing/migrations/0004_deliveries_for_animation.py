"""The group "Animation" may pause, resume and cancel what is sent, and write to a suppressed address again."""

from django.db import migrations

RIGHTS = {
    "batch": {"view_batch": "Can view batch", "change_batch": "Can change batch"},
    "suppression": {"view_suppression": "Can view suppression", "delete_suppression": "Can delete suppression"},
}


def grant(apps, schema_editor):
    group = apps.get_model("auth", "Group").objects.get(name="Animation")
    for model, rights in RIGHTS.items():
        content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
            app_label="mailing", model=model
        )
        for codename, name in rights.items():
            permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
                content_type=content_type, codename=codename, defaults={"name": name}
            )
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("mailing", "0003_delivery"), ("home", "0002_site_structure")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
