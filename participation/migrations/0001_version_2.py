"""Tables of version 2.0.0, in place of the migrations of 1.1.0 (docs/releases.md)."""

import cms.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.db.models.deletion
import django.db.models.expressions
import modelcluster.fields
import modelsearch.index
import participation.models.attachments
import uuid
import wagtail.models.preview
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ("participation", "0001_schema"),
        ("participation", "0002_mark_placeholders"),
        ("participation", "0003_follow_since"),
        ("participation", "0004_answer_reports"),
        ("participation", "0005_proposals_in_referrals"),
        ("participation", "0006_choose_a_proposal"),
        ("participation", "0007_inspired_by"),
        ("participation", "0008_longer_imports"),
        ("participation", "0009_proposals_from_workshops"),
        ("participation", "0010_search_words"),
        ("participation", "0011_corrected_details"),
        ("participation", "0012_answers_with_marks"),
        ("participation", "0013_agents_of_services"),
    ]

    initial = True

    dependencies = [
        ('cms', '0001_version_2'),
        ('committee', '0001_version_2'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        django.contrib.postgres.operations.TrigramExtension(
        ),
        migrations.CreateModel(
            name='AnswerTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='For example: Already exists.', max_length=120, verbose_name='name of the template')),
                ('decision', models.CharField(blank=True, choices=[('acceptee', 'Accepted'), ('acceptee-en-partie', 'Accepted in part'), ('non-retenue', 'Not retained'), ('en-cours', 'In progress'), ('realisee', 'Done')], max_length=20, verbose_name='decision')),
                ('reasons', models.TextField(help_text='Where a part differs from case to case, write [à compléter : the place], for example. An answer is published only once all of them are filled in.', max_length=5000, verbose_name='reasons')),
                ('next_steps', models.TextField(blank=True, max_length=2000, verbose_name='what happens next')),
            ],
            options={
                'verbose_name': 'template of an answer',
                'verbose_name_plural': 'templates of answers',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='CallIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('introduction', models.TextField(blank=True, help_text='One or two short sentences. They are shown under the title, in lists, in feeds and in e-mails.', max_length=400, verbose_name='introduction')),
                ('search_words', models.CharField(blank=True, db_default='', default='', help_text='Other words by which readers look for this page. They are not shown. Example: wifi, computer.', max_length=200, verbose_name='search words')),
            ],
            options={
                'verbose_name': 'list of calls',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='ProposalIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('introduction', models.TextField(blank=True, help_text='One or two short sentences. They are shown under the title, in lists, in feeds and in e-mails.', max_length=400, verbose_name='introduction')),
                ('search_words', models.CharField(blank=True, db_default='', default='', help_text='Other words by which readers look for this page. They are not shown. Example: wifi, computer.', max_length=200, verbose_name='search words')),
            ],
            options={
                'verbose_name': 'list of proposals',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Addendum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state_reason', models.TextField(blank=True, max_length=2000, verbose_name='reason')),
                ('state_changed_at', models.DateTimeField(blank=True, null=True, verbose_name='state changed at')),
                ('idempotency_key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('body', models.TextField(max_length=20000, verbose_name='addendum')),
                ('state', models.CharField(choices=[('recu', 'Waiting to be read'), ('publie', 'Published'), ('refuse', 'Removed by moderation')], db_index=True, default='recu', max_length=10, verbose_name='state')),
                ('created_at', models.DateTimeField(verbose_name='written at')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published at')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='%(class)ss', to=settings.AUTH_USER_MODEL, verbose_name='author')),
            ],
            options={
                'verbose_name': 'addendum',
                'verbose_name_plural': 'addenda',
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='CallPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('introduction', models.TextField(blank=True, help_text='One or two short sentences. They are shown under the title, in lists, in feeds and in e-mails.', max_length=400, verbose_name='introduction')),
                ('search_words', models.CharField(blank=True, db_default='', default='', help_text='Other words by which readers look for this page. They are not shown. Example: wifi, computer.', max_length=200, verbose_name='search words')),
                ('proposals_from', models.DateTimeField(blank=True, help_text='People propose and comment.', null=True, verbose_name='proposals from')),
                ('discussion_from', models.DateTimeField(blank=True, help_text='No new proposal any more. People comment.', null=True, verbose_name='discussion from')),
                ('support_from', models.DateTimeField(blank=True, help_text='People support and comment. Empty: they support from the beginning.', null=True, verbose_name='support from')),
                ('closes_at', models.DateTimeField(blank=True, help_text='Everything can still be read.', null=True, verbose_name='closes at')),
                ('audience', models.CharField(choices=[('accounts', 'Everyone who has an account'), ('residents', 'Residents: accounts that name a commune of the metropolis'), ('members', 'The members of the committee')], default='accounts', max_length=12, verbose_name='who may take part')),
                ('reading', models.CharField(choices=[('everything', 'Everything'), ('first', 'The first contributions of each person; the next ones are read once published')], default='everything', max_length=12, verbose_name='read before publication')),
                ('body', cms.fields.BodyField([], blank=True, verbose_name='body')),
                ('source_url', models.URLField(blank=True, max_length=500, null=True, unique=True, verbose_name='address on the platform of origin')),
                ('topic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='calls', to='committee.topicpage', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'call',
                'verbose_name_plural': 'calls',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='CityService',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='For example: Direction of libraries.', max_length=120, unique=True, verbose_name='name of the service')),
                ('contact_email', models.EmailField(help_text='Reminders are sent there. It is never shown on the site.', max_length=254, verbose_name='contact address')),
                ('members', models.ManyToManyField(blank=True, help_text='They see what waits for this service first, and sign as their own services only.', related_name='city_services', to=settings.AUTH_USER_MODEL, verbose_name='agents')),
            ],
            options={
                'verbose_name': 'service of the city',
                'verbose_name_plural': 'services of the city',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(choices=[('en-ligne', 'on line'), ('guichet', 'at a desk'), ('telephone', 'by phone'), ('papier', 'on paper')], default='en-ligne', editable=False, max_length=10, verbose_name='origin')),
                ('author_name', models.CharField(blank=True, max_length=80, verbose_name='name shown')),
                ('state_reason', models.TextField(blank=True, max_length=2000, verbose_name='reason')),
                ('state_changed_at', models.DateTimeField(blank=True, null=True, verbose_name='state changed at')),
                ('created_at', models.DateTimeField(db_index=True, verbose_name='written at')),
                ('published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='published at')),
                ('edited_at', models.DateTimeField(blank=True, null=True, verbose_name='changed by its author at')),
                ('needs_review', models.BooleanField(db_column='to_read_again', default=False, editable=False, verbose_name='published, still to read')),
                ('idempotency_key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('source_url', models.URLField(blank=True, max_length=500, null=True, unique=True, verbose_name='address on the platform of origin')),
                ('depth', models.PositiveSmallIntegerField(default=0)),
                ('position', models.SmallIntegerField(choices=[(-1, 'Against'), (0, 'Neutral'), (1, 'For')], default=0, verbose_name='position')),
                ('body', models.TextField(max_length=40000, verbose_name='comment')),
                ('state', models.CharField(choices=[('recu', 'Waiting to be read'), ('publie', 'Published'), ('refuse', 'Removed by moderation'), ('retire', 'Withdrawn by its author')], db_index=True, default='recu', max_length=10, verbose_name='state')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='%(class)ss', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='participation.comment')),
                ('thread', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='participation.comment')),
            ],
            options={
                'verbose_name': 'comment',
                'verbose_name_plural': 'comments',
                'ordering': ['created_at', 'pk'],
                'permissions': [('moderate_comment', 'Can publish or remove comments')],
                'indexes': [models.Index(condition=models.Q(('needs_review', True)), fields=['created_at'], name='comment_to_read_again')],
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='CommentVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.TextField(max_length=40000, verbose_name='comment')),
                ('replaced_at', models.DateTimeField(verbose_name='replaced at')),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='participation.comment')),
            ],
            options={
                'verbose_name': 'earlier text of a comment',
                'verbose_name_plural': 'earlier texts of comments',
                'ordering': ['-replaced_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Discussion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_open', models.BooleanField(default=True, verbose_name='open to comments')),
                ('comment_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='comments')),
                ('page', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='discussion', to='wagtailcore.page')),
            ],
            options={
                'verbose_name': 'discussion',
                'verbose_name_plural': 'discussions',
            },
        ),
        migrations.AddField(
            model_name='comment',
            name='discussion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='participation.discussion'),
        ),
        migrations.CreateModel(
            name='Follow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('own', 'You made this proposal.'), ('commented', 'You wrote a comment here.'), ('supported', 'You support this proposal.'), ('chosen', 'You asked for it.')], max_length=10, verbose_name='why')),
                ('muted', models.BooleanField(default=False, verbose_name='stopped')),
                ('created_at', models.DateTimeField()),
                ('discussion', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follows', to='participation.discussion')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follows', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'follow',
                'verbose_name_plural': 'follows',
                'constraints': [models.UniqueConstraint(fields=('user', 'discussion'), name='participation_follow_once')],
            },
        ),
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='participation.comment')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'mention',
                'verbose_name_plural': 'mentions',
                'constraints': [models.UniqueConstraint(fields=('comment', 'user'), name='participation_mention_once')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(choices=[('en-ligne', 'on line'), ('guichet', 'at a desk'), ('telephone', 'by phone'), ('papier', 'on paper')], default='en-ligne', editable=False, max_length=10, verbose_name='origin')),
                ('title', models.CharField(max_length=300, verbose_name='title')),
                ('problem', models.TextField(blank=True, max_length=20000, verbose_name='what is the problem?')),
                ('author_name', models.CharField(blank=True, max_length=80, verbose_name='name shown')),
                ('state_reason', models.TextField(blank=True, max_length=2000, verbose_name='reason')),
                ('state_changed_at', models.DateTimeField(blank=True, null=True, verbose_name='state changed at')),
                ('published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='published at')),
                ('edited_at', models.DateTimeField(blank=True, null=True, verbose_name='changed by its author at')),
                ('needs_review', models.BooleanField(db_column='to_read_again', default=False, editable=False, verbose_name='published, still to read')),
                ('idempotency_key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('source_url', models.URLField(blank=True, max_length=500, null=True, unique=True, verbose_name='address on the platform of origin')),
                ('category', models.CharField(blank=True, db_index=True, max_length=120, verbose_name='category of origin')),
                ('kind', models.CharField(choices=[('proposition', 'Proposal'), ('besoin', 'Need')], default='proposition', max_length=12, verbose_name='kind')),
                ('body', models.TextField(blank=True, max_length=40000, verbose_name='what do you propose?')),
                ('district', models.CharField(blank=True, max_length=60, verbose_name='place')),
                ('state', models.CharField(choices=[('recue', 'Received'), ('publiee', 'Published'), ('etudiee', 'Under study'), ('acceptee', 'Accepted'), ('acceptee-en-partie', 'Accepted in part'), ('non-retenue', 'Not retained'), ('en-cours', 'In progress'), ('realisee', 'Done'), ('regroupee', 'Merged'), ('retiree', 'Withdrawn by its author'), ('refusee', 'Refused by moderation')], db_index=True, default='recue', max_length=20, verbose_name='state')),
                ('created_at', models.DateTimeField(db_index=True, verbose_name='received at')),
                ('answer_due_on', models.DateField(blank=True, null=True, verbose_name='answer due on')),
                ('answered_at', models.DateTimeField(blank=True, db_index=True, editable=False, null=True, verbose_name='answered at')),
                ('answer_delay', models.PositiveIntegerField(blank=True, editable=False, null=True, verbose_name='days until the first answer')),
                ('support_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='supports')),
                ('imported_support_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='imported supports')),
                ('comment_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='comments')),
                ('asked_service', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='asked', to='participation.cityservice', verbose_name='service that is asked')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='%(class)ss', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('call', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='participation.callpage', verbose_name='call')),
                ('inspired_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='inspired_proposals', to='wagtailcore.page', verbose_name='inspired by')),
                ('merged_into', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='merged', to='participation.proposal', verbose_name='merged into')),
                ('topic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='proposals', to='committee.topicpage', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'proposal',
                'verbose_name_plural': 'proposals',
                'ordering': ['-created_at', '-pk'],
                'permissions': [('moderate_proposal', 'Can publish or refuse proposals'), ('answer_proposal', 'Can answer proposals officially')],
                'indexes': [models.Index(fields=['state', '-published_at'], name='participati_state_48191d_idx'), django.contrib.postgres.indexes.GinIndex(fields=['title'], name='proposal_title_trigrams', opclasses=['gin_trgm_ops']), models.Index(fields=['state', 'answer_due_on'], name='proposal_answer_due'), models.Index(django.db.models.expressions.CombinedExpression(models.F('support_count'), '+', models.F('imported_support_count')), name='proposal_total_support'), models.Index(condition=models.Q(('needs_review', True)), fields=['created_at'], name='proposal_to_read_again'), models.Index(condition=models.Q(('state__in', ('publiee', 'etudiee', 'acceptee', 'acceptee-en-partie', 'non-retenue', 'en-cours', 'realisee', 'regroupee'))), fields=['-published_at', '-id'], name='proposal_latest'), models.Index(condition=models.Q(('answer_delay__isnull', False)), fields=['answer_delay'], name='proposal_answer_delay')],
                'constraints': [models.CheckConstraint(condition=models.Q(('merged_into__isnull', True), models.Q(('state', 'regroupee'), models.Q(('merged_into', models.F('pk')), _negated=True)), _connector='OR'), name='participation_proposal_merged_into_another')],
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='OfficialAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.CharField(choices=[('acceptee', 'Accepted'), ('acceptee-en-partie', 'Accepted in part'), ('non-retenue', 'Not retained'), ('en-cours', 'In progress'), ('realisee', 'Done')], max_length=20, verbose_name='decision')),
                ('reasons', models.TextField(help_text='Say why, in short sentences. Residents, not specialists, read this. A line that begins with “- ” is an item of a list, **two stars** make words bold, and an address becomes a link: https://… or [words](https://…).', max_length=5000, verbose_name='reasons')),
                ('next_steps', models.TextField(blank=True, help_text='Who does what, and when. For example: the first workshop opens in March.', max_length=2000, verbose_name='what happens next')),
                ('signed_as', models.CharField(blank=True, help_text='For example: head of the service. Do not write a name.', max_length=120, verbose_name='position of the person who signs')),
                ('has_marks', models.BooleanField(db_default=False, default=True, editable=False, verbose_name='has marks')),
                ('status', models.CharField(choices=[('brouillon', 'Draft'), ('programmee', 'Scheduled'), ('publiee', 'Published')], db_index=True, default='brouillon', editable=False, max_length=10, verbose_name='status')),
                ('publish_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='to be published on')),
                ('published_at', models.DateTimeField(blank=True, db_index=True, editable=False, null=True, verbose_name='published at')),
                ('problem', models.CharField(blank=True, editable=False, max_length=200, verbose_name='problem')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='written at')),
                ('service', models.ForeignKey(blank=True, help_text='A draft may wait for its signature. A published answer has one.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='participation.cityservice', verbose_name='service that signs')),
                ('writer', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
                ('proposal', models.ForeignKey(error_messages={'invalid_choice': 'Choose a proposal that can be answered.'}, limit_choices_to={'state__in': ('publiee', 'etudiee', 'acceptee', 'acceptee-en-partie', 'non-retenue', 'en-cours', 'realisee')}, on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='participation.proposal', verbose_name='proposal')),
            ],
            options={
                'verbose_name': 'official answer',
                'verbose_name_plural': 'official answers',
                'ordering': ['-published_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', False), ('status', 'publiee')), models.Q(models.Q(('status', 'publiee'), _negated=True), ('published_at__isnull', True)), _connector='OR'), name='participation_answer_published_has_a_date'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'programmee'), _negated=True), ('publish_at__isnull', False), _connector='OR'), name='participation_answer_scheduled_has_a_date')],
            },
            bases=(wagtail.models.preview.PreviewableMixin, models.Model),
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('state', models.CharField(choices=[('attend', 'Waiting'), ('acceptee', 'Accepted'), ('refusee', 'Declined'), ('reprise', 'Taken back')], default='attend', max_length=10, verbose_name='state')),
                ('created_at', models.DateTimeField(db_index=True, verbose_name='sent at')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='participation.proposal')),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
                'ordering': ['created_at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('proposal', 'email'), name='participation_invitation_once')],
            },
        ),
        migrations.AddField(
            model_name='discussion',
            name='proposal',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='discussion', to='participation.proposal'),
        ),
        migrations.CreateModel(
            name='DeskEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entered_at', models.DateTimeField(db_index=True, verbose_name='entered at')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail for news')),
                ('code_hash', models.CharField(blank=True, editable=False, max_length=128, verbose_name='code of the receipt')),
                ('attached_at', models.DateTimeField(blank=True, null=True, verbose_name='attached to an account at')),
                ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='personal data erased at')),
                ('agent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('comment', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='desk_entry', to='participation.comment', verbose_name='comment')),
                ('proposal', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='desk_entry', to='participation.proposal', verbose_name='proposal')),
            ],
            options={
                'verbose_name': 'entry for somebody',
                'verbose_name_plural': 'entries for somebody',
                'ordering': ['-entered_at', '-pk'],
                'permissions': [('enter_for_others', 'Can enter proposals and comments for other people')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('comment__isnull', True), ('proposal__isnull', False)), models.Q(('comment__isnull', False), ('proposal__isnull', True)), _connector='OR'), name='participation_desk_entry_of_one_text')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('published', 'Published'), ('unread', 'Published without reading'), ('refused', 'Not shown')], max_length=10, verbose_name='decision')),
                ('ground', models.CharField(blank=True, choices=[('subject', 'Not about the subject'), ('respect', 'Attacks a person or a group'), ('privacy', 'Gives personal data'), ('advertising', 'Advertising'), ('double', 'Sent twice'), ('illegal', 'Forbidden by law'), ('other', 'Another reason')], max_length=12, verbose_name='ground')),
                ('reason', models.TextField(blank=True, max_length=2000, verbose_name='reason')),
                ('waiting_since', models.DateTimeField(verbose_name='waiting since')),
                ('decided_at', models.DateTimeField(db_index=True, verbose_name='decided at')),
                ('addendum', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='participation.addendum')),
                ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='participation.comment')),
                ('moderator', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='moderator')),
                ('proposal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='participation.proposal')),
            ],
            options={
                'verbose_name': 'decision of moderation',
                'verbose_name_plural': 'decisions of moderation',
                'ordering': ['-decided_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('addendum__isnull', True), ('comment__isnull', True), ('proposal__isnull', False)), models.Q(('addendum__isnull', True), ('comment__isnull', False), ('proposal__isnull', True)), models.Q(('addendum__isnull', False), ('comment__isnull', True), ('proposal__isnull', True)), _connector='OR'), name='participation_decision_about_one_text'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'refused'), _negated=True), models.Q(('ground', ''), _negated=True), _connector='OR'), name='participation_refusal_has_a_ground')],
            },
        ),
        migrations.CreateModel(
            name='CoAuthor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(verbose_name='since')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='co_authorships', to=settings.AUTH_USER_MODEL)),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='co_authorships', to='participation.proposal')),
            ],
            options={
                'verbose_name': 'co-author',
                'verbose_name_plural': 'co-authors',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('proposal', 'user'), name='participation_coauthor_once')],
            },
        ),
        migrations.AddField(
            model_name='addendum',
            name='proposal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addenda', to='participation.proposal', verbose_name='proposal'),
        ),
        migrations.CreateModel(
            name='ProposalDraft',
            fields=[
                ('title', models.CharField(max_length=300, verbose_name='title')),
                ('problem', models.TextField(blank=True, max_length=20000, verbose_name='what is the problem?')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False, verbose_name='key')),
                ('kind', models.CharField(choices=[('proposition', 'Proposal'), ('besoin', 'Need')], default='proposition', max_length=12, verbose_name='kind')),
                ('body', models.TextField(blank=True, max_length=20000, verbose_name='what do you propose?')),
                ('district', models.CharField(blank=True, max_length=60, verbose_name='place')),
                ('has_subject', models.BooleanField(default=False, verbose_name='has a subject')),
                ('created_at', models.DateTimeField(verbose_name='begun at')),
                ('updated_at', models.DateTimeField(db_index=True, verbose_name='kept at')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='proposal_drafts', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('call', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='participation.callpage', verbose_name='call')),
                ('inspired_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.page', verbose_name='inspired by')),
                ('topic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='committee.topicpage', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'draft of a proposal',
                'verbose_name_plural': 'drafts of proposals',
                'ordering': ['-updated_at'],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False, verbose_name='key')),
                ('file', models.FileField(max_length=120, upload_to=participation.models.attachments.random_name, verbose_name='file')),
                ('type', models.CharField(choices=[('image/jpeg', 'JPG'), ('application/pdf', 'PDF')], max_length=20, verbose_name='type')),
                ('description', models.CharField(blank=True, max_length=255, verbose_name='description')),
                ('size', models.PositiveIntegerField(verbose_name='weight in bytes')),
                ('width', models.PositiveIntegerField(blank=True, null=True, verbose_name='width')),
                ('height', models.PositiveIntegerField(blank=True, null=True, verbose_name='height')),
                ('created_at', models.DateTimeField(verbose_name='added at')),
                ('is_waiting', models.BooleanField(db_default=False, default=False, editable=False, verbose_name='waits to be read')),
                ('removed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='removed at')),
                ('proposal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='participation.proposal', verbose_name='proposal')),
                ('draft', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='participation.proposaldraft', verbose_name='draft of a proposal')),
            ],
            options={
                'verbose_name': 'attachment',
                'verbose_name_plural': 'attachments',
                'ordering': ['created_at', 'key'],
                'constraints': [models.CheckConstraint(condition=models.Q(('draft__isnull', True), ('proposal__isnull', True), _connector='XOR'), name='participation_attachment_of_one')],
            },
        ),
        migrations.CreateModel(
            name='ProposalFromWorkshop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('proposal', models.ForeignKey(error_messages={'invalid_choice': 'Choose a proposal that is published.'}, limit_choices_to={'published_at__isnull': False}, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='participation.proposal', verbose_name='proposal')),
                ('row', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='committee.workshopgroup')),
            ],
            options={
                'verbose_name': 'proposal from a workshop group',
                'verbose_name_plural': 'proposals from workshop groups',
                'constraints': [models.UniqueConstraint(fields=('row', 'proposal'), name='participation_proposal_once_from_workshop')],
            },
        ),
        migrations.CreateModel(
            name='ProposalInDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('proposal', models.ForeignKey(error_messages={'invalid_choice': 'Choose a proposal that is published.'}, limit_choices_to={'published_at__isnull': False}, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='participation.proposal', verbose_name='proposal')),
                ('row', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='committee.sessiondecision')),
            ],
            options={
                'verbose_name': 'proposal in a decision',
                'verbose_name_plural': 'proposals in decisions',
                'constraints': [models.UniqueConstraint(fields=('row', 'proposal'), name='participation_proposal_once_in_decision')],
            },
        ),
        migrations.CreateModel(
            name='ProposalInDeliverable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('proposal', models.ForeignKey(error_messages={'invalid_choice': 'Choose a proposal that is published.'}, limit_choices_to={'published_at__isnull': False}, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='participation.proposal', verbose_name='proposal')),
                ('row', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='committee.deliverable')),
            ],
            options={
                'verbose_name': 'proposal in a deliverable',
                'verbose_name_plural': 'proposals in deliverables',
                'constraints': [models.UniqueConstraint(fields=('row', 'proposal'), name='participation_proposal_once_in_deliverable')],
            },
        ),
        migrations.CreateModel(
            name='ProposalInNews',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('news', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals_told', to='cms.newspage')),
                ('proposal', models.ForeignKey(error_messages={'invalid_choice': 'Choose a proposal that is published.'}, limit_choices_to={'published_at__isnull': False}, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='participation.proposal', verbose_name='proposal')),
            ],
            options={
                'verbose_name': 'proposal in the news',
                'verbose_name_plural': 'proposals in the news',
                'constraints': [models.UniqueConstraint(fields=('news', 'proposal'), name='participation_proposal_once_in_news')],
            },
        ),
        migrations.CreateModel(
            name='ProposalInReferral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('proposal', models.ForeignKey(error_messages={'invalid_choice': 'Choose a proposal that is published.'}, limit_choices_to={'published_at__isnull': False}, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='participation.proposal', verbose_name='proposal')),
                ('row', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='committee.referral')),
            ],
            options={
                'verbose_name': 'proposal brought to a body',
                'verbose_name_plural': 'proposals brought to bodies',
                'constraints': [models.UniqueConstraint(fields=('row', 'proposal'), name='participation_proposal_once_in_referral')],
            },
        ),
        migrations.CreateModel(
            name='ProposalOnAgenda',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('proposal', models.ForeignKey(error_messages={'invalid_choice': 'Choose a proposal that is published.'}, limit_choices_to={'published_at__isnull': False}, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='participation.proposal', verbose_name='proposal')),
                ('row', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='committee.agendaitem')),
            ],
            options={
                'verbose_name': 'proposal on an agenda',
                'verbose_name_plural': 'proposals on agendas',
                'constraints': [models.UniqueConstraint(fields=('row', 'proposal'), name='participation_proposal_once_on_item')],
            },
        ),
        migrations.CreateModel(
            name='ProposalStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('etat', 'Change of state'), ('relance', 'Reminder to the service')], default='etat', max_length=8, verbose_name='kind')),
                ('at', models.DateTimeField(verbose_name='date')),
                ('from_state', models.CharField(blank=True, choices=[('recue', 'Received'), ('publiee', 'Published'), ('etudiee', 'Under study'), ('acceptee', 'Accepted'), ('acceptee-en-partie', 'Accepted in part'), ('non-retenue', 'Not retained'), ('en-cours', 'In progress'), ('realisee', 'Done'), ('regroupee', 'Merged'), ('retiree', 'Withdrawn by its author'), ('refusee', 'Refused by moderation')], max_length=20, verbose_name='from')),
                ('to_state', models.CharField(choices=[('recue', 'Received'), ('publiee', 'Published'), ('etudiee', 'Under study'), ('acceptee', 'Accepted'), ('acceptee-en-partie', 'Accepted in part'), ('non-retenue', 'Not retained'), ('en-cours', 'In progress'), ('realisee', 'Done'), ('regroupee', 'Merged'), ('retiree', 'Withdrawn by its author'), ('refusee', 'Refused by moderation')], max_length=20, verbose_name='to')),
                ('role', models.CharField(choices=[('equipe', 'Team'), ('service', 'Service of the city'), ('auteur', 'Author'), ('import', 'Import')], max_length=8, verbose_name='in the role of')),
                ('reason', models.TextField(blank=True, max_length=5000, verbose_name='reason')),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('answer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='participation.officialanswer')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='participation.proposal')),
                ('target', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='participation.proposal')),
            ],
            options={
                'verbose_name': 'step of a proposal',
                'verbose_name_plural': 'steps of proposals',
                'ordering': ['at', 'pk'],
                'indexes': [models.Index(fields=['proposal', 'at'], name='participation_step_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'etat'), models.Q(('from_state', models.F('to_state')), _negated=True)), models.Q(('from_state', models.F('to_state')), ('kind', 'relance')), _connector='OR'), name='participation_step_moves_unless_a_reminder')],
            },
        ),
        migrations.CreateModel(
            name='ProposalVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=300, verbose_name='title')),
                ('problem', models.TextField(blank=True, max_length=20000, verbose_name='what is the problem?')),
                ('body', models.TextField(max_length=40000, verbose_name='what do you propose?')),
                ('has_details', models.BooleanField(db_default=False, default=False, verbose_name='with subject, place and files')),
                ('district', models.CharField(blank=True, db_default='', default='', max_length=60, verbose_name='place')),
                ('files', models.TextField(blank=True, db_default='', default='', max_length=5000, verbose_name='pictures and documents')),
                ('replaced_at', models.DateTimeField(verbose_name='replaced at')),
                ('is_hidden', models.BooleanField(default=False, verbose_name='hidden')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='participation.proposal')),
                ('topic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='committee.topicpage', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'earlier text of a proposal',
                'verbose_name_plural': 'earlier texts of proposals',
                'ordering': ['-replaced_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(max_length=1000, verbose_name='what is wrong?')),
                ('created_at', models.DateTimeField(verbose_name='reported at')),
                ('outcome', models.CharField(blank=True, choices=[('kept', 'Text kept'), ('removed', 'Text removed'), ('withdrawn', 'Text withdrawn by its author')], db_default='', max_length=10, verbose_name='decision')),
                ('decision_reason', models.TextField(blank=True, db_default='', max_length=2000, verbose_name='reason of the decision')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided at')),
                ('addendum', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='participation.addendum')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='participation.comment')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='moderator')),
                ('proposal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='participation.proposal')),
            ],
            options={
                'verbose_name': 'report',
                'verbose_name_plural': 'reports',
                'ordering': ['created_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('addendum__isnull', True), ('comment__isnull', True), ('proposal__isnull', False)), models.Q(('addendum__isnull', True), ('comment__isnull', False), ('proposal__isnull', True)), models.Q(('addendum__isnull', False), ('comment__isnull', True), ('proposal__isnull', True)), _connector='OR'), name='participation_report_about_one_text'), models.UniqueConstraint(fields=('comment', 'author'), name='participation_report_once'), models.UniqueConstraint(fields=('proposal', 'author'), name='participation_proposal_report_once'), models.UniqueConstraint(fields=('addendum', 'author'), name='participation_addendum_report_once'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('outcome', '')), models.Q(models.Q(('outcome', ''), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='participation_report_decided_with_a_date')],
            },
        ),
        migrations.CreateModel(
            name='Support',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='supports', to='participation.proposal')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='supports', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'support',
                'verbose_name_plural': 'supports',
                'constraints': [models.UniqueConstraint(fields=('proposal', 'user'), name='participation_support_once')],
            },
        ),
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.TextField(max_length=1000, verbose_name='what the author says')),
                ('created_at', models.DateTimeField(verbose_name='asked at')),
                ('outcome', models.CharField(blank=True, choices=[('upheld', 'Still not shown'), ('overturned', 'Published after a second look')], max_length=10, verbose_name='outcome')),
                ('reason', models.TextField(blank=True, max_length=2000, verbose_name='reason')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided at')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='second reader')),
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='appeal', to='participation.decision')),
            ],
            options={
                'verbose_name': 'request for a second look',
                'verbose_name_plural': 'requests for a second look',
                'ordering': ['created_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('outcome', '')), models.Q(models.Q(('outcome', ''), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='participation_appeal_decided_with_a_date')],
            },
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('parent', None)), fields=['discussion', 'created_at', 'id'], name='comment_threads'),
        ),
        migrations.AddConstraint(
            model_name='discussion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('page__isnull', True), ('proposal__isnull', False)), models.Q(('page__isnull', False), ('proposal__isnull', True)), _connector='OR'), name='participation_discussion_belongs_to_one_thing'),
        ),
    ]
