"""Tables of version 2.0.0, in place of the migrations of 1.1.0 (docs/releases.md)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ("home", "0001_schema"),
        ("home", "0022_search_words"),
        ("home", "0024_empty_searches"),
    ]

    initial = True

    dependencies = [
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='AppliedRights',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rights', models.JSONField(default=dict)),
            ],
            options={
                'verbose_name': 'applied rights of the groups',
                'verbose_name_plural': 'applied rights of the groups',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='HomePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('introduction', models.TextField(blank=True, help_text='One or two short sentences. They are shown under the title, in lists, in feeds and in e-mails.', max_length=400, verbose_name='introduction')),
                ('search_words', models.CharField(blank=True, db_default='', default='', help_text='Other words by which readers look for this page. They are not shown. Example: wifi, computer.', max_length=200, verbose_name='search words')),
            ],
            options={
                'verbose_name': 'home page',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='EmptySearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=60, verbose_name='words')),
                ('month', models.DateField(db_index=True, help_text='Its first day.', verbose_name='month')),
                ('count', models.PositiveIntegerField(db_default=1, default=1, verbose_name='times')),
            ],
            options={
                'verbose_name': 'search without a result',
                'verbose_name_plural': 'searches without a result',
                'constraints': [models.UniqueConstraint(fields=('words', 'month'), name='home_empty_search_once_a_month')],
            },
        ),
    ]
