"""Hands tests out to the processes one by one, but keeps those together that share what takes seconds to make.

Apart, each process would make it anew, or wait while another one does.
"""

from xdist.scheduler import LoadScopeScheduling

# Part of a test's name → what it shares.
SHARED = {
    "tests/digests/test_mail_lint.py::TestEveryMail::": "mails",
    "tests/digests/test_mail_lint.py::test_every_template_of_a_mail_is_in_one_of_them": "mails",
    "tests/mailing/test_notifications.py::TestEveryMail::": "mails",
    "tests/demo/test_demo.py::TestTheLoadedSite::": "demonstration",
    "tests/operations/test_run.py::test_beat_rings_and_the_worker_answers": "make run",
    "tests/operations/test_run.py::test_a_second_start_in_the_same_folder_is_refused": "make run",
    "tests/operations/test_run.py::test_one_signal_ends_every_process": "make run",
    "tests/operations/test_run.py::test_when_one_process_dies_it_is_named_and_all_others_are_ended": "make run",
    "tests/home/test_hostile_texts.py::TestWhereTheyShow::": "hostile texts",
    "tests/home/test_language.py::TestTheDemonstration::": "whole site",
    "tests/home/test_links.py::TestTheWholeSite::": "whole site",
}


def shared_by(name: str) -> str:
    """What the test of this name shares with others; its name if it is for itself."""
    return next((shared for start, shared in SHARED.items() if name.startswith(start)), name)


class TogetherScheduling(LoadScopeScheduling):
    """Keeps the order of the tests otherwise (`--no-loadscope-reorder`)."""

    def _split_scope(self, nodeid: str) -> str:
        return shared_by(nodeid)
