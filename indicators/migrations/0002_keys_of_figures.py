"""Adds keys to the figures of existing reports. Figures with an unknown label get none."""

from django.db import migrations

KEYS = {
    "Séances tenues": "sessions",
    "Séances dont le compte rendu est publié": "minutes",
    "Sièges représentés": "seats",
    "Membres venus au moins une fois": "members",
    "Décisions": "decisions",
    "Actions faites": "actions",
    "Priorités de l’année": "priorities",
    "Livrables rendus": "deliverables",
    "Livrables attendus dans l’année et rendus avant sa fin": "deliverables_in_time",
    "Propositions publiées": "proposals",
    "Personnes qui ont proposé": "authors",
    "Réponses officielles": "answers",
    "Délai médian avant la première réponse": "answer_delay",
    "Réponses données à la date annoncée": "answers_in_time",
    "Propositions reprises par la ville": "taken_up",
    "Commentaires": "comments",
    "Personnes qui ont commenté": "commenters",
    "Soutiens": "supports",
    "Sondages": "polls",
    "Réponses aux sondages": "poll_answers",
    "Actualités": "news",
    "Exemples de la veille": "watch",
}


def give_keys(apps, schema_editor):
    for report in apps.get_model("indicators", "Restitution").objects.iterator():
        report.figures = [{"key": KEYS.get(figure["label"], ""), **figure} for figure in report.figures]
        report.save(update_fields=["figures"])


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_schema")]

    operations = [migrations.RunPython(give_keys, migrations.RunPython.noop)]
