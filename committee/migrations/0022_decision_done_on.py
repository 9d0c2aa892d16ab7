"""Adds the done state of decisions. Decisions overdue already are not shown as late: they could not be marked
before."""

from django.db import migrations, models
from django.utils import timezone


def leave_the_past(apps, schema_editor):
    decisions = apps.get_model("committee", "SessionDecision").objects.using(schema_editor.connection.alias)
    decisions.filter(due_on__lt=timezone.localdate()).update(is_followed=False)


class Migration(migrations.Migration):

    dependencies = [
        ('committee', '0021_workshop_deliverables'),
    ]

    operations = [
        migrations.AddField(
            model_name='sessiondecision',
            name='done_on',
            field=models.DateField(blank=True, null=True, verbose_name='done on'),
        ),
        migrations.AddField(
            model_name='sessiondecision',
            name='is_followed',
            field=models.BooleanField(db_default=True, default=True, editable=False),
        ),
        migrations.RunPython(leave_the_past, migrations.RunPython.noop, elidable=True),
    ]
