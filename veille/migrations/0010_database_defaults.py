"""Adds database defaults for columns that the previous release does not fill, so that it can write to the new schema."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('veille', '0009_withdrawals'),
    ]

    operations = [
        migrations.AlterField(
            model_name='readingitem',
            name='reason',
            field=models.CharField(blank=True, choices=[('known', 'We have an example that is very much like it.'), ('no_effect', 'The page does not say what changed for people.'), ('other_subject', 'It is about something else than public digital services.'), ('unreadable', 'The page cannot be read without an account, or not at all.'), ('advertising', 'The page sells something.')], db_default='', default='', max_length=14, verbose_name='reason'),
        ),
        migrations.AlterField(
            model_name='readingitem',
            name='thanks_by_name',
            field=models.BooleanField(db_default=False, default=False, verbose_name='the example may thank the person by name'),
        ),
        migrations.AlterField(
            model_name='veilleentrypage',
            name='archived_url',
            field=models.URLField(blank=True, db_default='', default='', help_text='Readers find it beside the source, and first once the source is gone.', max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='address of an archived copy'),
        ),
        migrations.AlterField(
            model_name='veilleentrypage',
            name='stance',
            field=models.CharField(blank=True, choices=[('a-adopter', 'To adopt'), ('a-adapter', 'To adapt'), ('a-suivre', 'To watch'), ('pas-pour-nous', 'Not for us')], db_default='', db_index=True, default='', max_length=14, verbose_name='stance of the committee'),
        ),
    ]
