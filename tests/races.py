"""Races: the same operation run by several threads at the same moment, each with its own connection."""

import threading
from collections.abc import Callable, Iterable

from django.db import connection


def run_together(jobs: Iterable[Callable[[], object]], expected: tuple[type[Exception], ...] = ()) -> list[object]:
    """Runs each job in its own thread and returns their results; exceptions that are not `expected` fail the test."""
    jobs = list(jobs)
    results, failures, barrier = [], [], threading.Barrier(len(jobs))

    def run(job):
        barrier.wait()
        try:
            results.append(job())
        except expected:
            pass
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == [], failures
    return results
