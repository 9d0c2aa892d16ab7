"""Tables of version 2.0.0, in place of the migrations of 1.1.0 (docs/releases.md)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ("mailing", "0001_schema"),
        ("mailing", "0002_restored_mails"),
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('label', models.CharField(max_length=120, verbose_name='label')),
                ('status', models.CharField(choices=[('active', 'Active'), ('paused', 'Paused'), ('cancelled', 'Cancelled')], default='active', max_length=10, verbose_name='status')),
                ('status_reason', models.CharField(blank=True, max_length=120, verbose_name='reason')),
                ('pause_reason', models.CharField(blank=True, choices=[('temporary', 'The mail server refused 20 e-mails in a row, for now'), ('permanent', 'More than 5 % of the last e-mails were refused for good'), ('policy', 'The mail server does not want e-mails of this site'), ('by_hand', 'Paused by a person')], max_length=10, verbose_name='why it is paused')),
                ('resume_at', models.DateTimeField(blank=True, null=True, verbose_name='resumes at')),
                ('resumed_at', models.DateTimeField(blank=True, null=True, verbose_name='resumed at')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
            ],
            options={
                'verbose_name': 'batch of e-mails',
                'verbose_name_plural': 'batches of e-mails',
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('to_email', models.EmailField(max_length=320, verbose_name='to')),
                ('dedupe_key', models.CharField(max_length=120, unique=True)),
                ('message_id', models.CharField(max_length=255, unique=True, verbose_name='Message-ID')),
                ('priority', models.PositiveSmallIntegerField(choices=[(0, 'Personal'), (5, 'Batch')], default=0, verbose_name='priority')),
                ('state', models.CharField(choices=[('pending', 'Waiting'), ('claimed', 'Taken by a worker'), ('sending', 'Being sent'), ('sent', 'Sent'), ('failed', 'Failed'), ('held', 'Held: it may have been sent twice'), ('restored', 'Held: it comes from a backup'), ('bounced', 'Sent, then it came back'), ('expired', 'Too late'), ('cancelled', 'Cancelled'), ('skipped_empty', 'Nothing to say')], default='pending', max_length=15, verbose_name='state')),
                ('claim', models.UUIDField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True, verbose_name='lease until')),
                ('next_attempt_at', models.DateTimeField(verbose_name='next attempt at')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('uncertain', models.PositiveSmallIntegerField(default=0, verbose_name='uncertain attempts')),
                ('payload', models.JSONField(blank=True, null=True)),
                ('context', models.JSONField(blank=True, default=dict)),
                ('smtp_code', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='answer of the server')),
                ('last_error', models.CharField(blank=True, max_length=80, verbose_name='last error')),
                ('created_at', models.DateTimeField(db_index=True, verbose_name='created at')),
                ('tried_at', models.DateTimeField(blank=True, null=True, verbose_name='last tried at')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent at')),
                ('expires_at', models.DateTimeField(verbose_name='expires at')),
                ('batch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='mailing.batch', verbose_name='batch')),
            ],
            options={
                'verbose_name': 'e-mail',
                'verbose_name_plural': 'e-mails',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['priority', 'next_attempt_at', 'id'], name='mailing_message_due'), models.Index(condition=models.Q(('state__in', ['claimed', 'sending'])), fields=['lease_until'], name='mailing_message_leases'), models.Index(condition=models.Q(('state__in', ['pending', 'held', 'restored'])), fields=['expires_at'], name='mailing_message_expiry'), models.Index(fields=['batch', 'state'], name='mailing_mes_batch_i_7b237c_idx'), models.Index(condition=models.Q(('batch__isnull', False), ('tried_at__isnull', False)), fields=['batch', '-tried_at'], name='mailing_message_tried'), models.Index(fields=['to_email'], name='mailing_mes_to_emai_f57a4a_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('claim__isnull', False), ('lease_until__isnull', False), ('state__in', ['claimed', 'sending'])), models.Q(models.Q(('state__in', ['claimed', 'sending']), _negated=True), ('claim__isnull', True)), _connector='OR'), name='mailing_message_worker_holds_a_claim')],
            },
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='name')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'heartbeat',
                'verbose_name_plural': 'heartbeats',
            },
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email_hash', models.CharField(max_length=64, unique=True, verbose_name='hash of the address')),
                ('reason', models.CharField(choices=[('hard_bounce', 'The address does not exist'), ('bounces', 'Three e-mails came back'), ('complaint', 'Complaint'), ('manual', 'Asked by hand'), ('erased', 'Account erased')], max_length=12, verbose_name='reason')),
                ('created_at', models.DateTimeField(verbose_name='since')),
            ],
            options={
                'verbose_name': 'suppressed address',
                'verbose_name_plural': 'suppressed addresses',
            },
        ),
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('adopted_at', models.DateTimeField(verbose_name='since')),
                ('restored_from', models.DateTimeField(blank=True, null=True, verbose_name='restored from a backup of')),
            ],
            options={
                'verbose_name': 'identity',
                'verbose_name_plural': 'identities',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='mailing_identity_is_one_row')],
            },
        ),
        migrations.CreateModel(
            name='Bounce',
            fields=[
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='bounce', serialize=False, to='mailing.message', verbose_name='e-mail')),
                ('email_hash', models.CharField(max_length=64, verbose_name='hash of the address')),
                ('status', models.CharField(blank=True, max_length=12, verbose_name='status')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'returned e-mail',
                'verbose_name_plural': 'returned e-mails',
                'indexes': [models.Index(fields=['email_hash', 'at'], name='mailing_bou_email_h_ed07ba_idx')],
            },
        ),
    ]
