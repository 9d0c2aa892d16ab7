"""Permissions in the admin: one row for each action, one column for each role."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.models import NewsIndexPage, SiteConfiguration, Spotlight, StandardPage
from cms.services import ask_for_second_readings
from committee.models import CommitteePage, ProgrammePage, SessionIndexPage
from digests.models import Newsletter
from participation.models import CallIndexPage, Comment, Proposal
from tests.factories import CommentFactory, NewsPageFactory, ProposalFactory, SessionPageFactory, UserFactory
from tests.polls.factories import make_poll
from tests.tables import assert_table, undone
from veille.models import VeilleIndexPage

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ROLES = ["Rédaction", "Secrétariat", "Modération", "Services", "Accueil", "Animation", "administration", "habitante"]


def add(app, model, parent):
    return lambda: reverse("wagtailadmin_pages:add", args=[app, model, parent.objects.get().pk])


def snippet(name, action):
    return lambda: reverse(f"wagtailsnippets_{name}:{action}")


def poll_step(name, **fields):
    return lambda: reverse(f"wagtailsnippets_polls_poll:{name}", args=[make_poll(**fields).pk])


def decide(model, factory, state):
    def address():
        path = reverse("wagtail_bulk_action", args=["participation", model, "publish"])
        return f"{path}?id={factory(state=state).pk}"

    return address


def edit_help():
    return reverse("wagtailadmin_pages:edit", args=[StandardPage.objects.get(slug="aide").pk])


def site_settings_url():
    return reverse("wagtailsettings:edit", args=["cms", "siteconfiguration", SiteConfiguration.load().pk])


def spotlight():
    return reverse("wagtailsettings:edit", args=["cms", "spotlight", Spotlight.load().pk])


def newsletter_send_url():
    newsletter = Newsletter.objects.create(subject="Un message", created_at=timezone.now())
    return reverse("newsletters:send", args=[newsletter.pk])


def reading_url(screen):
    """Returns a function for a screen of a news item in a section with second reading."""

    def address():
        news = NewsIndexPage.objects.get()
        ask_for_second_readings(section=news, groups=Group.objects.all(), by=UserFactory(is_superuser=True))
        page = NewsPageFactory(live=False)
        page.save_revision(user=UserFactory())
        return reverse(f"second_reading:{screen}", args=[page.pk])

    return address


def convocations_on_paper():
    return reverse("convocations:paper", args=[SessionPageFactory().pk])


ADMIN_ROLES = set(ROLES) - {"habitante"}
DIGEST = {"Rédaction", "Animation", "administration"}
DESK = {"Accueil", "Animation", "administration"}
# action: (URL, roles that may open it)
TABLE = {
    "the dashboard": (lambda: reverse("wagtailadmin_home"), ADMIN_ROLES),
    "read the guide": (lambda: reverse("guide"), ADMIN_ROLES),
    "read a chapter of the guide": (lambda: reverse("guide_chapter", args=["se-reperer"]), ADMIN_ROLES),
    "write news": (add("cms", "newspage", NewsIndexPage), {"Rédaction", "Animation", "administration"}),
    "write watch": (add("veille", "veilleentrypage", VeilleIndexPage), {"Rédaction", "Animation", "administration"}),
    "name a theme": (snippet("veille_theme", "add"), {"Rédaction", "Animation", "administration"}),
    "plan a session": (
        add("committee", "sessionpage", SessionIndexPage),
        {"Secrétariat", "Animation", "administration"},
    ),
    "write what was brought to another body": (
        add("committee", "partnerbodypage", CommitteePage),
        {"Secrétariat", "Animation", "administration"},
    ),
    "write a topic": (add("committee", "topicpage", ProgrammePage), {"Secrétariat", "Animation", "administration"}),
    "add a member": (snippet("committee_member", "add"), {"Secrétariat", "Animation", "administration"}),
    "add a file of the members": (
        snippet("committee_memberdocument", "add"),
        {"Secrétariat", "Animation", "administration"},
    ),
    "invite a member to create an account": (
        lambda: reverse("account_invitations:index"),
        {"Secrétariat", "Animation", "administration"},
    ),
    "call the members": (lambda: reverse("convocations:index"), {"Secrétariat", "Animation", "administration"}),
    "read proposals": (snippet("participation_proposal", "list"), {"Modération", "Animation", "administration"}),
    "read comments": (snippet("participation_comment", "list"), {"Modération", "Animation", "administration"}),
    "publish a proposal": (
        decide("proposal", ProposalFactory, Proposal.State.RECEIVED),
        {"Modération", "Animation", "administration"},
    ),
    "publish a comment": (
        decide("comment", CommentFactory, Comment.State.RECEIVED),
        {"Modération", "Animation", "administration"},
    ),
    "see what waits for an answer": (
        lambda: reverse("waiting_proposals:list"),
        {"Modération", "Services", "Animation", "administration"},
    ),
    "write an answer": (lambda: reverse("answers:add"), {"Services", "Animation", "administration"}),
    "write a template of an answer": (
        snippet("participation_answertemplate", "add"),
        {"Services", "Animation", "administration"},
    ),
    "name a service of the city": (
        snippet("participation_cityservice", "add"),
        {"Modération", "Animation", "administration"},
    ),
    "enter a proposal for somebody": (lambda: reverse("desk_proposal:enter"), DESK),
    "enter a comment for somebody": (lambda: reverse("desk_comment:enter"), DESK),
    "answer a poll for somebody": (lambda: reverse("poll_desk:choose"), DESK),
    "see the answers entered for somebody": (lambda: reverse("poll_desk:list"), DESK),
    "see what was entered for somebody": (lambda: reverse("desk_entries:list"), DESK),
    "open a call": (add("participation", "callpage", CallIndexPage), {"Animation", "administration"}),
    "change the help page": (edit_help, {"Animation", "administration"}),
    "make a poll": (snippet("polls_poll", "add"), {"Animation", "administration"}),
    "open a poll": (poll_step("open", is_draft=True), {"Animation", "administration"}),
    "close a poll": (poll_step("close"), {"Animation", "administration"}),
    "make a poll a draft again": (poll_step("withdraw"), {"Animation", "administration"}),
    "change the settings": (site_settings_url, {"Animation", "administration"}),
    "ask for second readings": (lambda: reverse("second_reading:choose"), {"Animation", "administration"}),
    "send a page to a second reader": (reading_url("send"), {"Rédaction", "Animation", "administration"}),
    "read a page before publication": (reading_url("read"), {"Rédaction", "Animation", "administration"}),
    "print the convocations": (convocations_on_paper, {"Secrétariat", "Animation", "administration"}),
    "write the alert": (spotlight, {"Rédaction", "Animation", "administration"}),
    "see the links that fail": (
        lambda: reverse("failing_links:list"),
        {"Rédaction", "Secrétariat", "Animation", "administration"},
    ),
    "see the addresses not found": (
        lambda: reverse("missing_addresses:list"),
        {"Rédaction", "Animation", "administration"},
    ),
    "see what to read for the watch": (
        lambda: reverse("reading:list"),
        {"Rédaction", "Animation", "administration"},
    ),
    "see the attendance of the members": (
        lambda: reverse("committee_attendance:list"),
        {"Secrétariat", "Animation", "administration"},
    ),
    "see the facts that mails state": (lambda: reverse("fixed_facts:index"), {"Animation", "administration"}),
    "see the state of the site": (lambda: reverse("site_state:index"), {"Animation", "administration"}),
    "read what is kept of people": (lambda: reverse("data_protection:index"), {"administration"}),
    "read the audit log": (lambda: reverse("auditlog:list"), {"administration"}),
    "lead an address elsewhere": (
        lambda: reverse("wagtailredirects:add"),
        {"Rédaction", "Animation", "administration"},
    ),
    "see the pages by age": (
        lambda: reverse("wagtailadmin_reports:aging_pages"),
        {"Rédaction", "Secrétariat", "Animation", "administration"},
    ),
    "read the editions of the digest": (
        lambda: reverse("editions-de-la-lettre_modeladmin_index"),
        {"Animation", "administration"},
    ),
    "see the next digest": (lambda: reverse("digest_preview:index"), DIGEST),
    "write an editorial": (snippet("digests_editorialword", "add"), DIGEST),
    "write to readers or members": (lambda: reverse("newsletters:add"), DIGEST | {"Secrétariat"}),
    "send to the readers": (newsletter_send_url, {"Animation", "administration"}),
    "read the register of e-mails": (lambda: reverse("envois_modeladmin_index"), {"Animation", "administration"}),
    "add a picture": (
        lambda: reverse("wagtailimages:add_multiple"),
        {"Rédaction", "Secrétariat", "Animation", "administration"},
    ),
    "add a document": (
        lambda: reverse("wagtaildocs:add_multiple"),
        {"Rédaction", "Secrétariat", "Animation", "administration"},
    ),
    "make accounts": (lambda: reverse("wagtailusers_users:add"), {"administration"}),
    "change groups": (lambda: reverse("wagtailusers_groups:index"), {"administration"}),
}


def account_of(role):
    if role == "administration":
        return UserFactory(is_superuser=True, is_staff=True)
    user = UserFactory()
    user.groups.set(Group.objects.filter(name=role))
    return user


def test_each_role_can_open_only_the_screens_of_its_row():
    clients = {role: Client() for role in ROLES}
    for role, client in clients.items():
        client.force_login(account_of(role))
    opened = {}
    for what, (address, _allowed) in TABLE.items():
        with undone():
            path = address()
            for role, client in clients.items():
                opened[what, role] = client.get(path).status_code == 200
    assert_table(opened, {(what, role): role in allowed for what, (_, allowed) in TABLE.items() for role in ROLES})


def test_groups_are_the_roles_of_the_guide(db):
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES) - {"administration", "habitante"}
