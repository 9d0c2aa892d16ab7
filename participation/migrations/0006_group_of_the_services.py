"""The group "Services" answers proposals officially, and does nothing else; "Animation" may do so too."""

from django.db import migrations

CODENAME = "answer_proposal"


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
    answer = permission(apps, "participation", "proposal", CODENAME, "Can answer proposals officially")
    services, _ = Group.objects.get_or_create(name="Services")
    services.permissions.add(answer, permission(apps, "wagtailadmin", "admin", "access_admin", "Can access Wagtail admin"))
    Group.objects.get(name="Animation").permissions.add(answer)


class Migration(migrations.Migration):
    dependencies = [
        ("participation", "0005_steps_and_answers_of_existing_proposals"),
        ("home", "0002_site_structure"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
    ]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
