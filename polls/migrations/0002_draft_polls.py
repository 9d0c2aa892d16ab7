import django.db.models.deletion
import modelcluster.fields
from django.db import migrations, models
from django.utils import timezone


def keep_opened(apps, schema_editor):
    """Keeps polls open that have answers, or a question and two choices for each; makes the others drafts.

    A complete draft with a future date opens at that date.
    """
    Poll, Question = apps.get_model('polls', 'Poll'), apps.get_model('polls', 'Question')
    choices = Question.objects.annotate(number=models.Count('choices'))
    is_complete = models.Q(pk__in=choices.values('poll')) & ~models.Q(pk__in=choices.filter(number__lt=2).values('poll'))
    is_answered = models.Q(pk__in=apps.get_model('polls', 'Participation').objects.values('poll'))
    opened = Poll.objects.filter(is_complete | is_answered, opens_at__lte=timezone.now())
    Poll.objects.filter(pk__in=list(opened.values_list('pk', flat=True))).update(is_draft=False)


class Migration(migrations.Migration):

    dependencies = [
        ('polls', '0001_schema'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='poll',
            options={'ordering': [models.OrderBy(models.F('opens_at'), descending=True, nulls_first=True), '-pk'], 'verbose_name': 'poll', 'verbose_name_plural': 'polls'},
        ),
        migrations.AddField(
            model_name='poll',
            name='is_draft',
            field=models.BooleanField(db_default=True, default=True, editable=False, verbose_name='draft'),
        ),
        migrations.AlterField(
            model_name='poll',
            name='opens_at',
            field=models.DateTimeField(blank=True, help_text='The poll opens by itself then, if nothing is missing. Empty: it waits for “Open…”.', null=True, verbose_name='opens at'),
        ),
        migrations.AlterField(
            model_name='question',
            name='order',
            field=models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='order'),
        ),
        migrations.AlterField(
            model_name='question',
            name='poll',
            field=modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='polls.poll', verbose_name='poll'),
        ),
        migrations.RunPython(keep_opened, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='poll',
            constraint=models.CheckConstraint(condition=models.Q(('is_draft', True), ('opens_at__isnull', False), _connector='OR'), name='polls_poll_opened_at_a_moment'),
        ),
    ]
