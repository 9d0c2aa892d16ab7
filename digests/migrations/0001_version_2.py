"""Tables of version 2.0.0, in place of the migrations of 1.1.0 (docs/releases.md)."""

import digests.models.subscribers
import django.db.models.deletion
import wagtail.fields
import wagtail.models.preview
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ("digests", "0001_schema"),
        ("digests", "0002_all_lines"),
        ("digests", "0003_names_of_the_city"),
        ("digests", "0004_messages_to_members"),
        ("digests", "0005_words_told"),
        ("digests", "0006_sending_asked"),
        ("digests", "0007_button_to_a_path"),
    ]

    initial = True

    dependencies = [
        ('committee', '0001_version_2'),
        ('mailing', '0001_version_2'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ConsentLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subscriber_hash', models.CharField(db_index=True, max_length=64, verbose_name='hash of the address')),
                ('act', models.CharField(choices=[('opt_in', 'Asked'), ('confirm', 'Confirmed'), ('opt_out', 'Stopped'), ('change', 'Changed a choice')], max_length=8, verbose_name='act')),
                ('frequency', models.CharField(blank=True, max_length=8, verbose_name='frequency')),
                ('detail', models.CharField(blank=True, max_length=200, verbose_name='choices')),
                ('text_version', models.CharField(max_length=20, verbose_name='version of the text')),
                ('channel', models.CharField(choices=[('form', 'Subscription page'), ('account', 'Account page'), ('mail', 'Link of a mail')], max_length=8, verbose_name='channel')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='EditorialWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('live', models.BooleanField(default=True, editable=False, verbose_name='live')),
                ('has_unpublished_changes', models.BooleanField(default=False, editable=False, verbose_name='has unpublished changes')),
                ('first_published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='first published at')),
                ('last_published_at', models.DateTimeField(editable=False, null=True, verbose_name='last published at')),
                ('go_live_at', models.DateTimeField(blank=True, null=True, verbose_name='go live date/time')),
                ('expire_at', models.DateTimeField(blank=True, null=True, verbose_name='expiry date/time')),
                ('expired', models.BooleanField(default=False, editable=False, verbose_name='expired')),
                ('body', models.TextField(help_text='Plain text, two or three short paragraphs. Leave an empty line between two paragraphs.', max_length=1000, verbose_name='words')),
                ('signature', models.CharField(help_text='Readers see it under the words. Example: Odile M., coordinator', max_length=80, verbose_name='signed by')),
                ('kind', models.CharField(blank=True, choices=[('monthly', 'Once a month'), ('weekly', 'Once a week'), ('daily', 'Once a day')], help_text='Leave it empty for all the letters.', max_length=8, verbose_name='in the letter that comes')),
                ('until', models.DateField(help_text='A letter of a later day does not have these words. Example: the day of a meeting.', verbose_name='last day')),
                ('latest_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='latest revision')),
                ('live_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='live revision')),
            ],
            options={
                'verbose_name': 'words at the top of the letter',
                'verbose_name_plural': 'words at the top of the letter',
                'ordering': ['-until', '-pk'],
                'permissions': [('preview_for_reader', 'Can see the letter of one reader before it leaves')],
            },
            bases=(wagtail.models.preview.PreviewableMixin, models.Model),
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('monthly', 'Once a month'), ('weekly', 'Once a week'), ('daily', 'Once a day')], max_length=8, verbose_name='frequency')),
                ('period_key', models.DateField(verbose_name='period')),
                ('slot_hour', models.PositiveSmallIntegerField(choices=[(7, 'at 7:00'), (12, 'at 12:00'), (18, 'at 18:00')], default=7, verbose_name='hour')),
                ('slot_at', models.DateTimeField(verbose_name='due at')),
                ('cutoff', models.DateTimeField(verbose_name='covers until')),
                ('expires_at', models.DateTimeField(verbose_name='of no use after')),
                ('status', models.CharField(choices=[('planning', 'Being planned'), ('planned', 'Planned'), ('cancelled', 'Cancelled')], default='planning', max_length=10, verbose_name='status')),
                ('status_reason', models.CharField(blank=True, max_length=40, verbose_name='reason')),
                ('candidates', models.PositiveIntegerField(default=0, verbose_name='readers')),
                ('planned', models.PositiveIntegerField(default=0, verbose_name='letters')),
                ('skipped', models.PositiveIntegerField(default=0, verbose_name='nothing to say')),
                ('batch', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='edition', to='mailing.batch', verbose_name='batch')),
                ('word', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='editions', to='digests.editorialword', verbose_name='words of the editors')),
            ],
            options={
                'verbose_name': 'edition',
                'verbose_name_plural': 'editions',
                'ordering': ['-slot_at', 'kind'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'period_key', 'slot_hour'), name='digests_edition_once')],
            },
        ),
        migrations.CreateModel(
            name='Newsletter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(help_text='The main thing. Example: The session of 30 November changes its room', max_length=90, verbose_name='subject')),
                ('body', wagtail.fields.StreamField([('heading', 0), ('text', 1), ('points', 3), ('button', 7)], block_lookup={0: ('wagtail.blocks.CharBlock', (), {'help_text': 'Example: The new room', 'icon': 'title', 'label': 'Heading', 'max_length': 80}), 1: ('wagtail.blocks.TextBlock', (), {'help_text': 'One idea per sentence. Leave an empty line between two paragraphs.', 'icon': 'pilcrow', 'label': 'Text', 'max_length': 2000}), 2: ('wagtail.blocks.CharBlock', (), {'label': 'Line', 'max_length': 300}), 3: ('wagtail.blocks.ListBlock', (2,), {'icon': 'list-ul', 'label': 'List'}), 4: ('wagtail.blocks.CharBlock', (), {'help_text': 'Start with a verb. Example: Register for a workshop', 'label': 'Words on the button', 'max_length': 60}), 5: ('wagtail.blocks.PageChooserBlock', (), {'help_text': 'Where the button leads. Example: the page of a call for proposals.', 'label': 'Page of the site', 'required': False}), 6: ('cms.fields.AddressBlock', (), {'label': 'Or an address', 'required': False}), 7: ('wagtail.blocks.StructBlock', [[('label', 4), ('page', 5), ('url', 6)]], {})}, verbose_name='text')),
                ('audience', models.CharField(choices=[('readers', 'All readers of the letter'), ('topic', 'Those who follow a subject'), ('members', 'Members of the committee')], default='readers', max_length=8, verbose_name='for')),
                ('group', models.CharField(choices=[('all', 'All members, also those whose mandate is to come'), ('college', 'The members of one college'), ('expected', 'Those expected at a session: one for each seat'), ('silent', 'Those called to a session who announced no absence')], db_default='all', default='all', help_text='For “Members of the committee”.', max_length=8, verbose_name='which members')),
                ('college', models.CharField(blank=True, db_default='', default='', help_text='For “The members of one college”.', max_length=80, verbose_name='college')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('scheduled', 'Scheduled'), ('planned', 'Sent, or being sent'), ('cancelled', 'Cancelled')], default='draft', editable=False, max_length=10, verbose_name='status')),
                ('status_reason', models.CharField(blank=True, editable=False, max_length=40, verbose_name='reason')),
                ('send_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='to be sent at')),
                ('sending_asked_at', models.DateTimeField(editable=False, null=True, verbose_name='sending asked for at')),
                ('created_at', models.DateTimeField(editable=False, verbose_name='created at')),
                ('recipient_count', models.PositiveIntegerField(editable=False, null=True, verbose_name='recipients')),
                ('batch', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='newsletter', to='mailing.batch', verbose_name='batch')),
                ('sent_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent by')),
                ('session', models.ForeignKey(blank=True, help_text='For those called to a session, or expected there.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='committee.sessionpage', verbose_name='session')),
                ('topic', models.ForeignKey(blank=True, help_text='For “Those who follow a subject”.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='newsletters', to='committee.topicpage', verbose_name='followed subject')),
                ('writer', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
            ],
            options={
                'verbose_name': 'message to readers or members',
                'verbose_name_plural': 'messages to readers or members',
                'ordering': ['-created_at', '-pk'],
                'permissions': [('send_newsletter', 'Can send a message to the readers')],
            },
        ),
        migrations.CreateModel(
            name='AddressedMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by_mail', models.BooleanField(verbose_name='by e-mail')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='committee.member', verbose_name='member')),
                ('newsletter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addressed', to='digests.newsletter')),
            ],
            options={
                'verbose_name': 'member to whom a message went',
                'verbose_name_plural': 'members to whom a message went',
                'ordering': ['member__name', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('newsletter', 'member'), name='digests_member_addressed_once')],
            },
        ),
        migrations.CreateModel(
            name='SessionReminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(verbose_name='asked at')),
                ('told', models.CharField(blank=True, editable=False, max_length=64, verbose_name='facts told')),
                ('said', models.JSONField(blank=True, editable=False, null=True, verbose_name='words told')),
                ('times_told', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='times told')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='committee.sessionpage', verbose_name='session')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='session_reminders', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'reminder of a session',
                'verbose_name_plural': 'reminders of sessions',
                'constraints': [models.UniqueConstraint(fields=('user', 'session'), name='digests_reminder_once')],
            },
        ),
        migrations.CreateModel(
            name='Subscriber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=320, unique=True, verbose_name='e-mail address')),
                ('status', models.CharField(choices=[('unconfirmed', 'Not confirmed yet'), ('active', 'Gets the letter'), ('stopped', 'Does not get the letter any more')], default='unconfirmed', max_length=12, verbose_name='status')),
                ('frequency', models.CharField(choices=[('monthly', 'Once a month'), ('weekly', 'Once a week'), ('daily', 'Once a day')], default='monthly', max_length=8, verbose_name='frequency')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], default=0, verbose_name='day of the weekly letter')),
                ('hour', models.PositiveSmallIntegerField(choices=[(7, 'at 7:00'), (12, 'at 12:00'), (18, 'at 18:00')], default=7, verbose_name='hour')),
                ('rhythm_since', models.DateTimeField(blank=True, null=True, verbose_name='rhythm chosen at')),
                ('paused_until', models.DateField(blank=True, null=True, verbose_name='pause until')),
                ('only_topics', models.BooleanField(default=False, verbose_name='only these subjects')),
                ('immediate', models.BooleanField(default=True, verbose_name='told at once what concerns them')),
                ('verified_at', models.DateTimeField(blank=True, null=True, verbose_name='address verified at')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='reader since')),
                ('token_nonce', models.CharField(default=digests.models.subscribers.new_nonce, editable=False, max_length=16)),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('topics', models.ManyToManyField(blank=True, related_name='readers', to='committee.topicpage', verbose_name='subjects')),
                ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='subscriber', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'reader of the letter',
                'verbose_name_plural': 'readers of the letter',
                'indexes': [models.Index(fields=['status', 'frequency', 'weekday', 'hour', 'id'], name='digests_subscriber_classes')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('status', 'active'), _negated=True), models.Q(('started_at__isnull', False), ('verified_at__isnull', False)), _connector='OR'), name='digests_subscriber_active_is_verified')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_cursor', models.DateTimeField(verbose_name='from')),
                ('to_cursor', models.DateTimeField(verbose_name='until')),
                ('items', models.JSONField(default=list, verbose_name='items')),
                ('message', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='delivery', to='mailing.message', verbose_name='e-mail')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='digests.edition', verbose_name='edition')),
                ('subscriber', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='digests.subscriber', verbose_name='reader')),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'deliveries',
                'indexes': [models.Index(fields=['subscriber', '-to_cursor'], name='digests_del_subscri_5d6106_idx')],
                'constraints': [models.UniqueConstraint(fields=('edition', 'subscriber'), name='digests_delivery_once')],
            },
        ),
    ]
