"""The group "Accueil" enters what people say at a desk or by phone, and does nothing else; "Animation" may do so too."""

from django.db import migrations

CODENAME = "enter_for_others"
RIGHTS = (
    ("participation", "deskentry", "Can enter proposals and comments for other people"),
    ("polls", "agententry", "Can answer nominative polls for other people"),
)


def permission(apps, app_label, model, codename, name):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model
    )
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": name}
    )
    return found


def create(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    rights = [permission(apps, app_label, model, CODENAME, name) for app_label, model, name in RIGHTS]
    desk, _ = Group.objects.get_or_create(name="Accueil")
    desk.permissions.add(*rights, permission(apps, "wagtailadmin", "admin", "access_admin", "Can access Wagtail admin"))
    Group.objects.get(name="Animation").permissions.add(*rights)


class Migration(migrations.Migration):
    dependencies = [
        ("participation", "0016_entries_for_somebody"),
        ("polls", "0004_answers_for_somebody"),
        ("home", "0002_site_structure"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
    ]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
