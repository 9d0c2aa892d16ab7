"""Answers of the site while its database takes no write: the disk is full, or the database is read-only."""

import contextlib
import sqlite3

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone

from config.urls import *  # noqa: F403 - the site, and an address that writes
from mailing.models import Heartbeat

handler500 = "operations.views.server_error"
# SQLSTATE → status of the answer.
STATES = {"53100": 503, "53200": 503, "25006": 503, "22012": 500}


def write(request, fault):
    """Writes to a database with a `fault`: an SQLSTATE of PostgreSQL, or a state of SQLite."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'no write' USING ERRCODE = '{fault}'; END $$")
        elif fault == "full":
            # Another database: SQLite rolls back the whole transaction of a test if its disk is full.
            with connection.wrap_database_errors, contextlib.closing(sqlite3.connect(":memory:")) as full:
                full.execute("PRAGMA max_page_count = 1")
                full.execute("CREATE TABLE texts (body text)")
        else:
            cursor.execute(f"PRAGMA query_only = {fault == 'read-only'}")
            Heartbeat.objects.update(name=None if fault == "wrong" else "tick")
    return HttpResponse()


urlpatterns = [path("ecrire/<str:fault>/", write), *urlpatterns]  # noqa: F405
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def test_database_that_takes_no_write_is_answered_503_with_retry_after():
    reader = Client(raise_request_exception=False)
    faults = STATES if connection.vendor == "postgresql" else {"full": 503, "read-only": 503, "wrong": 500}
    Heartbeat.objects.create(name="tick", at=timezone.now())
    answers = {}
    try:
        for fault in faults:
            response = reader.post(f"/ecrire/{fault}/")
            answers[fault] = response.status_code
            assert response.headers.get("Retry-After") == ("10" if faults[fault] == 503 else None)
    finally:
        if connection.vendor == "sqlite":
            connection.cursor().execute("PRAGMA query_only = 0")
    assert answers == faults
