"""Tables of version 2.0.0, in place of the migrations of 1.1.0 (docs/releases.md)."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ("auditlog", "0001_schema"),
        ("auditlog", "0002_moment_guard"),
        ("auditlog", "0003_common_guards"),
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='at')),
                ('kind', models.CharField(choices=[('sign_in', 'Sign-ins'), ('limit', 'Limits reached'), ('rights', 'Rights'), ('account', 'Accounts: passwords, addresses, sessions'), ('export', 'Exports'), ('erasure', 'Erasures'), ('moderation', 'Moderation'), ('settings', 'Settings of the site'), ('poll', 'Polls'), ('content', 'Pages, sessions and mailings')], max_length=12, verbose_name='kind')),
                ('action', models.CharField(max_length=100, verbose_name='act')),
                ('result', models.CharField(choices=[('done', 'Done'), ('refused', 'Refused')], default='done', max_length=8, verbose_name='result')),
                ('actor', models.BigIntegerField(db_index=True, null=True, verbose_name='account that acted')),
                ('model', models.CharField(blank=True, max_length=100, verbose_name='type of the object')),
                ('object_id', models.CharField(blank=True, max_length=255, verbose_name='number of the object')),
                ('details', models.TextField(blank=True, verbose_name='details')),
                ('network', models.CharField(blank=True, max_length=43, verbose_name='network')),
            ],
            options={
                'verbose_name': 'entry of the audit log',
                'verbose_name_plural': 'entries of the audit log',
                'ordering': ['-at', '-pk'],
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['kind', '-at'], name='auditlog_by_kind'), models.Index(fields=['model', 'object_id'], name='auditlog_by_object')],
            },
        ),
        # Switch of the guard (common/guards.py): a table without a model.
        migrations.RunSQL(
            [
                "CREATE TABLE auditlog_switch (id integer PRIMARY KEY CHECK (id = 1), is_open boolean NOT NULL)",
                "INSERT INTO auditlog_switch (id, is_open) VALUES (1, false)",
            ],
            "DROP TABLE auditlog_switch",
        ),
    ]
