"""Tables of version 2.0.0, in place of the migrations of 1.1.0 (docs/releases.md)."""

import cms.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import modelsearch.index
import veille.models.sources
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ("veille", "0001_schema"),
        ("veille", "0002_entry_picture"),
        ("veille", "0003_sources_and_items"),
        ("veille", "0004_benchmark"),
        ("veille", "0005_observation_guard"),
        ("veille", "0006_stances_and_suggestions"),
        ("veille", "0007_source_states"),
        ("veille", "0008_source_addresses"),
        ("veille", "0009_withdrawals"),
        ("veille", "0010_database_defaults"),
        ("veille", "0011_names_of_the_city"),
        ("veille", "0012_what_to_look_for"),
        ("veille", "0013_search_words"),
        ("veille", "0014_common_guards"),
        ("veille", "0015_observation_words"),
    ]

    initial = True

    dependencies = [
        ('cms', '0001_version_2'),
        ('committee', '0001_version_2'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Theme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='name')),
                ('slug', models.SlugField(max_length=60, unique=True, verbose_name='address')),
            ],
            options={
                'verbose_name': 'theme',
                'verbose_name_plural': 'themes',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='VeilleIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('introduction', models.TextField(blank=True, help_text='One or two short sentences. They are shown under the title, in lists, in feeds and in e-mails.', max_length=400, verbose_name='introduction')),
                ('search_words', models.CharField(blank=True, db_default='', default='', help_text='Other words by which readers look for this page. They are not shown. Example: wifi, computer.', max_length=200, verbose_name='search words')),
            ],
            options={
                'verbose_name': 'inspiring watch',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='City',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('siren', models.CharField(help_text='The nine figures that name this body in all public files. Example: 246700488', max_length=9, unique=True, validators=[django.core.validators.RegexValidator('^\\d{9}\\Z', 'Write the nine figures of the SIREN.')], verbose_name='SIREN number')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('slug', models.SlugField(max_length=60, unique=True, verbose_name='address')),
                ('population', models.PositiveIntegerField(verbose_name='population')),
                ('population_year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1990), django.core.validators.MaxValueValidator(2100)], verbose_name='year of the population')),
                ('population_source', models.URLField(max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='address of the source of the population')),
                ('order', models.PositiveSmallIntegerField(default=0, help_text='The smallest number comes first. The same number: by name.', verbose_name='order')),
                ('is_ours', models.BooleanField(default=False, verbose_name='it is ours')),
            ],
            options={
                'verbose_name': 'metropolis',
                'verbose_name_plural': 'metropolises',
                'ordering': ['-is_ours', 'order', 'name'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_ours', True)), fields=('is_ours',), name='veille_city_one_is_ours', violation_error_message='Another metropolis is said to be ours.')],
            },
        ),
        migrations.CreateModel(
            name='Criterion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(help_text='Example: Can one ask for a paper form in place of the site?', max_length=140, verbose_name='question')),
                ('slug', models.SlugField(max_length=60, unique=True, verbose_name='address')),
                ('definition', models.TextField(help_text='What counts and what does not, so that two people find the same.', max_length=800, verbose_name='how to answer')),
                ('look_for', models.CharField(blank=True, db_default='', help_text='Readers see it where a metropolis is not known. Example: A telephone number at the top of the page.', max_length=160, verbose_name='what to look for')),
                ('kind', models.CharField(choices=[('answer', 'Yes, partly or no'), ('number', 'A number'), ('text', 'A few words')], default='answer', max_length=10, verbose_name='kind of answer')),
                ('unit', models.CharField(blank=True, help_text='For a number. Example: %, inhabitants, communes', max_length=20, verbose_name='unit')),
                ('is_background', models.BooleanField(db_default=False, default=False, help_text='A figure such as the population, not a service. It stands after the questions, folded.', verbose_name='it places the metropolis')),
                ('order', models.PositiveSmallIntegerField(default=0, help_text='The smallest number comes first. The same number: by question.', verbose_name='order')),
                ('published_at', models.DateTimeField(db_index=True, editable=False, null=True, verbose_name='published on')),
                ('topic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='criteria', to='committee.topicpage', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'criterion',
                'verbose_name_plural': 'criteria',
                'ordering': ['is_background', 'order', 'question'],
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='Observation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source_url', models.URLField(blank=True, max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='source address')),
                ('source_title', models.CharField(blank=True, max_length=200, verbose_name='title of the source')),
                ('source_seen_on', models.DateField(blank=True, null=True, verbose_name='source seen on')),
                ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='recorded at')),
                ('published_at', models.DateTimeField(db_index=True, editable=False, null=True, verbose_name='published at')),
                ('answer', models.CharField(blank=True, choices=[('yes', 'Yes'), ('partly', 'Partly'), ('no', 'No')], max_length=10, verbose_name='answer')),
                ('number', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='number')),
                ('text', models.CharField(blank=True, max_length=200, verbose_name='a few words')),
                ('reason', models.CharField(blank=True, help_text='Only where a published observation changes. Everyone reads it.', max_length=300, verbose_name='reason of the correction')),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='observations', to='veille.city', verbose_name='metropolis')),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='observations', to='veille.criterion', verbose_name='criterion')),
                ('recorded_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('replaced_by', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='veille.observation', verbose_name='replaced by')),
                ('second_reader', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='second reader')),
            ],
            options={
                'verbose_name': 'observation',
                'verbose_name_plural': 'observations',
                'ordering': ['criterion__order', 'criterion__question', '-city__is_ours', 'city__order', 'city__name', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('published_at', None), models.Q(models.Q(('source_url__startswith', 'http://'), ('source_url__startswith', 'https://'), _connector='OR'), ('source_seen_on__isnull', False)), _connector='OR'), name='veille_observation_has_source', violation_error_message='Write the address of the source and the day on which you saw it.'), models.UniqueConstraint(condition=models.Q(('published_at__isnull', False), ('replaced_by', None)), fields=('city', 'criterion'), name='veille_observation_one_current'), models.UniqueConstraint(condition=models.Q(('published_at', None)), fields=('city', 'criterion'), name='veille_observation_one_waiting', violation_error_message='An observation for this cell waits to be read already: change that one.'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('answer', ''), _negated=True), ('number', None), ('text', '')), models.Q(('answer', ''), ('number__isnull', False), ('text', '')), models.Q(models.Q(('text', ''), _negated=True), ('answer', ''), ('number', None)), _connector='OR'), name='veille_observation_one_value', violation_error_message='Write what was found, in one way only.'), models.CheckConstraint(condition=models.Q(('recorded_by', None), ('second_reader', None), models.Q(('recorded_by', models.F('second_reader')), _negated=True), _connector='OR'), name='veille_observation_two_people', violation_error_message='A second person reads an observation before it is published.'), models.CheckConstraint(condition=models.Q(('replaced_by', None), models.Q(('replaced_by', models.F('id')), _negated=True), _connector='OR'), name='veille_observation_not_by_itself')],
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('site_url', models.URLField(blank=True, max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='address of the site')),
                ('feed_url', models.URLField(error_messages={'unique': 'This feed is followed already.'}, help_text='RSS or Atom. Example: https://www.service-public.fr/rss', max_length=500, unique=True, validators=[veille.models.sources.is_feed_address], verbose_name='address of the feed')),
                ('language', models.CharField(blank=True, choices=[('fr', 'in French'), ('en', 'in English'), ('de', 'in German'), ('es', 'in Spanish'), ('it', 'in Italian'), ('nl', 'in Dutch')], max_length=2, verbose_name='language')),
                ('place', models.CharField(blank=True, help_text='Example: Barcelona (Spain)', max_length=80, verbose_name='place')),
                ('is_public', models.BooleanField(default=True, help_text='The page of the watch and the list to download name this source.', verbose_name='named on the site')),
                ('state', models.CharField(choices=[('read', 'Followed'), ('paused', 'Paused'), ('gone', 'Gone')], default='read', max_length=10, verbose_name='state')),
                ('etag', models.CharField(blank=True, editable=False, max_length=300)),
                ('modified', models.CharField(blank=True, editable=False, max_length=100)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='added on')),
                ('next_reading_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='next reading')),
                ('lease_until', models.DateTimeField(editable=False, null=True)),
                ('read_at', models.DateTimeField(editable=False, null=True, verbose_name='last reading')),
                ('last_item_at', models.DateTimeField(editable=False, null=True, verbose_name='last new item')),
                ('failures', models.PositiveIntegerField(default=0, editable=False, verbose_name='failures in a row')),
                ('failing_since', models.DateTimeField(editable=False, null=True, verbose_name='failing since')),
                ('error', models.CharField(blank=True, editable=False, max_length=500, verbose_name='last error')),
                ('theme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sources', to='veille.theme', verbose_name='theme')),
            ],
            options={
                'verbose_name': 'source of the watch',
                'verbose_name_plural': 'sources of the watch',
                'ordering': ['name', 'pk'],
                'indexes': [models.Index(fields=['state', 'next_reading_at'], name='veille_source_due')],
            },
        ),
        migrations.CreateModel(
            name='VeilleEntryPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('discussion_open', models.BooleanField(default=False, help_text='Readers may write comments under the page. Without the tick, those already there stay readable.', verbose_name='discussion open')),
                ('introduction', models.TextField(blank=True, help_text='One or two short sentences. They are shown under the title, in lists, in feeds and in e-mails.', max_length=400, verbose_name='introduction')),
                ('search_words', models.CharField(blank=True, db_default='', default='', help_text='Other words by which readers look for this page. They are not shown. Example: wifi, computer.', max_length=200, verbose_name='search words')),
                ('stance', models.CharField(blank=True, choices=[('a-adopter', 'To adopt'), ('a-adapter', 'To adapt'), ('a-suivre', 'To watch'), ('pas-pour-nous', 'Not for us')], db_default='', db_index=True, default='', max_length=14, verbose_name='stance of the committee')),
                ('place', models.CharField(help_text='Example: Barcelona (Spain)', max_length=80, verbose_name='place')),
                ('year', models.PositiveSmallIntegerField(help_text='The year in which it started. Example: 2019', validators=[django.core.validators.MinValueValidator(1990), django.core.validators.MaxValueValidator(2100)], verbose_name='year')),
                ('source_url', models.URLField(max_length=1000, verbose_name='source address')),
                ('source_title', models.CharField(blank=True, help_text='The words of the link. Example: The city of Ghent opens its data (in English)', max_length=200, verbose_name='title of the source')),
                ('source_language', models.CharField(choices=[('fr', 'in French'), ('en', 'in English'), ('de', 'in German'), ('es', 'in Spanish'), ('it', 'in Italian'), ('nl', 'in Dutch')], default='fr', max_length=2, verbose_name='language of the source')),
                ('source_seen_on', models.DateField(blank=True, null=True, verbose_name='source seen on')),
                ('archived_url', models.URLField(blank=True, db_default='', default='', help_text='Readers find it beside the source, and first once the source is gone.', max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='address of an archived copy')),
                ('archived_on', models.DateField(blank=True, null=True, verbose_name='day of the copy')),
                ('body', cms.fields.BodyField([], blank=True, verbose_name='what was done')),
                ('effects', cms.fields.BodyField([], blank=True, help_text='What became better, with numbers and where they come from.', verbose_name='what it changes')),
                ('lesson', models.TextField(help_text="The committee's own view, in a few sentences.", max_length=1500, verbose_name='what we can learn from it')),
                ('limits', models.TextField(blank=True, max_length=800, verbose_name='limits')),
                ('image', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cms.customimage', verbose_name='image')),
                ('stance_session', models.ForeignKey(blank=True, help_text='A session that was held. Readers see it if they may read its page.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stances_on_examples', to='committee.sessionpage', verbose_name='session that took it')),
                ('theme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='veille.theme', verbose_name='theme')),
                ('topic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='veille_entries', to='committee.topicpage', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'watch entry',
                'verbose_name_plural': 'watch entries',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='ReadingItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.TextField(blank=True, max_length=1000, verbose_name='why it is interesting')),
                ('thanks_by_name', models.BooleanField(db_default=False, default=False, verbose_name='the example may thank the person by name')),
                ('reason', models.CharField(blank=True, choices=[('known', 'We have an example that is very much like it.'), ('no_effect', 'The page does not say what changed for people.'), ('other_subject', 'It is about something else than public digital services.'), ('unreadable', 'The page cannot be read without an account, or not at all.'), ('advertising', 'The page sells something.')], db_default='', default='', max_length=14, verbose_name='reason')),
                ('key', models.CharField(editable=False, max_length=64)),
                ('title', models.CharField(max_length=300, verbose_name='title')),
                ('url', models.URLField(blank=True, max_length=1000, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='address')),
                ('text', models.TextField(blank=True, max_length=2000, verbose_name='text')),
                ('language', models.CharField(blank=True, choices=[('fr', 'in French'), ('en', 'in English'), ('de', 'in German'), ('es', 'in Spanish'), ('it', 'in Italian'), ('nl', 'in Dutch')], max_length=2, verbose_name='language')),
                ('place', models.CharField(blank=True, max_length=80, verbose_name='place')),
                ('dated_at', models.DateTimeField(blank=True, null=True, verbose_name='date')),
                ('found_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='found on')),
                ('state', models.CharField(choices=[('new', 'To read'), ('kept', 'Kept'), ('set_aside', 'Set aside'), ('entry', 'Became an example')], default='new', max_length=10, verbose_name='state')),
                ('decided_at', models.DateTimeField(editable=False, null=True, verbose_name='decided on')),
                ('decided_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('suggested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='suggested_examples', to=settings.AUTH_USER_MODEL, verbose_name='suggested by')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='veille.source', verbose_name='source')),
                ('entry', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reading_items', to='veille.veilleentrypage', verbose_name='example')),
            ],
            options={
                'verbose_name': 'item to read',
                'verbose_name_plural': 'items to read',
                'ordering': ['-found_at', '-pk'],
                'indexes': [models.Index(fields=['state', '-found_at'], name='veille_item_state')],
                'constraints': [models.UniqueConstraint(fields=('source', 'key'), name='veille_item_once_in_a_source'), models.UniqueConstraint(condition=models.Q(('source', None)), fields=('key',), name='veille_item_suggested_once')],
            },
        ),
        migrations.CreateModel(
            name='Withdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300, verbose_name='why it is withdrawn')),
                ('withdrawn_at', models.DateTimeField(verbose_name='withdrawn at')),
                ('observation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='veille.observation', verbose_name='observation')),
            ],
            options={
                'verbose_name': 'withdrawal of an observation',
                'verbose_name_plural': 'withdrawals of observations',
                'default_permissions': ('view',),
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='veille_withdrawal_has_reason')],
            },
        ),
        # Switch of the guard (common/guards.py): a table without a model.
        migrations.RunSQL(
            [
                "CREATE TABLE veille_observation_switch (id integer PRIMARY KEY CHECK (id = 1), is_open boolean NOT NULL)",
                "INSERT INTO veille_observation_switch (id, is_open) VALUES (1, false)",
            ],
            "DROP TABLE veille_observation_switch",
        ),
    ]
