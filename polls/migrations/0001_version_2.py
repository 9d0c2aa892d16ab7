"""Tables of version 2.0.0, in place of the migrations of 1.1.0 (docs/releases.md)."""

import django.core.validators
import django.db.models.deletion
import modelcluster.fields
import modelsearch.index
import wagtail.models.preview
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ("polls", "0001_schema"),
        ("polls", "0002_draft_polls"),
        ("polls", "0003_vote_guard"),
        ("polls", "0004_people_met"),
        ("polls", "0005_database_defaults"),
        ("polls", "0006_secret_until_its_end"),
        ("polls", "0007_common_guards"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Poll',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(help_text='Ask one thing, in less than 70 characters. Example: Which day for the workshops?', max_length=150, verbose_name='title')),
                ('slug', models.SlugField(unique=True, verbose_name='address')),
                ('introduction', models.TextField(blank=True, help_text='Say what the answers will be used for, in one or two sentences.', max_length=400, verbose_name='introduction')),
                ('is_draft', models.BooleanField(db_default=True, default=True, editable=False, verbose_name='draft')),
                ('opens_at', models.DateTimeField(blank=True, help_text='The poll opens by itself then, if nothing is missing. Empty: it waits for “Open…”.', null=True, verbose_name='opens at')),
                ('closes_at', models.DateTimeField(verbose_name='closes at')),
                ('audience', models.CharField(choices=[('accounts', 'Everyone who has an account'), ('residents', 'Residents: accounts that name a commune of the metropolis'), ('members', 'The members of the committee'), ('seats', 'The seats of the committee: one answer for each seat'), ('people-met', 'People met in a field survey: they answer on numbered sheets')], default='accounts', max_length=12, verbose_name='who may answer')),
                ('ballot', models.CharField(choices=[('secret', 'Secret: counted, tied to nobody, final once sent'), ('nominative', 'Nominative: kept with the account, can be changed until the end')], default='secret', max_length=12, verbose_name='ballot')),
                ('results_shown', models.CharField(choices=[('after-answer', 'To those who have answered, then to everyone at the end'), ('at-end', 'To everyone, at the end only')], default='at-end', help_text='A secret poll shows them at the end only: a count that moves with each answer would tell who answered what.', max_length=12, verbose_name='results')),
                ('quorum', models.PositiveSmallIntegerField(blank=True, help_text='Of those who may answer, how many must answer for the result to count. Empty: no quorum.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='quorum, in percent')),
                ('required_share', models.PositiveSmallIntegerField(blank=True, help_text='Of the answers, how many a choice needs to be adopted at the end. Example: 50. A tie adopts nothing, unless people may tick several choices. Empty: nothing is adopted.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='required share, in percent')),
            ],
            options={
                'verbose_name': 'poll',
                'verbose_name_plural': 'polls',
                'ordering': [models.OrderBy(models.F('opens_at'), descending=True, nulls_first=True), '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('opens_at'))), name='polls_poll_closes_after_opening'), models.CheckConstraint(condition=models.Q(('is_draft', True), ('opens_at__isnull', False), _connector='OR'), name='polls_poll_opened_at_a_moment'), models.CheckConstraint(condition=models.Q(('is_draft', True), models.Q(('ballot', 'secret'), _negated=True), ('results_shown', 'at-end'), _connector='OR'), name='polls_poll_secret_until_its_end')],
            },
            bases=(wagtail.models.preview.PreviewableMixin, modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='Participation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('voice', models.CharField(blank=True, db_default='', default='', editable=False, max_length=40, verbose_name='voice')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='poll_participations', to=settings.AUTH_USER_MODEL, verbose_name='account')),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='polls.poll', verbose_name='poll')),
            ],
            options={
                'verbose_name': 'participation in a poll',
                'verbose_name_plural': 'participations in polls',
                'constraints': [models.UniqueConstraint(fields=('poll', 'user'), name='polls_participation_one_answer_per_person'), models.UniqueConstraint(condition=models.Q(('voice', ''), _negated=True), fields=('poll', 'voice'), name='polls_participation_one_answer_per_voice')],
            },
        ),
        migrations.CreateModel(
            name='AgentEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(choices=[('en-ligne', 'on line'), ('guichet', 'at a desk'), ('telephone', 'by phone'), ('papier', 'on paper')], default='en-ligne', editable=False, max_length=10, verbose_name='origin')),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='answered for')),
                ('key', models.CharField(blank=True, editable=False, max_length=120)),
                ('agent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('participation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='entry', to='polls.participation', verbose_name='participation in a poll')),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='polls.poll', verbose_name='poll')),
            ],
            options={
                'verbose_name': 'poll answer entered by an agent',
                'verbose_name_plural': 'poll answers entered by agents',
                'permissions': [('enter_for_others', 'Can answer nominative polls for other people')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('key', ''), _negated=True), fields=('poll', 'key'), name='polls_entry_one_answer_per_name'), models.CheckConstraint(condition=models.Q(('origin', 'en-ligne'), _negated=True), name='polls_entry_did_not_come_on_line')],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=200, verbose_name='question')),
                ('kind', models.CharField(choices=[('single', 'One choice'), ('multiple', 'Several choices'), ('ranked', 'Choices in order of preference'), ('points', 'Points to share among the choices'), ('text', 'Free text')], default='single', max_length=10, verbose_name='kind of answer')),
                ('max_choices', models.PositiveSmallIntegerField(blank=True, help_text='For several choices, or an order of preference. Empty: as many as there are.', null=True, validators=[django.core.validators.MinValueValidator(2)], verbose_name='choices at most')),
                ('points', models.PositiveSmallIntegerField(default=10, help_text='For points only.', validators=[django.core.validators.MinValueValidator(2), django.core.validators.MaxValueValidator(100)], verbose_name='points to share')),
                ('is_optional', models.BooleanField(db_default=False, default=False, help_text='People may leave this question without an answer.', verbose_name='optional')),
                ('makes_groups', models.BooleanField(db_default=False, default=False, help_text='In a field survey: results are shown by answer to this question, where the groups are large enough.', verbose_name='makes groups')),
                ('order', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='order')),
                ('poll', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='polls.poll', verbose_name='poll')),
            ],
            options={
                'verbose_name': 'question',
                'verbose_name_plural': 'questions',
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='NominativeAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer', models.CharField(max_length=400)),
                ('participation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='polls.participation')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nominative_answers', to='polls.question')),
            ],
            options={
                'verbose_name': 'nominative answer',
                'verbose_name_plural': 'nominative answers',
                'constraints': [models.UniqueConstraint(fields=('participation', 'question'), name='polls_nominative_one_answer_per_question')],
            },
        ),
        migrations.CreateModel(
            name='Choice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=200, verbose_name='choice')),
                ('question', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='choices', to='polls.question')),
            ],
            options={
                'verbose_name': 'choice',
                'verbose_name_plural': 'choices',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SecretTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('counts', models.JSONField(default=dict)),
                ('question', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='secret_tally', to='polls.question')),
            ],
            options={
                'verbose_name': 'secret tally',
                'verbose_name_plural': 'secret tallies',
            },
        ),
        migrations.CreateModel(
            name='SecretTexts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('texts', models.JSONField(default=list)),
                ('question', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='secret_texts', to='polls.question')),
            ],
            options={
                'verbose_name': 'secret texts',
                'verbose_name_plural': 'secret texts',
            },
        ),
        # Switch of the guard (common/guards.py): a table without a model.
        migrations.RunSQL(
            [
                "CREATE TABLE polls_vote_switch (id integer PRIMARY KEY CHECK (id = 1), is_open boolean NOT NULL)",
                "INSERT INTO polls_vote_switch (id, is_open) VALUES (1, false)",
            ],
            "DROP TABLE polls_vote_switch",
        ),
    ]
