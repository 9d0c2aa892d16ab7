"""Extends reports to proposals and addenda, and stores the decision on each report."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def answer_reports_of_removed_comments(apps: Any, schema_editor: Any) -> None:
    """Closes the reports of removed comments, without mails after such a long time."""
    reports = apps.get_model("participation", "Report").objects.filter(outcome="")
    for state, outcome in (("refuse", "removed"), ("retire", "withdrawn")):
        for report in reports.filter(comment__state=state).select_related("comment"):
            report.outcome = outcome
            report.decided_at = report.comment.state_changed_at or report.created_at
            report.decision_reason = report.comment.state_reason if outcome == "removed" else ""
            report.save(update_fields=["outcome", "decided_at", "decision_reason"])


class Migration(migrations.Migration):

    dependencies = [
        ("participation", "0003_follow_since"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='report',
            name='addendum',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='participation.addendum'),
        ),
        migrations.AddField(
            model_name='report',
            name='decided_at',
            field=models.DateTimeField(null=True, verbose_name='decided at'),
        ),
        migrations.AddField(
            model_name='report',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='moderator'),
        ),
        migrations.AddField(
            model_name='report',
            name='decision_reason',
            field=models.TextField(blank=True, db_default='', max_length=2000, verbose_name='reason of the decision'),
        ),
        migrations.AddField(
            model_name='report',
            name='outcome',
            field=models.CharField(blank=True, choices=[('kept', 'Text kept'), ('removed', 'Text removed'), ('withdrawn', 'Text withdrawn by its author')], db_default='', max_length=10, verbose_name='decision'),
        ),
        migrations.AddField(
            model_name='report',
            name='proposal',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='participation.proposal'),
        ),
        migrations.AlterField(
            model_name='decision',
            name='addendum',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='participation.addendum'),
        ),
        migrations.AlterField(
            model_name='decision',
            name='comment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='participation.comment'),
        ),
        migrations.AlterField(
            model_name='decision',
            name='proposal',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='participation.proposal'),
        ),
        migrations.AlterField(
            model_name='report',
            name='comment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='participation.comment'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('addendum__isnull', True), ('comment__isnull', True), ('proposal__isnull', False)), models.Q(('addendum__isnull', True), ('comment__isnull', False), ('proposal__isnull', True)), models.Q(('addendum__isnull', False), ('comment__isnull', True), ('proposal__isnull', True)), _connector='OR'), name='participation_report_about_one_text'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('proposal', 'author'), name='participation_proposal_report_once'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('addendum', 'author'), name='participation_addendum_report_once'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('outcome', '')), models.Q(models.Q(('outcome', ''), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='participation_report_decided_with_a_date'),
        ),
        migrations.RunPython(answer_reports_of_removed_comments, migrations.RunPython.noop),
    ]
