"""Restore drill (`make audit`): its checks answer yes after a restore, and no without one."""

import re

import pytest

from mailing.models import Message
from tests.operations.sites import backup, restore
from tools.audit.restored_site import AFTERWARDS, BEFORE, CONTENTS, SINCE

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.sqlite,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("outbox"),
]
# The guard of the register is disabled in tests.
GUARD = "the database still refuses to change an entry of it"
QUESTIONS = set(re.findall(r'say\("([^"]+)"', AFTERWARDS))


def play(script, capsys):
    """Runs a script of the drill as `manage.py shell` does; returns the lines it prints."""
    capsys.readouterr()
    exec(script, {})  # noqa: S102 - one of ours
    return capsys.readouterr().out.splitlines()


def answers(capsys):
    return dict(line.split("\t") for line in play(AFTERWARDS, capsys) if "\t" in line)


def test_drill_passes_after_a_restore_with_another_secret_key(site, settings, tmp_path, capsys):
    settings.HASH_KEY = "kept apart " * 5
    play(BEFORE, capsys)
    backup(tmp_path / "backup")
    play(SINCE, capsys)
    settings.SECRET_KEY = "another key " * 5
    assert "WARNING: SECRET_KEY" in restore(tmp_path / "backup", "--force")
    answers_by_question = answers(capsys)
    assert answers_by_question.keys() == QUESTIONS
    assert {question for question, answer in answers_by_question.items() if answer != "yes"} == {GUARD}
    assert {len(line.split()) for line in play(CONTENTS, capsys)} == {3}


def test_drill_fails_on_a_site_copied_without_restore(site, settings, capsys):
    """Control: mails stay pending, none is held, and hashed addresses depend on a lost key."""
    settings.HASH_KEY = ""
    play(BEFORE, capsys)
    settings.SECRET_KEY = "another key " * 5
    assert Message.objects.filter(to_email__startswith="waits", state="pending").count() == 3
    no = {question for question, answer in answers(capsys).items() if answer != "yes"}
    assert no >= {
        "mails that waited are held",
        "what the tick plans is held too",
        "who was erased since is erased again",
        "an address that refuses mail is known, with another SECRET_KEY",
        "nobody is signed in",
    }
