"""Marks three dots that stand for a missing word, in templates and in answers made from them, as placeholders."""

from typing import Any

from django.db import migrations, models

from common.placeholders import UNNAMED

FIELDS = ("reasons", "next_steps")
MARKED = "[à compléter]"


def mark_placeholders(apps: Any, schema_editor: Any) -> None:
    templates = apps.get_model("participation", "AnswerTemplate").objects.all()
    unpublished = apps.get_model("participation", "OfficialAnswer").objects.filter(published_at=None)
    for text in (*templates.iterator(), *unpublished.iterator()):
        changed = [name for name in FIELDS if UNNAMED.search(getattr(text, name))]
        for name in changed:
            setattr(text, name, UNNAMED.sub(MARKED, getattr(text, name)))
        if changed:
            text.save(update_fields=changed)


class Migration(migrations.Migration):
    dependencies = [("participation", "0001_schema")]

    operations = [
        migrations.AlterField(
            model_name="answertemplate",
            name="reasons",
            field=models.TextField(
                help_text="Where a part differs from case to case, write [à compléter : the place], for example. "
                "An answer is published only once all of them are filled in.",
                max_length=5000,
                verbose_name="reasons",
            ),
        ),
        migrations.RunPython(mark_placeholders, migrations.RunPython.noop, elidable=True),
    ]
