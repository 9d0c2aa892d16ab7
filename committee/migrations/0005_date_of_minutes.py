from django.db import migrations


def date_minutes(apps, schema_editor):
    """Minutes from before this date was kept were online at the latest when the page was last published."""
    for page in apps.get_model("committee", "SessionPage").objects.filter(live=True).iterator():
        if page.minutes:
            page.minutes_published_at = page.last_published_at
            page.save(update_fields=["minutes_published_at"])


class Migration(migrations.Migration):
    dependencies = [("committee", "0004_decisions_and_deliverables")]

    operations = [migrations.RunPython(date_minutes, migrations.RunPython.noop)]
