"""Field surveys: pages, outings, numbered sheets."""

import cms.models.second_reading
import cms.quality.requirements
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('committee', '0008_leaving_members'),
        ('fieldwork', '0001_trials'),
        ('polls', '0004_people_met'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='SurveyIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('introduction', models.TextField(blank=True, help_text='One or two short sentences. They are shown under the title, in lists, in feeds and in e-mails.', max_length=400, verbose_name='introduction')),
            ],
            options={
                'verbose_name': 'list of field surveys',
            },
            bases=(cms.models.second_reading.ReadBeforePublication, cms.quality.requirements.PublishedWhenReady, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='SurveyPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('introduction', models.TextField(blank=True, help_text='One or two short sentences. They are shown under the title, in lists, in feeds and in e-mails.', max_length=400, verbose_name='introduction')),
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
            bases=(cms.models.second_reading.ReadBeforePublication, cms.quality.requirements.PublishedWhenReady, 'wagtailcore.page'),
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
            name='Outing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='starts at')),
                ('ends_at', models.DateTimeField(verbose_name='ends at')),
                ('place', models.CharField(help_text='Where people are met. Example: Meinau market.', max_length=120, verbose_name='place')),
                ('meeting_point', models.CharField(blank=True, help_text='Where those who go find one another. The members of the committee alone read it.', max_length=200, verbose_name='meeting point')),
                ('people_asked', models.PositiveIntegerField(blank=True, null=True, verbose_name='people asked')),
                ('refusals', models.PositiveIntegerField(blank=True, null=True, verbose_name='refusals')),
                ('is_closed', models.BooleanField(default=False, help_text='The numbers are counted. They can be corrected until the survey ends.', verbose_name='closed')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outings', to='fieldwork.surveypage', verbose_name='field survey')),
            ],
            options={
                'verbose_name': 'outing',
                'verbose_name_plural': 'outings',
                'ordering': ['starts_at', 'pk'],
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
        migrations.AddConstraint(
            model_name='outing',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='fieldwork_outing_ends_after_start', violation_error_message='Write an end that comes after the start.'),
        ),
        migrations.AddConstraint(
            model_name='outing',
            constraint=models.CheckConstraint(condition=models.Q(('people_asked', None), ('refusals', None), ('refusals__lte', models.F('people_asked')), _connector='OR'), name='fieldwork_outing_refusals_among_asked', violation_error_message='No more people can refuse than were asked.'),
        ),
        migrations.AddConstraint(
            model_name='outing',
            constraint=models.CheckConstraint(condition=models.Q(('is_closed', False), models.Q(('people_asked__isnull', False), ('refusals__isnull', False)), _connector='OR'), name='fieldwork_closed_outing_is_counted', violation_error_message='Write how many people were asked and how many refused: 0 if nobody.'),
        ),
    ]
