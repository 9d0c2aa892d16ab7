"""Adds database defaults for columns that the previous release does not fill, to let it write to the new schema."""

import django.core.validators
import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fieldwork', '0005_volunteers'),
    ]

    operations = [
        migrations.AlterField(
            model_name='outing',
            name='cancelled_because',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=200, verbose_name='why it is cancelled'),
        ),
        migrations.AlterField(
            model_name='outing',
            name='changed_at',
            field=models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='changed at'),
        ),
        migrations.AlterField(
            model_name='outing',
            name='created_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now, editable=False, verbose_name='created at'),
        ),
        migrations.AlterField(
            model_name='scenario',
            name='minutes',
            field=models.PositiveSmallIntegerField(db_default=10, default=10, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(120)], verbose_name='about how many minutes'),
        ),
    ]
