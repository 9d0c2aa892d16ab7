"""Corrects the first introduction of the home page (residents sit, not agents), unless editors have changed it."""

from django.db import migrations

BEFORE = "Le comité réunit des habitantes, des habitants et des agents."
AFTER = "Le comité réunit des habitantes et des habitants."


def say_who_sits(apps, schema_editor):
    revisions = apps.get_model("wagtailcore", "Revision")
    for page in apps.get_model("home", "HomePage").objects.filter(introduction__startswith=BEFORE):
        page.introduction = page.introduction.replace(BEFORE, AFTER, 1)
        page.save(update_fields=["introduction"])
        # The edit form opens the latest draft.
        for revision in revisions.objects.filter(pk=page.latest_revision_id):
            text = revision.content.get("introduction", "")
            revision.content["introduction"] = text.replace(BEFORE, AFTER, 1)
            revision.save(update_fields=["content"])


class Migration(migrations.Migration):
    dependencies = [("home", "0020_one_index_less")]

    operations = [migrations.RunPython(say_who_sits, migrations.RunPython.noop)]
