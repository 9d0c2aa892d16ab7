"""Tables of version 2.0.0, in place of the migrations of 1.1.0 (docs/releases.md)."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import modelsearch.index
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ("indicators", "0001_schema"),
        ("indicators", "0002_keys_of_figures"),
        ("indicators", "0003_defined"),
        ("indicators", "0004_names_of_the_city"),
        ("indicators", "0005_presentation"),
        ("indicators", "0006_quotes"),
        ("indicators", "0007_common_guards"),
    ]

    initial = True

    dependencies = [
        ('committee', '0001_version_2'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Restitution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(unique=True, validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='year')),
                ('introduction', models.TextField(blank=True, help_text="What this year changed, in the committee's words.", max_length=1200, verbose_name='introduction')),
                ('event_starts_at', models.DateTimeField(blank=True, help_text='When it is presented to the public. The home page and the calendar say it once it is published.', null=True, verbose_name='presented from')),
                ('event_ends_at', models.DateTimeField(blank=True, null=True, verbose_name='presented until')),
                ('event_place', models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='place')),
                ('event_audience', models.CharField(blank=True, db_default='', default='', help_text='Example: Everyone, free, without registering.', max_length=200, verbose_name='who may come')),
                ('quotes', wagtail.fields.StreamField([('quote', 3)], blank=True, block_lookup={0: ('wagtail.blocks.TextBlock', (), {'help_text': 'Without quotation marks: they are added. Example: I can make my appointments by myself now.', 'label': 'Quotation', 'max_length': 500, 'rows': 3}), 1: ('wagtail.blocks.CharBlock', (), {'help_text': 'Example: Odile M., resident of the station district.', 'label': 'Author', 'max_length': 120}), 2: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('house', 'The house of the committee'), ('short-black', 'Short black hair, beard'), ('glasses-white', 'White hair, glasses'), ('curly-brown', 'Curly brown hair'), ('long-red', 'Long red hair'), ('round-black', 'Round curly black hair'), ('bob-grey', 'Chin-length grey hair'), ('cap', 'A cap'), ('bald-glasses', 'No hair, glasses'), ('headscarf', 'A headscarf'), ('long-black', 'Long black hair, glasses'), ('short-blond', 'Short blond hair'), ('braids', 'Braids'), ('hat', 'A hat, white beard'), ('headset', 'Short brown hair, headset'), ('bun-white', 'White hair in a bun'), ('fringe-brown', 'Brown hair over the forehead, scarf')], 'help_text': 'The drawing that the person chose. Ask for their agreement to be quoted and named.', 'label': 'Portrait', 'required': False}), 3: ('wagtail.blocks.StructBlock', [[('text', 0), ('author', 1), ('portrait', 2)]], {})}, help_text='What people said that year. The page shows them in this order, between its parts.', null=True, verbose_name='quotations')),
                ('changed_at', models.DateTimeField(auto_now=True, null=True)),
                ('figures', models.JSONField(default=list, editable=False)),
                ('built_at', models.DateTimeField(editable=False, null=True, verbose_name='built at')),
                ('published_at', models.DateTimeField(editable=False, null=True, verbose_name='published at')),
            ],
            options={
                'verbose_name': 'restitution',
                'verbose_name_plural': 'restitutions',
                'ordering': ['-year'],
            },
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(help_text='What readers want to know. Example: Does the city answer in time?', max_length=200, verbose_name='question')),
                ('unit', models.CharField(blank=True, help_text='As it stands after a number: %, days…', max_length=30, verbose_name='unit')),
                ('better', models.CharField(choices=[('up', 'the higher, the better'), ('down', 'the lower, the better')], default='up', max_length=4, verbose_name='which way is better')),
                ('frequency', models.PositiveSmallIntegerField(choices=[(1, 'every month'), (3, 'every quarter'), (6, 'every half-year'), (12, 'every year')], default=12, verbose_name='how often')),
                ('baseline', models.DecimalField(blank=True, decimal_places=1, max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='value at the start')),
                ('baseline_on', models.DateField(blank=True, null=True, verbose_name='day of the value at the start')),
                ('target', models.DecimalField(blank=True, decimal_places=1, max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='target')),
                ('target_on', models.DateField(blank=True, null=True, verbose_name='day of the target')),
                ('method', models.TextField(blank=True, help_text='How it is counted, and what is left out.', max_length=1200, verbose_name='method')),
                ('source_name', models.CharField(blank=True, max_length=120, verbose_name='who counts')),
                ('source_url', models.URLField(blank=True, help_text='Where the values are read. Without it the committee cannot adopt the indicator.', max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='source address')),
                ('title', models.CharField(max_length=120, unique=True, verbose_name='title')),
                ('slug', models.SlugField(editable=False, max_length=80, unique=True, verbose_name='end of the address')),
                ('definition', models.TextField(blank=True, help_text='What is counted, in words that everyone knows.', max_length=1200, verbose_name='definition')),
                ('grain', models.CharField(blank=True, help_text='For which places. Example: the city, each commune.', max_length=80, verbose_name='grain')),
                ('measure', models.CharField(blank=True, help_text='The site measures it at the end of each period. Empty: somebody adds the values.', max_length=40, verbose_name='measured by the site')),
                ('smallest_base', models.PositiveIntegerField(default=5, help_text='A value counted among fewer than that is not kept: it could tell of a person.', validators=[django.core.validators.MinValueValidator(5)], verbose_name='smallest base')),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('adopted', 'Adopted'), ('left', 'Left')], default='proposed', editable=False, max_length=8, verbose_name='state')),
                ('adopted_at', models.DateTimeField(editable=False, null=True, verbose_name='adopted at')),
                ('left_at', models.DateTimeField(editable=False, null=True, verbose_name='left at')),
                ('left_reason', models.CharField(blank=True, editable=False, max_length=300, verbose_name='why it was left')),
                ('session', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='committee.sessionpage', verbose_name='session that adopted it')),
                ('topic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='indicators', to='committee.topicpage', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'indicator',
                'verbose_name_plural': 'indicators',
                'ordering': ['title'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('target', None), ('target_on', None)), models.Q(('target__gte', 0), ('target__isnull', False), ('target_on__isnull', False)), _connector='OR'), name='indicators_indicator_target_has_day', violation_error_message='Write a target and its day, or neither.'), models.CheckConstraint(condition=models.Q(models.Q(('baseline', None), ('baseline_on', None)), models.Q(('baseline__gte', 0), ('baseline__isnull', False), ('baseline_on__isnull', False)), _connector='OR'), name='indicators_indicator_baseline_has_day', violation_error_message='Write a value at the start and its day, or neither.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'adopted'), _negated=True), models.Q(models.Q(('source_url__startswith', 'http://'), ('source_url__startswith', 'https://'), _connector='OR'), ('adopted_at__isnull', False), ('left_at', None), ('session__isnull', False)), _connector='OR'), name='indicators_adopted_has_session_and_source'), models.CheckConstraint(condition=models.Q(models.Q(('left_at__isnull', False), ('state', 'left'), models.Q(('left_reason', ''), _negated=True)), models.Q(models.Q(('state', 'left'), _negated=True), ('left_at', None), ('left_reason', '')), _connector='OR'), name='indicators_left_has_reason')],
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='Adoption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(help_text='What readers want to know. Example: Does the city answer in time?', max_length=200, verbose_name='question')),
                ('unit', models.CharField(blank=True, help_text='As it stands after a number: %, days…', max_length=30, verbose_name='unit')),
                ('better', models.CharField(choices=[('up', 'the higher, the better'), ('down', 'the lower, the better')], default='up', max_length=4, verbose_name='which way is better')),
                ('frequency', models.PositiveSmallIntegerField(choices=[(1, 'every month'), (3, 'every quarter'), (6, 'every half-year'), (12, 'every year')], default=12, verbose_name='how often')),
                ('baseline', models.DecimalField(blank=True, decimal_places=1, max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='value at the start')),
                ('baseline_on', models.DateField(blank=True, null=True, verbose_name='day of the value at the start')),
                ('target', models.DecimalField(blank=True, decimal_places=1, max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='target')),
                ('target_on', models.DateField(blank=True, null=True, verbose_name='day of the target')),
                ('method', models.TextField(blank=True, help_text='How it is counted, and what is left out.', max_length=1200, verbose_name='method')),
                ('source_name', models.CharField(blank=True, max_length=120, verbose_name='who counts')),
                ('source_url', models.URLField(blank=True, help_text='Where the values are read. Without it the committee cannot adopt the indicator.', max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='source address')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='why it changes')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='recorded at')),
                ('recorded_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='committee.sessionpage', verbose_name='session')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adoptions', to='indicators.indicator', verbose_name='indicator')),
            ],
            options={
                'verbose_name': 'adoption of an indicator',
                'verbose_name_plural': 'adoptions of indicators',
                'ordering': ['recorded_at', 'pk'],
                'default_permissions': ('view',),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('target', None), ('target_on', None)), models.Q(('target__gte', 0), ('target__isnull', False), ('target_on__isnull', False)), _connector='OR'), name='indicators_adoption_target_has_day', violation_error_message='Write a target and its day, or neither.'), models.CheckConstraint(condition=models.Q(models.Q(('baseline', None), ('baseline_on', None)), models.Q(('baseline__gte', 0), ('baseline__isnull', False), ('baseline_on__isnull', False)), _connector='OR'), name='indicators_adoption_baseline_has_day', violation_error_message='Write a value at the start and its day, or neither.'), models.UniqueConstraint(fields=('indicator', 'session'), name='indicators_adopted_once_in_a_session', violation_error_message='This session adopted it already: a change needs another session.'), models.CheckConstraint(condition=models.Q(('source_url__startswith', 'http://'), ('source_url__startswith', 'https://'), _connector='OR'), name='indicators_adoption_has_source')],
            },
        ),
        migrations.CreateModel(
            name='Measurement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source_url', models.URLField(blank=True, max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='source address')),
                ('source_title', models.CharField(blank=True, max_length=200, verbose_name='title of the source')),
                ('source_seen_on', models.DateField(blank=True, null=True, verbose_name='source seen on')),
                ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='recorded at')),
                ('period', models.CharField(help_text='2019 for a year, 2019-S1 for a half-year, 2019-T1, or 2019-03.', max_length=7, verbose_name='period')),
                ('value', models.DecimalField(blank=True, decimal_places=1, max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='value')),
                ('base', models.PositiveIntegerField(blank=True, help_text='Among how many it was counted, if it is a part or a middle.', null=True, verbose_name='base')),
                ('note', models.CharField(blank=True, help_text='What a reader must know of it.', max_length=300, verbose_name='note')),
                ('query', models.TextField(blank=True, editable=False, verbose_name='query')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='why it is corrected')),
                ('published_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False, verbose_name='published at')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measurements', to='indicators.indicator', verbose_name='indicator')),
                ('recorded_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('replaces', models.OneToOneField(editable=False, error_messages={'unique': 'This value was corrected already. Correct the newer one.'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='indicators.measurement', verbose_name='replaces')),
            ],
            options={
                'verbose_name': 'value of an indicator',
                'verbose_name_plural': 'values of indicators',
                'ordering': ['indicator', '-period', '-pk'],
                'abstract': False,
                'default_permissions': ('add', 'view'),
                'constraints': [models.CheckConstraint(condition=models.Q(('published_at', None), models.Q(models.Q(('source_url__startswith', 'http://'), ('source_url__startswith', 'https://'), _connector='OR'), ('source_seen_on__isnull', False)), _connector='OR'), name='indicators_measurement_has_source', violation_error_message='Write the address of the source and the day on which you saw it.'), models.CheckConstraint(condition=models.Q(models.Q(('value__gte', 0), ('value__isnull', False)), models.Q(('base__isnull', False), ('value', None)), _connector='OR'), name='indicators_measurement_has_value', violation_error_message='Write the value.'), models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), ('replaces', None)), models.Q(('replaces__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='indicators_correction_has_reason', violation_error_message='Say why the value is corrected.'), models.UniqueConstraint(condition=models.Q(('replaces', None)), fields=('indicator', 'period'), name='indicators_one_value_for_a_period', violation_error_message='This period has a value. Correct that one.')],
            },
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(unique=True, validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='year')),
                ('opens_on', models.DateField(verbose_name='opens on')),
                ('closes_on', models.DateField(verbose_name='last day')),
            ],
            options={
                'verbose_name': 'survey of who takes part',
                'verbose_name_plural': 'surveys of who takes part',
                'ordering': ['-year'],
                'constraints': [models.CheckConstraint(condition=models.Q(('closes_on__gte', models.F('opens_on'))), name='indicators_survey_closes_after_opening')],
            },
        ),
        migrations.CreateModel(
            name='SurveyAnswered',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answered', to='indicators.survey')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'answer to a survey of who takes part',
                'verbose_name_plural': 'answers to surveys of who takes part',
                'constraints': [models.UniqueConstraint(fields=('survey', 'user'), name='indicators_survey_answered_once')],
            },
        ),
        migrations.CreateModel(
            name='SurveyTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('who', models.CharField(choices=[('membres', 'Members of the committee'), ('participants', 'People who take part')], max_length=12)),
                ('question', models.CharField(max_length=12)),
                ('counts', models.JSONField(default=dict)),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tallies', to='indicators.survey')),
            ],
            options={
                'verbose_name': 'tally of who takes part',
                'verbose_name_plural': 'tallies of who takes part',
                'constraints': [models.UniqueConstraint(fields=('survey', 'who', 'question'), name='indicators_tally_one_per_question')],
            },
        ),
        # Switch of the guard (common/guards.py): a table without a model.
        migrations.RunSQL(
            [
                "CREATE TABLE indicators_switch (id integer PRIMARY KEY CHECK (id = 1), is_open boolean NOT NULL)",
                "INSERT INTO indicators_switch (id, is_open) VALUES (1, false)",
            ],
            "DROP TABLE indicators_switch",
        ),
    ]
