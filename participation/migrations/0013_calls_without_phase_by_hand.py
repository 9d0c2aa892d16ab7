"""The phase of a call is what its dates say."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("participation", "0012_dates_of_existing_calls")]
    operations = [
        migrations.RemoveField(model_name="callpage", name="phase"),
        migrations.RemoveField(model_name="callpage", name="opens_at"),
    ]
