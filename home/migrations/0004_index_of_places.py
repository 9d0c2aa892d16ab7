"""Removes proposals from the search index, which is rebuilt with their places after `migrate`."""

from django.db import migrations


def leave_the_index(apps, schema_editor):
    entries = apps.get_model("modelsearch", "IndexEntry").objects
    entries.filter(content_type__app_label="participation", content_type__model="proposal").delete()


class Migration(migrations.Migration):
    dependencies = [("home", "0003_search"), ("participation", "0001_schema")]
    operations = [migrations.RunPython(leave_the_index, migrations.RunPython.noop, elidable=True)]
