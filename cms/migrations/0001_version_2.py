"""Tables of version 2.0.0, in place of the migrations of 1.1.0 (docs/releases.md)."""

import cms.fields
import cms.models.settings
import django.core.validators
import django.db.models.deletion
import modelsearch.index
import taggit.managers
import wagtail.images.models
import wagtail.models.media
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ("cms", "0001_schema"),
        ("cms", "0002_answer_delay"),
        ("cms", "0003_spotlight"),
        ("cms", "0004_missing_addresses"),
        ("cms", "0005_second_reading"),
        ("cms", "0006_tests_with_people"),
        ("cms", "0007_cited_addresses"),
        ("cms", "0008_places_to_fill_in"),
        ("cms", "0009_database_defaults"),
        ("cms", "0010_names_of_the_city"),
        ("cms", "0011_search_words"),
    ]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('taggit', '0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessibilityPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('introduction', models.TextField(blank=True, help_text='One or two short sentences. They are shown under the title, in lists, in feeds and in e-mails.', max_length=400, verbose_name='introduction')),
                ('search_words', models.CharField(blank=True, db_default='', default='', help_text='Other words by which readers look for this page. They are not shown. Example: wifi, computer.', max_length=200, verbose_name='search words')),
                ('not_accessible', cms.fields.BodyField([], blank=True, help_text='What people may not be able to use, and why: not compliant, exempt, or not covered by the law.', verbose_name='what is not accessible')),
                ('tests_with_people', cms.fields.BodyField([], blank=True, db_default=[], default=list, help_text='When, with whom (how many, which devices, no names), and what was found. Empty: none took place.', verbose_name='tests with people')),
                ('technologies', cms.fields.BodyField([], blank=True, verbose_name='technologies')),
                ('test_environment', cms.fields.BodyField([], blank=True, help_text='Browsers, screen readers and tools used for the tests, and the pages that were tested.', verbose_name='test environment')),
                ('scheme', cms.fields.BodyField([], blank=True, help_text='What is planned this year and in the next ones. The law asks for three years at most.', verbose_name='scheme over several years')),
            ],
            options={
                'verbose_name': 'declaration of accessibility',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='CitedAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.URLField(max_length=500, unique=True, verbose_name='address')),
                ('state', models.CharField(choices=[('not_yet', 'not looked at yet'), ('answers', 'answers'), ('moved', 'moved for good'), ('gone', 'gone'), ('closed', 'closed to programs')], db_index=True, default='not_yet', max_length=8, verbose_name='state')),
                ('moved_to', models.CharField(blank=True, max_length=2000, verbose_name='moved to')),
                ('first_failed_on', models.DateField(null=True, verbose_name='first failure')),
                ('last_failed_on', models.DateField(null=True, verbose_name='last failure')),
                ('failed_days', models.PositiveSmallIntegerField(default=0, verbose_name='days with a failure')),
                ('heard_at', models.DateTimeField(db_index=True, null=True, verbose_name='last answer')),
                ('looked_at', models.DateTimeField(null=True, verbose_name='last look')),
                ('next_look_at', models.DateTimeField(db_index=True, verbose_name='next look')),
                ('cited_by', models.JSONField(default=list, verbose_name='cited by')),
                ('has_copy', models.BooleanField(default=False, verbose_name='archived copy')),
            ],
            options={
                'verbose_name': 'cited address',
                'verbose_name_plural': 'cited addresses',
            },
        ),
        migrations.CreateModel(
            name='MissingAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=200, unique=True, verbose_name='address')),
                ('count', models.PositiveIntegerField(default=1, verbose_name='times')),
                ('first_asked_on', models.DateField(db_index=True, verbose_name='first asked on')),
                ('last_asked_on', models.DateField(db_index=True, verbose_name='last asked on')),
            ],
            options={
                'verbose_name': 'address not found',
                'verbose_name_plural': 'addresses not found',
            },
        ),
        migrations.CreateModel(
            name='NewsIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('introduction', models.TextField(blank=True, help_text='One or two short sentences. They are shown under the title, in lists, in feeds and in e-mails.', max_length=400, verbose_name='introduction')),
                ('search_words', models.CharField(blank=True, db_default='', default='', help_text='Other words by which readers look for this page. They are not shown. Example: wifi, computer.', max_length=200, verbose_name='search words')),
            ],
            options={
                'verbose_name': 'list of news',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='PageCheck',
            fields=[
                ('page', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='check_row', serialize=False, to='wagtailcore.page', verbose_name='page')),
                ('lix', models.PositiveSmallIntegerField(verbose_name='LIX')),
                ('longest_sentence', models.PositiveSmallIntegerField(verbose_name='words of the longest sentence')),
                ('pictures_without_text', models.PositiveSmallIntegerField(verbose_name='pictures without text')),
                ('placeholders', models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name='places to fill in')),
                ('checked_at', models.DateTimeField(verbose_name='checked at')),
            ],
            options={
                'verbose_name': 'check of a page',
                'verbose_name_plural': 'checks of pages',
            },
        ),
        migrations.CreateModel(
            name='PageOpening',
            fields=[
                ('page', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='opening', serialize=False, to='wagtailcore.page', verbose_name='page')),
                ('at', models.DateTimeField(db_index=True, verbose_name='opened at')),
            ],
            options={
                'verbose_name': 'opening of a page',
                'verbose_name_plural': 'openings of pages',
            },
        ),
        migrations.CreateModel(
            name='StandardPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('introduction', models.TextField(blank=True, help_text='One or two short sentences. They are shown under the title, in lists, in feeds and in e-mails.', max_length=400, verbose_name='introduction')),
                ('search_words', models.CharField(blank=True, db_default='', default='', help_text='Other words by which readers look for this page. They are not shown. Example: wifi, computer.', max_length=200, verbose_name='search words')),
                ('body', cms.fields.BodyField([], blank=True, verbose_name='body')),
            ],
            options={
                'verbose_name': 'standard page',
                'verbose_name_plural': 'standard pages',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='CustomDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=255, verbose_name='title')),
                ('file', models.FileField(upload_to='documents', verbose_name='file')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('file_size', models.PositiveBigIntegerField(editable=False, null=True)),
                ('file_hash', models.CharField(blank=True, editable=False, max_length=40)),
                ('collection', models.ForeignKey(default=wagtail.models.media.get_root_collection_id, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.collection', verbose_name='collection')),
                ('tags', taggit.managers.TaggableManager(blank=True, help_text=None, through='taggit.TaggedItem', to='taggit.Tag', verbose_name='tags')),
                ('uploaded_by_user', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL, verbose_name='uploaded by user')),
            ],
            options={
                'verbose_name': 'document',
                'verbose_name_plural': 'documents',
                'abstract': False,
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='CustomImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=255, verbose_name='title')),
                ('file', wagtail.images.models.WagtailImageField(height_field='height', upload_to=wagtail.images.models.get_upload_to, verbose_name='file', width_field='width')),
                ('width', models.IntegerField(editable=False, verbose_name='width')),
                ('height', models.IntegerField(editable=False, verbose_name='height')),
                ('created_at', models.DateTimeField(auto_now_add=True, db_index=True, verbose_name='created at')),
                ('focal_point_x', models.PositiveIntegerField(blank=True, null=True)),
                ('focal_point_y', models.PositiveIntegerField(blank=True, null=True)),
                ('focal_point_width', models.PositiveIntegerField(blank=True, null=True)),
                ('focal_point_height', models.PositiveIntegerField(blank=True, null=True)),
                ('file_size', models.PositiveIntegerField(editable=False, null=True)),
                ('file_hash', models.CharField(blank=True, db_index=True, editable=False, max_length=40)),
                ('description', models.CharField(default='', help_text='What the image shows, for people who do not see it. Example: Six people around a table.', max_length=255, verbose_name='description')),
                ('credit', models.CharField(blank=True, help_text='Example: Photo: Odile M.', max_length=120, verbose_name='credit')),
                ('collection', models.ForeignKey(default=wagtail.models.media.get_root_collection_id, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.collection', verbose_name='collection')),
                ('tags', taggit.managers.TaggableManager(blank=True, help_text=None, through='taggit.TaggedItem', to='taggit.Tag', verbose_name='tags')),
                ('uploaded_by_user', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL, verbose_name='uploaded by user')),
            ],
            options={
                'verbose_name': 'image',
                'verbose_name_plural': 'images',
                'abstract': False,
            },
            bases=(wagtail.images.models.ImageFileMixin, modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='NewsPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('discussion_open', models.BooleanField(default=False, help_text='Readers may write comments under the page. Without the tick, those already there stay readable.', verbose_name='discussion open')),
                ('introduction', models.TextField(blank=True, help_text='One or two short sentences. They are shown under the title, in lists, in feeds and in e-mails.', max_length=400, verbose_name='introduction')),
                ('search_words', models.CharField(blank=True, db_default='', default='', help_text='Other words by which readers look for this page. They are not shown. Example: wifi, computer.', max_length=200, verbose_name='search words')),
                ('body', cms.fields.BodyField([], verbose_name='body')),
                ('image', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cms.customimage', verbose_name='image')),
                ('related_page', models.ForeignKey(blank=True, help_text='A session, a topic or a call, for example. Readers find the link under the text.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.page', verbose_name='page it is about')),
            ],
            options={
                'verbose_name': 'news item',
                'verbose_name_plural': 'news',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='SecondReadingTask',
            fields=[
                ('task_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.task')),
                ('groups', models.ManyToManyField(to='auth.group', verbose_name='second readers')),
            ],
            options={
                'verbose_name': 'second reading',
                'verbose_name_plural': 'second readings',
            },
            bases=('wagtailcore.task',),
        ),
        migrations.CreateModel(
            name='SiteConfiguration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('institution', models.CharField(db_default='', default=cms.models.settings.default_institution, help_text='Under the name of the site, at the top of pages and mails. Example: Ville de Villeneuve', max_length=80, verbose_name='institution')),
                ('phone', models.CharField(default='03 00 00 00 00', max_length=20, verbose_name='phone number')),
                ('phone_hours', models.CharField(default='du lundi au vendredi, de 9 h à 17 h', max_length=120, verbose_name='hours')),
                ('contact_email', models.EmailField(default='contact@comite.example', max_length=254, verbose_name='contact address')),
                ('answer_delay', models.CharField(db_default='cinq jours ouvrés', default='cinq jours ouvrés', help_text='Told to whoever writes to you. Example: cinq jours ouvrés', max_length=60, verbose_name='answer within')),
                ('desk_address', models.TextField(blank=True, help_text='Printed on the forms. Say where the desks are, when they are open, and the postal address.', max_length=300, verbose_name='where to bring or send a paper form')),
                ('accessibility_status', models.CharField(choices=[('non-conforme', 'not compliant'), ('partiellement-conforme', 'partially compliant'), ('totalement-conforme', 'fully compliant')], default='non-conforme', help_text='Shown on every page. Only an audit allows another choice than “not compliant”.', max_length=25, verbose_name='state of accessibility')),
                ('accessibility_audited_on', models.DateField(blank=True, null=True, verbose_name='date of the audit')),
                ('accessibility_auditor', models.CharField(blank=True, help_text='A person or a company, by name.', max_length=120, verbose_name='who made the audit')),
                ('accessibility_rate', models.DecimalField(blank=True, decimal_places=2, help_text='In percent, as the audit says it. Example: 74.5', max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='share of criteria that are met')),
            ],
            options={
                'verbose_name': 'site configuration',
                'constraints': [models.CheckConstraint(condition=models.Q(('accessibility_status', 'non-conforme'), models.Q(('accessibility_audited_on__isnull', False), ('accessibility_rate__gte', 50), models.Q(('accessibility_auditor', ''), _negated=True)), _connector='OR'), name='cms_accessibility_needs_an_audit')],
            },
        ),
        migrations.CreateModel(
            name='CustomRendition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filter_spec', models.CharField(db_index=True, max_length=255)),
                ('file', wagtail.images.models.WagtailImageField(height_field='height', storage=wagtail.images.models.get_rendition_storage, upload_to=wagtail.images.models.get_rendition_upload_to, width_field='width')),
                ('width', models.IntegerField(editable=False)),
                ('height', models.IntegerField(editable=False)),
                ('focal_point_key', models.CharField(blank=True, default='', editable=False, max_length=16)),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='renditions', to='cms.customimage')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('image', 'filter_spec', 'focal_point_key'), name='cms_rendition_unique')],
            },
            bases=(wagtail.images.models.ImageFileMixin, models.Model),
        ),
        migrations.CreateModel(
            name='Spotlight',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('alert_text', models.CharField(blank=True, help_text='One or two short sentences. Example: The session of this evening is moved to Thursday.', max_length=200, verbose_name='text of the alert')),
                ('alert_until', models.DateTimeField(blank=True, help_text='The alert goes by itself at this time, or within the minute that follows.', null=True, verbose_name='shown until')),
                ('alert_url', models.URLField(blank=True, help_text='Outside of this site. Example: https://www.service-public.fr/', verbose_name='or an address')),
                ('alert_link_text', models.CharField(blank=True, help_text='Example: The new date. Without them, the title of the page is shown.', max_length=80, verbose_name='words of the link')),
                ('alert_page', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.page', verbose_name='page that says more')),
                ('first', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.page', verbose_name='first')),
                ('second', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.page', verbose_name='second')),
                ('third', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.page', verbose_name='third')),
            ],
            options={
                'verbose_name': 'alert and spotlight',
                'constraints': [models.CheckConstraint(condition=models.Q(('alert_text', ''), ('alert_until__isnull', False), _connector='OR'), name='cms_alert_has_an_end')],
            },
        ),
    ]
