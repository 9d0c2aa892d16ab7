"""Proposals and members leave the index of the search, which is made again after `migrate`.

It holds the places of proposals from now on, and titles and names without accents for the choosers.
"""

from django.db import migrations


def leave_the_index(apps, schema_editor):
    entries = apps.get_model("modelsearch", "IndexEntry").objects
    for app, model in (("participation", "proposal"), ("committee", "member")):
        entries.filter(content_type__app_label=app, content_type__model=model).delete()


class Migration(migrations.Migration):
    dependencies = [("home", "0003_search"), ("participation", "0001_schema")]
    operations = [migrations.RunPython(leave_the_index, migrations.RunPython.noop, elidable=True)]
