"""« Rédaction » writes the words at the top and drafts messages; « Animation » sends them, and sees one reader's letter."""

from django.db import migrations

WRITE = {
    "editorialword": {
        "add_editorialword": "Can add words at the top of the letter",
        "change_editorialword": "Can change words at the top of the letter",
        "view_editorialword": "Can view words at the top of the letter",
        "delete_editorialword": "Can delete words at the top of the letter",
        "publish_editorialword": "Can publish words at the top of the letter",
    },
    "newsletter": {
        "add_newsletter": "Can add message to the readers",
        "change_newsletter": "Can change message to the readers",
        "view_newsletter": "Can view message to the readers",
        "delete_newsletter": "Can delete message to the readers",
    },
}
STEER = {
    "newsletter": {"send_newsletter": "Can send a message to the readers"},
    "editorialword": {"preview_for_reader": "Can see the letter of one reader before it leaves"},
}
GROUPS = {"Rédaction": [WRITE], "Animation": [WRITE, STEER]}


def grant(apps, schema_editor):
    for name, tables in GROUPS.items():
        group = apps.get_model("auth", "Group").objects.get(name=name)
        for model, rights in [row for table in tables for row in table.items()]:
            content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
                app_label="digests", model=model
            )
            for codename, label in rights.items():
                permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
                    content_type=content_type, codename=codename, defaults={"name": label}
                )
                group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("digests", "0004_words_and_newsletters"), ("home", "0002_site_structure")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
