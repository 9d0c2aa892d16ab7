"""Tables of version 2.0.0, in place of the migrations of 1.1.0 (docs/releases.md)."""

import cms.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import fieldwork.models.drafts
import fieldwork.models.findings
import modelcluster.fields
import modelsearch.index
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ("fieldwork", "0001_trials"),
        ("fieldwork", "0002_surveys"),
        ("fieldwork", "0003_drafts_of_trials"),
        ("fieldwork", "0004_coding"),
        ("fieldwork", "0005_volunteers"),
        ("fieldwork", "0006_database_defaults"),
        ("fieldwork", "0007_history_guard"),
        ("fieldwork", "0008_names_of_the_city"),
        ("fieldwork", "0009_words_told"),
        ("fieldwork", "0010_search_words"),
        ("fieldwork", "0011_common_guards"),
    ]

    initial = True

    dependencies = [
        ('committee', '0001_version_2'),
        ('participation', '0001_version_2'),
        ('polls', '0001_version_2'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Outing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='starts at')),
                ('ends_at', models.DateTimeField(verbose_name='ends at')),
                ('place', models.CharField(help_text='Where people are met. Example: Station market.', max_length=120, verbose_name='place')),
                ('meeting_point', models.CharField(blank=True, help_text='Where those who go find one another. The members of the committee alone read it.', max_length=200, verbose_name='meeting point')),
                ('volunteers_wanted', models.PositiveSmallIntegerField(blank=True, help_text='How many should go. More may come.', null=True, verbose_name='members wanted')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now, editable=False, verbose_name='created at')),
                ('changed_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='changed at')),
                ('cancelled_at', models.DateTimeField(editable=False, null=True, verbose_name='cancelled at')),
                ('cancelled_because', models.CharField(blank=True, db_default='', default='', editable=False, max_length=200, verbose_name='why it is cancelled')),
                ('people_asked', models.PositiveIntegerField(blank=True, null=True, verbose_name='people asked')),
                ('refusals', models.PositiveIntegerField(blank=True, null=True, verbose_name='refusals')),
                ('is_closed', models.BooleanField(default=False, help_text='The numbers are counted. They can be corrected until the survey ends.', verbose_name='closed')),
            ],
            options={
                'verbose_name': 'outing',
                'verbose_name_plural': 'outings',
                'ordering': ['starts_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='fieldwork_outing_ends_after_start', violation_error_message='Write an end that comes after the start.'), models.CheckConstraint(condition=models.Q(('people_asked', None), ('refusals', None), ('refusals__lte', models.F('people_asked')), _connector='OR'), name='fieldwork_outing_refusals_among_asked', violation_error_message='No more people can refuse than were asked.'), models.CheckConstraint(condition=models.Q(('is_closed', False), models.Q(('people_asked__isnull', False), ('refusals__isnull', False)), _connector='OR'), name='fieldwork_closed_outing_is_counted', violation_error_message='Write how many people were asked and how many refused: 0 if nobody.'), models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at', None), ('cancelled_because', '')), models.Q(('cancelled_at__isnull', False), models.Q(('cancelled_because', ''), _negated=True)), _connector='OR'), name='fieldwork_cancelled_outing_says_why')],
            },
        ),
        migrations.CreateModel(
            name='SurveyIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('introduction', models.TextField(blank=True, help_text='One or two short sentences. They are shown under the title, in lists, in feeds and in e-mails.', max_length=400, verbose_name='introduction')),
                ('search_words', models.CharField(blank=True, db_default='', default='', help_text='Other words by which readers look for this page. They are not shown. Example: wifi, computer.', max_length=200, verbose_name='search words')),
            ],
            options={
                'verbose_name': 'list of field surveys',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='TrialIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('introduction', models.TextField(blank=True, help_text='One or two short sentences. They are shown under the title, in lists, in feeds and in e-mails.', max_length=400, verbose_name='introduction')),
                ('search_words', models.CharField(blank=True, db_default='', default='', help_text='Other words by which readers look for this page. They are not shown. Example: wifi, computer.', max_length=200, verbose_name='search words')),
            ],
            options={
                'verbose_name': 'list of test campaigns',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='CampaignPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('introduction', models.TextField(blank=True, help_text='One or two short sentences. They are shown under the title, in lists, in feeds and in e-mails.', max_length=400, verbose_name='introduction')),
                ('search_words', models.CharField(blank=True, db_default='', default='', help_text='Other words by which readers look for this page. They are not shown. Example: wifi, computer.', max_length=200, verbose_name='search words')),
                ('service_name', models.CharField(help_text='As people know it. Example: service-public.fr', max_length=80, verbose_name='tested service')),
                ('service_url', models.URLField(max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='address of the service')),
                ('version', models.CharField(blank=True, help_text='If the service has one. Example: 4.2, or June 2026.', max_length=60, verbose_name='version')),
                ('starts_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(verbose_name='last day')),
                ('volunteers_wanted', models.PositiveSmallIntegerField(blank=True, help_text='How many members should take part. More may.', null=True, verbose_name='members wanted')),
                ('body', cms.fields.BodyField([], blank=True, verbose_name='how to take part')),
                ('answered_by', models.ForeignKey(help_text='The service of the city that receives what people found, and answers.', on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='participation.cityservice', verbose_name='who answers')),
                ('topic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='campaigns', to='committee.topicpage', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'test campaign',
                'verbose_name_plural': 'test campaigns',
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='fieldwork_campaign_ends_after_start', violation_error_message='The last day comes before the first one.')],
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Code',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(editable=False, verbose_name='number')),
                ('label', models.CharField(help_text='A few words. Example: Opening hours are too short.', max_length=80, verbose_name='code')),
                ('sentence', models.CharField(blank=True, help_text='What people meant, in your own words: never a text as it was written, never a name.', max_length=300, verbose_name='sentence')),
                ('question', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='polls.question', verbose_name='question')),
            ],
            options={
                'verbose_name': 'code of a free text',
                'verbose_name_plural': 'codes of free texts',
                'ordering': ['question', 'number'],
                'permissions': [('code_texts', 'Can code the free texts of field surveys')],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('question', 'number'), name='fieldwork_code_number_once_in_question'), models.UniqueConstraint(fields=('question', 'label'), name='fieldwork_code_label_once_in_question')],
            },
        ),
        migrations.CreateModel(
            name='Coding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField()),
                ('people', models.PositiveIntegerField()),
                ('code', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codings', to='fieldwork.code')),
            ],
            options={
                'verbose_name': 'coding of a free text',
                'verbose_name_plural': 'codings of free texts',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('code', 'place'), name='fieldwork_coding_once_for_text')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what_happened', models.TextField(help_text='What you saw or heard. No name of a person.', max_length=2000, verbose_name='what happened')),
                ('expected', models.TextField(blank=True, max_length=1000, verbose_name='what you expected')),
                ('severity', models.CharField(choices=[('bloque', 'Blocks'), ('ralentit', 'Slows down'), ('gene', 'Annoys')], max_length=8, verbose_name='severity')),
                ('picture', models.FileField(blank=True, max_length=120, upload_to=fieldwork.models.findings.random_name, verbose_name='picture')),
                ('picture_description', models.CharField(blank=True, max_length=255, verbose_name='what the picture shows')),
                ('picture_width', models.PositiveIntegerField(blank=True, editable=False, null=True)),
                ('picture_height', models.PositiveIntegerField(blank=True, editable=False, null=True)),
                ('is_sensitive', models.BooleanField(default=False, help_text='A hole in the security, or data of other people. Only the team and the city read it.', verbose_name='sensitive')),
                ('shows_assistive_technology', models.BooleanField(default=False, verbose_name='the page may say which assistive technology was used')),
                ('state', models.CharField(choices=[('signale', 'Reported'), ('confirme', 'Confirmed'), ('transmis', 'Sent to the city'), ('dit-corrige', 'Said to be fixed'), ('non-retenu', 'Will not be fixed'), ('a-reverifier', 'To test again'), ('verifie', 'Fixed, verified'), ('revenu', 'Came back'), ('ecarte', 'Set aside'), ('doublon', 'Duplicate')], db_index=True, default='signale', editable=False, max_length=12, verbose_name='state')),
                ('state_reason', models.TextField(blank=True, editable=False, max_length=2000, verbose_name='reason')),
                ('state_changed_at', models.DateTimeField(editable=False, verbose_name='state changed at')),
                ('created_at', models.DateTimeField(db_index=True, editable=False, verbose_name='reported at')),
                ('confirmed_at', models.DateTimeField(editable=False, null=True, verbose_name='confirmed at')),
                ('sent_at', models.DateTimeField(editable=False, null=True, verbose_name='sent at')),
                ('answer_due_on', models.DateField(db_index=True, editable=False, null=True, verbose_name='answer due on')),
                ('fixed_in', models.CharField(blank=True, editable=False, max_length=60, verbose_name='fixed in')),
                ('verified_at', models.DateTimeField(db_index=True, editable=False, null=True, verbose_name='verified at')),
                ('returns', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='times it came back')),
                ('told_until', models.DateTimeField(editable=False, null=True)),
                ('duplicate_of', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='duplicates', to='fieldwork.finding', verbose_name='duplicate of')),
                ('fixed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='repaired by')),
                ('said_fixed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='said to be fixed by')),
                ('service', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='participation.cityservice', verbose_name='service that is asked')),
            ],
            options={
                'verbose_name': 'finding',
                'verbose_name_plural': 'findings',
                'ordering': ['-created_at', '-pk'],
                'default_permissions': ('view',),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('duplicate_of__isnull', False), ('state', 'doublon')), models.Q(models.Q(('state', 'doublon'), _negated=True), ('duplicate_of', None)), _connector='OR'), name='fieldwork_finding_duplicate_of_one'), models.CheckConstraint(condition=models.Q(('duplicate_of', None), models.Q(('duplicate_of', models.F('id')), _negated=True), _connector='OR'), name='fieldwork_finding_not_of_itself'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'verifie'), ('verified_at__isnull', False)), models.Q(models.Q(('state', 'verifie'), _negated=True), ('verified_at', None)), _connector='OR'), name='fieldwork_finding_verified_has_a_date'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('transmis', 'dit-corrige', 'non-retenu', 'a-reverifier', 'verifie', 'revenu')), _negated=True), models.Q(('answer_due_on__isnull', False), ('sent_at__isnull', False), ('service__isnull', False)), _connector='OR'), name='fieldwork_finding_sent_to_a_service'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'dit-corrige'), _negated=True), models.Q(('fixed_in', ''), _negated=True), _connector='OR'), name='fieldwork_finding_fixed_in_a_version'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('non-retenu', 'ecarte')), _negated=True), models.Q(('state_reason', ''), _negated=True), _connector='OR'), name='fieldwork_finding_refused_with_a_reason')],
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='Echo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(verbose_name='said at')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
                ('finding', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='echoes', to='fieldwork.finding', verbose_name='finding')),
            ],
            options={
                'verbose_name': 'same problem',
                'verbose_name_plural': 'same problems',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('finding', 'user'), name='fieldwork_echo_once')],
            },
        ),
        migrations.CreateModel(
            name='Retest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tested_on', models.DateField(verbose_name='tested on')),
                ('version', models.CharField(blank=True, max_length=60, verbose_name='version')),
                ('outcome', models.CharField(choices=[('corrige', 'It works now'), ('persiste', 'The problem is still there')], max_length=10, verbose_name='how it went')),
                ('note', models.TextField(blank=True, max_length=1000, verbose_name='a few words for the team')),
                ('created_at', models.DateTimeField(verbose_name='received at')),
                ('idempotency_key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('finding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='retests', to='fieldwork.finding', verbose_name='finding')),
                ('fixed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('said_fixed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tester', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='retests', to=settings.AUTH_USER_MODEL, verbose_name='tester')),
            ],
            options={
                'verbose_name': 'new trial',
                'verbose_name_plural': 'new trials',
                'ordering': ['-created_at', '-pk'],
                'default_permissions': ('view',),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('tester', None), ('said_fixed_by', None), models.Q(('tester', models.F('said_fixed_by')), _negated=True), _connector='OR'), models.Q(('tester', None), ('fixed_by', None), models.Q(('tester', models.F('fixed_by')), _negated=True), _connector='OR')), name='fieldwork_retest_by_somebody_else')],
            },
        ),
        migrations.CreateModel(
            name='FindingStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('etat', 'Change of state'), ('relance', 'Reminder to the service')], default='etat', max_length=8, verbose_name='kind')),
                ('at', models.DateTimeField(verbose_name='date')),
                ('from_state', models.CharField(blank=True, choices=[('signale', 'Reported'), ('confirme', 'Confirmed'), ('transmis', 'Sent to the city'), ('dit-corrige', 'Said to be fixed'), ('non-retenu', 'Will not be fixed'), ('a-reverifier', 'To test again'), ('verifie', 'Fixed, verified'), ('revenu', 'Came back'), ('ecarte', 'Set aside'), ('doublon', 'Duplicate')], max_length=12, verbose_name='from')),
                ('to_state', models.CharField(choices=[('signale', 'Reported'), ('confirme', 'Confirmed'), ('transmis', 'Sent to the city'), ('dit-corrige', 'Said to be fixed'), ('non-retenu', 'Will not be fixed'), ('a-reverifier', 'To test again'), ('verifie', 'Fixed, verified'), ('revenu', 'Came back'), ('ecarte', 'Set aside'), ('doublon', 'Duplicate')], max_length=12, verbose_name='to')),
                ('role', models.CharField(choices=[('equipe', 'Team'), ('service', 'Service of the city'), ('testeur', 'Tester')], max_length=8, verbose_name='in the role of')),
                ('reason', models.TextField(blank=True, max_length=2000, verbose_name='reason')),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('finding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='fieldwork.finding')),
                ('retest', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fieldwork.retest')),
            ],
            options={
                'verbose_name': 'step of a finding',
                'verbose_name_plural': 'steps of findings',
                'ordering': ['at', 'pk'],
                'default_permissions': (),
                'indexes': [models.Index(fields=['finding', 'at'], name='fieldwork_finding_step_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'etat'), models.Q(('from_state', models.F('to_state')), _negated=True)), models.Q(('from_state', models.F('to_state')), ('kind', 'relance')), _connector='OR'), name='fieldwork_step_moves_unless_a_reminder'), models.CheckConstraint(condition=models.Q(models.Q(('to_state', 'verifie'), _negated=True), ('retest__isnull', False), _connector='OR'), name='fieldwork_step_verified_by_a_retest')],
            },
        ),
        migrations.CreateModel(
            name='Scenario',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('goal', models.CharField(help_text='What one wants to do. Example: Register a child for the canteen.', max_length=140, verbose_name='goal')),
                ('steps', models.TextField(help_text='One step on each line, in the order.', max_length=1500, verbose_name='steps')),
                ('expected', models.TextField(max_length=600, verbose_name='what should happen')),
                ('minutes', models.PositiveSmallIntegerField(db_default=10, default=10, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(120)], verbose_name='about how many minutes')),
                ('campaign', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='scenarios', to='fieldwork.campaignpage')),
            ],
            options={
                'verbose_name': 'scenario',
                'verbose_name_plural': 'scenarios',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SurveyPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('introduction', models.TextField(blank=True, help_text='One or two short sentences. They are shown under the title, in lists, in feeds and in e-mails.', max_length=400, verbose_name='introduction')),
                ('search_words', models.CharField(blank=True, db_default='', default='', help_text='Other words by which readers look for this page. They are not shown. Example: wifi, computer.', max_length=200, verbose_name='search words')),
                ('purpose', models.TextField(help_text='What the committee wants to know, and what it will do with it.', max_length=1200, verbose_name='purpose')),
                ('method', models.TextField(help_text='Where and when people are asked, how they are chosen, by whom.', max_length=2000, verbose_name='method')),
                ('limits', models.TextField(help_text='Who was not met, and what the results cannot say.', max_length=1200, verbose_name='limits')),
                ('poll', models.OneToOneField(help_text='Its questions and its dates. Make it first, under “Polls”, for people met in a field survey.', limit_choices_to={'audience': 'people-met'}, on_delete=django.db.models.deletion.PROTECT, related_name='survey', to='polls.poll', verbose_name='poll')),
                ('topic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='surveys', to='committee.topicpage', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'field survey',
                'verbose_name_plural': 'field surveys',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='SheetRegister',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entered', models.JSONField(default=dict)),
                ('survey', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='register', to='fieldwork.surveypage')),
            ],
            options={
                'verbose_name': 'register of sheets',
                'verbose_name_plural': 'registers of sheets',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Sheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('is_void', models.BooleanField(default=False, help_text='Lost or spoilt: it cannot be entered.', verbose_name='void')),
                ('outing', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='fieldwork.outing', verbose_name='outing')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='fieldwork.surveypage', verbose_name='field survey')),
            ],
            options={
                'verbose_name': 'sheet',
                'verbose_name_plural': 'sheets',
                'ordering': ['survey', 'number'],
                'permissions': [('enter_sheet', 'Can enter the sheets of field surveys')],
                'default_permissions': ('add', 'change', 'view'),
                'constraints': [models.UniqueConstraint(fields=('survey', 'number'), name='fieldwork_sheet_number_once_in_survey'), models.CheckConstraint(condition=models.Q(('number__gt', 0)), name='fieldwork_sheet_number_from_one')],
            },
        ),
        migrations.AddField(
            model_name='outing',
            name='survey',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outings', to='fieldwork.surveypage', verbose_name='field survey'),
        ),
        migrations.CreateModel(
            name='Trial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(choices=[('en-ligne', 'on line'), ('guichet', 'at a desk'), ('telephone', 'by phone'), ('papier', 'on paper')], default='en-ligne', editable=False, max_length=10, verbose_name='origin')),
                ('device', models.CharField(choices=[('telephone', 'Phone'), ('tablette', 'Tablet'), ('ordinateur', 'Computer'), ('poste-public', 'Computer of a public place')], max_length=12, verbose_name='device')),
                ('browser', models.CharField(blank=True, max_length=60, verbose_name='browser')),
                ('assistive_technology', models.CharField(blank=True, choices=[('lecteur-ecran', 'Screen reader'), ('braille', 'Braille display'), ('loupe', 'Magnifier, large letters'), ('contraste', 'Changed colours or contrasts'), ('voix', 'Voice control'), ('clavier', 'Keyboard or switch, without a mouse'), ('autre', 'Another one')], max_length=14, verbose_name='assistive technology')),
                ('outcome', models.CharField(choices=[('seul', 'Done alone'), ('avec-aide', 'Done with help'), ('abandon', 'Gave up')], max_length=10, verbose_name='how it went')),
                ('minutes', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(600)], verbose_name='minutes')),
                ('ease', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)], verbose_name='ease, from 1 to 5')),
                ('comment', models.TextField(blank=True, max_length=1000, verbose_name='a few words for the team')),
                ('tried_on', models.DateField(verbose_name='tried on')),
                ('created_at', models.DateTimeField(db_index=True, verbose_name='received at')),
                ('idempotency_key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('agent', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('scenario', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trials', to='fieldwork.scenario', verbose_name='scenario')),
                ('tester', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='trials', to=settings.AUTH_USER_MODEL, verbose_name='tester')),
            ],
            options={
                'verbose_name': 'trial',
                'verbose_name_plural': 'trials',
                'ordering': ['-created_at', '-pk'],
                'permissions': [('coordinate_trials', 'Can coordinate the test campaigns')],
                'constraints': [models.CheckConstraint(condition=models.Q(('minutes', None), models.Q(('minutes__gte', 1), ('minutes__lte', 600)), _connector='OR'), name='fieldwork_trial_minutes', violation_error_message='Write a number of minutes from 1 to 600.'), models.CheckConstraint(condition=models.Q(('ease', None), models.Q(('ease__gte', 1), ('ease__lte', 5)), _connector='OR'), name='fieldwork_trial_ease', violation_error_message='Choose from 1 (very hard) to 5 (very easy).'), models.CheckConstraint(condition=models.Q(models.Q(('agent', None), ('origin', 'en-ligne')), models.Q(models.Q(('origin', 'en-ligne'), _negated=True), ('tester', None)), _connector='OR'), name='fieldwork_trial_by_hand_or_entered')],
            },
        ),
        migrations.AddField(
            model_name='finding',
            name='trial',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='fieldwork.trial', verbose_name='trial'),
        ),
        migrations.CreateModel(
            name='TrialDraft',
            fields=[
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False, verbose_name='key')),
                ('told', models.JSONField(default=dict, verbose_name='what was typed')),
                ('created_at', models.DateTimeField(verbose_name='begun at')),
                ('updated_at', models.DateTimeField(db_index=True, verbose_name='kept at')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='trial_drafts', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('scenario', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='trial_drafts', to='fieldwork.scenario', verbose_name='scenario')),
            ],
            options={
                'verbose_name': 'draft of a trial',
                'verbose_name_plural': 'drafts of trials',
                'ordering': ['-updated_at'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='DraftPicture',
            fields=[
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False, verbose_name='key')),
                ('file', models.FileField(max_length=120, upload_to=fieldwork.models.drafts.random_name, verbose_name='file')),
                ('width', models.PositiveIntegerField(verbose_name='width')),
                ('height', models.PositiveIntegerField(verbose_name='height')),
                ('created_at', models.DateTimeField(verbose_name='added at')),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pictures', to='fieldwork.trialdraft', verbose_name='draft of a trial')),
            ],
            options={
                'verbose_name': 'picture of a draft',
                'verbose_name_plural': 'pictures of drafts',
                'ordering': ['created_at', 'key'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Volunteer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(verbose_name='since')),
                ('told', models.CharField(blank=True, max_length=64)),
                ('said', models.JSONField(blank=True, editable=False, null=True)),
                ('times_told', models.PositiveSmallIntegerField(default=0)),
                ('reminded_at', models.DateTimeField(null=True, verbose_name='reminded at')),
                ('campaign', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='volunteers', to='fieldwork.campaignpage', verbose_name='test campaign')),
                ('outing', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='volunteers', to='fieldwork.outing', verbose_name='outing')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='volunteering', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'volunteer',
                'verbose_name_plural': 'volunteers',
                'ordering': ['since', 'pk'],
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('campaign', None), ('outing__isnull', False)), models.Q(('campaign__isnull', False), ('outing', None)), _connector='OR'), name='fieldwork_volunteer_for_one_thing'), models.UniqueConstraint(fields=('user', 'outing'), name='fieldwork_volunteer_once_for_outing'), models.UniqueConstraint(fields=('user', 'campaign'), name='fieldwork_volunteer_once_for_campaign')],
            },
        ),
        # Switch of the guard (common/guards.py): a table without a model.
        migrations.RunSQL(
            [
                "CREATE TABLE fieldwork_history_switch (id integer PRIMARY KEY CHECK (id = 1), is_open boolean NOT NULL)",
                "INSERT INTO fieldwork_history_switch (id, is_open) VALUES (1, false)",
            ],
            "DROP TABLE fieldwork_history_switch",
        ),
    ]
