"""Adds database defaults to columns that the previous release does not fill, so that it can run on the new schema."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('committee', '0008_leaving_members'),
    ]

    operations = [
        migrations.AlterField(
            model_name='partnerbodypage',
            name='website',
            field=models.URLField(blank=True, db_default='', default='', help_text='The page links to it. Example: https://www.strasbourg.eu/', validators=[django.core.validators.URLValidator(schemes=['https', 'http'])], verbose_name='its site'),
        ),
        migrations.AlterField(
            model_name='sessionpage',
            name='online_link',
            field=models.URLField(blank=True, db_default='', default='', help_text='Only the members who sit see it, signed in, and in their reminder. Use a new one each time.', max_length=300, validators=[django.core.validators.URLValidator(['https'], message='Write an address that starts with https://.')], verbose_name='link to take part from afar'),
        ),
        migrations.AlterField(
            model_name='topicpage',
            name='website',
            field=models.URLField(blank=True, db_default='', default='', help_text='The page links to it. Example: https://www.strasbourg.eu/', validators=[django.core.validators.URLValidator(schemes=['https', 'http'])], verbose_name='its site'),
        ),
    ]
