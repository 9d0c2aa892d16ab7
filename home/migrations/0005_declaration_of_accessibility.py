"""The declaration of accessibility becomes a page type of its own, at the same address and with the same key."""

from django.db import migrations

ADDRESS = "/home/accessibilite/"


def convert(apps, schema_editor):
    """Turns the standard page into a declaration. What was written in it stays in its history of revisions."""
    StandardPage = apps.get_model("cms", "StandardPage")
    AccessibilityPage = apps.get_model("cms", "AccessibilityPage")
    Page = apps.get_model("wagtailcore", "Page")
    Revision = apps.get_model("wagtailcore", "Revision")
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="cms", model="accessibilitypage"
    )
    page = StandardPage.objects.filter(url_path=ADDRESS).first()
    if page is None:
        return
    declaration = AccessibilityPage(page_ptr_id=page.pk, introduction=page.introduction)
    for field in Page._meta.concrete_fields:
        setattr(declaration, field.attname, getattr(page, field.attname))
    declaration.content_type = content_type
    declaration.latest_revision = declaration.live_revision = None
    declaration.save()
    # Only the part of its former type: the page itself stays.
    StandardPage.objects.filter(pk=page.pk)._raw_delete(schema_editor.connection.alias)
    Revision.objects.filter(object_id=str(page.pk), content_type_id=page.content_type_id).update(
        content_type=content_type
    )


def configure(apps, schema_editor):
    """Makes the one row of the configuration, which the first reader would make otherwise."""
    SiteConfiguration = apps.get_model("cms", "SiteConfiguration")
    if not SiteConfiguration.objects.exists():
        SiteConfiguration.objects.create()


class Migration(migrations.Migration):
    dependencies = [("home", "0004_picture_rights"), ("cms", "0003_declaration_and_related")]
    operations = [
        migrations.RunPython(convert, migrations.RunPython.noop),
        migrations.RunPython(configure, migrations.RunPython.noop),
    ]
