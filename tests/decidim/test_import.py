"""Import of each kind of row."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from decidim.errors import Reason
from decidim.services.importer import import_folder
from participation import permissions
from participation.models import CallPage, Comment, Proposal
from participation.services.comments import post_comment
from participation.services.supports import set_support
from tests.decidim.import_export import OTHER_PLATFORM, Export, comment, debate, debate_url, proposal, proposal_url
from tests.factories import TopicPageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]


@pytest.fixture
def export(tmp_path):
    return Export(tmp_path)


def run(export, **options):
    return import_folder(export.write(), now=timezone.now(), **options)


def reasons(report):
    return [(refusal.number, refusal.reason) for refusal in report.refusals]


def snapshot():
    """Returns what readers see, without primary keys: independent of the order of the rows."""
    return (
        list(CallPage.objects.order_by("source_url").values_list("source_url", "title", "slug", "introduction")),
        list(
            Comment.objects.order_by("source_url").values_list(
                "source_url", "parent__source_url", "thread__source_url", "depth", "position", "body", "created_at"
            )
        ),
        list(Proposal.objects.order_by("source_url").values_list("source_url", "title", "imported_support_count")),
    )


def test_debate_is_imported_as_a_published_call_in_its_discussion_phase(export):
    run(export)
    call = CallPage.objects.get(source_url=debate_url(1))
    assert call.live
    assert call.phase_at(timezone.now()) == CallPage.Phase.DISCUSSION
    assert call.get_parent().slug == "appels"
    assert call.introduction == "Lieux d’aide"
    assert call.first_published_at == dt.datetime(2019, 1, 16, 9, 58, 44, tzinfo=dt.UTC)
    assert call.discussion.is_open
    assert call.discussion.comment_count == 3


def test_debates_with_the_same_title_get_different_slugs(export):
    export.debates[:] = [debate(1, **{"title/fr": "Où ?"}), debate(2, **{"title/fr": "Où ?"})]
    run(export)
    assert {call.slug for call in CallPage.objects.filter(title="Où ?")} == {"ou", "ou-2"}


def test_long_description_is_sanitized_and_stored_in_the_body(export):
    description = f"<p>{'Un texte long. ' * 40}</p><script>alert(1)</script><p onclick='x()'>La <b>fin</b>.</p>"
    export.debates[0]["description/fr"] = description
    run(export)
    call = CallPage.objects.get(source_url=debate_url(1))
    body = call.body[0].value.source
    assert "<b>fin</b>" in body
    assert "script" not in body
    assert "onclick" not in body
    assert call.introduction.startswith("Un texte long.")
    assert "<" not in call.introduction


def test_comment_keeps_its_thread_depth_position_date_and_pseudonym(export):
    run(export)
    first, reply, answer = Comment.objects.filter(discussion__page__title__contains="n° 1").order_by("depth")
    assert (first.parent, first.thread, first.depth) == (None, None, 0)
    assert (reply.parent, reply.thread, reply.depth, reply.position) == (first, first, 1, 1)
    assert (answer.parent, answer.thread, answer.depth, answer.position) == (reply, first, 2, -1)
    assert first.created_at == dt.datetime(2019, 1, 17, 9, 10, 20, tzinfo=dt.UTC)
    assert (first.author, first.author_name, first.state) == (None, "Participant-7", Comment.State.PUBLISHED)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Un\r\n\r\ndeux\r\n", "Un\n\ndeux\n"),
        ("\n  - un\n\n\n  - deux  ", "\n  - un\n\n\n  - deux  "),
        ("Un\rdeux", "Un\ndeux"),
        ("=SOMME(A1:A9)", "=SOMME(A1:A9)"),
        ("@tous : +1", "@tous : +1"),
        ('« ; » et "guillemets" <3 a < b & c', '« ; » et "guillemets" <3 a < b & c'),
    ],
)
def test_text_keeps_its_line_breaks_spaces_and_punctuation(export, written, stored):
    export.debate_comments[0]["body"] = written
    export.proposals[0]["body"] = written
    run(export)
    assert Comment.objects.get(source_url=f"{debate_url(1)}#comment-10").body == stored
    assert Proposal.objects.get(source_url=proposal_url(100)).body == stored


def test_proposal_is_published_with_its_category_and_support_count(export):
    run(export)
    imported = Proposal.objects.get(source_url=proposal_url(100))
    assert imported.state == Proposal.State.PUBLISHED
    assert imported.category == "Lieux d’aide"
    assert imported.topic is None
    assert (imported.support_count, imported.imported_support_count) == (0, 3)
    assert imported.author is None
    assert imported.published_at == imported.created_at == dt.datetime(2019, 1, 20, 7, tzinfo=dt.UTC)


def test_proposals_are_imported_into_one_call_for_their_component(export):
    run(export)
    call = CallPage.objects.get(title="Propositions libres")
    assert call.proposals.count() == 2
    assert (call.phase_at(timezone.now()), call.live) == (CallPage.Phase.DISCUSSION, True)
    assert "participer.exemple.example" in call.introduction


def test_category_named_like_a_topic_sets_the_topic(export):
    topic = TopicPageFactory(title="LIEUX d’aide")
    run(export)
    imported = Proposal.objects.get(source_url=proposal_url(100))
    assert (imported.topic, imported.category) == (topic, "Lieux d’aide")


def test_html_of_a_proposal_is_converted_to_plain_text(export):
    export.proposals[0]["body"] = "<p>Ouvrir&nbsp;:</p><ul><li>lundi</li><li>mardi</li></ul><script>x()</script>"
    run(export)
    imported = Proposal.objects.get(source_url=proposal_url(100))
    assert imported.body == "Ouvrir\xa0:\n\n- lundi\n- mardi"


def test_a_comment_on_a_proposal_is_attached_and_counted(export):
    report = run(export)
    imported = Proposal.objects.get(source_url=proposal_url(100))
    assert imported.comment_count == imported.discussion.comment_count == 1
    assert report.as_dict()["proposal_comments_attached"] == 1


def test_rows_of_another_platform_are_refused_even_with_an_existing_id(export):
    export.proposal_comments[:] = [comment(20, proposal_url(100, OTHER_PLATFORM))]
    report = run(export)
    assert reasons(report) == [("20", Reason.OTHER_PLATFORM)]
    assert not Comment.objects.filter(discussion__proposal__isnull=False).exists()
    figures = report.as_dict()
    assert (figures["proposal_comments"], figures["proposal_comments_attached"]) == (1, 0)
    assert figures["proposal_comments_refused"] == 1


def test_parent_with_the_same_id_under_another_root_is_not_used(export):
    export.debate_comments[:] = [comment(10, debate_url(1)), comment(11, debate_url(2), parent=10, depth=1)]
    report = run(export)
    assert (reasons(report), report.debate_comments.missing) == ([], 1)
    reply = Comment.objects.get(source_url=f"{debate_url(2)}#comment-11")
    assert (reply.parent.source_url, reply.parent.body) == (f"{debate_url(2)}#comment-10", "")


def test_same_id_on_two_roots_creates_two_comments(export):
    export.debate_comments[:] = [comment(10, debate_url(1)), comment(10, debate_url(2))]
    assert reasons(run(export)) == []
    assert Comment.objects.filter(discussion__page__isnull=False).count() == 2


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"body": " \r\n "}, Reason.BODY),
        ({"body": "a" * 40_001}, Reason.TOO_LONG),
        ({"created_at": "17/01/2019"}, Reason.DATE),
        ({"created_at": "2019-02-30 10:00:00 +0100"}, Reason.DATE),
        ({"created_at": "0001-01-01 00:00:00 +1400"}, Reason.DATE),
        ({"created_at": "2999-01-01 00:00:00 +0100"}, Reason.DATE),
        ({"depth": "un"}, Reason.DEPTH),
        ({"depth": "-1"}, Reason.DEPTH),
        ({"depth": "1"}, Reason.DEPTH),
        ({"alignment": "2"}, Reason.POSITION),
        ({"id": "x"}, Reason.NUMBER),
        ({"author/id": "x"}, Reason.NUMBER),
        ({"root_commentable_url": "javascript:alert(1)"}, Reason.ADDRESS),
        ({"root_commentable_url": debate_url(3)}, Reason.UNKNOWN_ROOT),
    ],
)
def test_invalid_comment_is_refused_with_a_reason_and_others_are_imported(export, cells, reason):
    export.debate_comments[3].update(cells)
    report = run(export)
    assert [refusal.reason for refusal in report.refusals] == [reason]
    assert report.as_dict()["debate_comments"] == 3
    assert report.debate_comments.refusals[0].line == 5


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"title": "  "}, Reason.TITLE),
        ({"title": "t" * 256}, Reason.TOO_LONG),
        ({"category/name/fr": "c" * 121}, Reason.TOO_LONG),
        ({"votes": "-1"}, Reason.NUMBER),
        ({"votes": "99999999999"}, Reason.NUMBER),
        ({"url": "ftp://exemple.example/1"}, Reason.ADDRESS),
        ({"url": f"https://exemple.example/{'a' * 500}"}, Reason.ADDRESS),
    ],
)
def test_invalid_proposal_is_refused_with_a_reason(export, cells, reason):
    export.proposals[1].update(cells)
    report = run(export)
    assert [refusal.reason for refusal in report.refusals] == [reason]
    assert report.as_dict()["proposals"] == 1


def test_refused_number_names_its_column(export):
    export.proposals[1]["votes"] = "-1"
    export.debate_comments[0]["author/id"] = "abc"
    assert [refusal.detail for refusal in run(export).refusals] == ["author/id: abc", "votes: -1"]


def test_comments_without_a_name_are_imported(export):
    export.debate_comments[1].update({"author/id": "", "author/name": ""})
    report = run(export)
    assert (reasons(report), report.debate_comments.authors) == ([], {"7", "8"})
    assert Comment.objects.get(source_url__endswith="#comment-11").author_name == "Participant"
    path = export.folder / "commentaires_debats.csv"
    text = path.read_text(encoding="utf-8").replace("author/", "someone/").replace('"10";', '"15";')
    path.write_text(text, encoding="utf-8")
    import_folder(export.folder, now=timezone.now())
    assert Comment.objects.get(source_url__endswith="#comment-15").author_name == "Participant"


def test_reply_two_levels_deeper_than_its_parent_is_refused(export):
    export.debate_comments[1]["depth"] = 2
    assert reasons(run(export)) == [("11", Reason.DEPTH), ("12", Reason.DEPTH)]


def test_duplicate_rows_are_refused(export):
    export.debates.append(debate(1))
    export.proposals.append(proposal(100))
    export.debate_comments.append(comment(10, debate_url(1)))
    assert [reason for _, reason in reasons(run(export))] == [Reason.DUPLICATE] * 3


def test_second_import_of_the_same_export_creates_nothing(export):
    first = run(export).as_dict()
    before = snapshot()
    second = run(export).as_dict()
    assert snapshot() == before
    assert (first.pop("created"), first.pop("unchanged")) == (9, 0)
    assert (second.pop("created"), second.pop("unchanged")) == (0, 9)
    assert first == second


def test_a_second_import_does_not_undo_moderation(export):
    run(export)
    Comment.objects.filter(depth=0).update(state=Comment.State.REFUSED)
    Proposal.objects.update(title="Titre corrigé")
    CallPage.objects.get(source_url=debate_url(1)).unpublish()
    run(export)
    assert set(Comment.objects.filter(depth=0).values_list("state", flat=True)) == {Comment.State.REFUSED}
    assert set(Proposal.objects.values_list("title", flat=True)) == {"Titre corrigé"}
    assert not CallPage.objects.get(source_url=debate_url(1)).live


def test_a_later_export_adds_only_what_is_new(export):
    run(export)
    export.debate_comments.append(comment(14, debate_url(1), parent=12, depth=3))
    report = run(export)
    new = Comment.objects.get(source_url=f"{debate_url(1)}#comment-14")
    assert report.as_dict()["created"] == 1
    assert new.thread.source_url == f"{debate_url(1)}#comment-10"
    assert new.discussion.comment_count == 4


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_the_rows_does_not_matter(export, seed, tmp_path_factory):
    run(export)
    expected = snapshot()
    CallPage.objects.get(title="Propositions libres").proposals.all().delete()
    for call in CallPage.objects.all():
        call.delete()
    shuffled = Export(tmp_path_factory.mktemp("shuffled")).shuffle(seed)
    assert run(shuffled).as_dict()["created"] == 9
    assert snapshot() == expected


def test_replies_can_precede_their_parents(export):
    export.debate_comments.reverse()
    assert reasons(run(export)) == []


def test_imported_content_is_indexed_for_search(export):
    run(export)
    assert [result.source_url for result in Proposal.objects.all().search("salle")] != []
    assert Comment.objects.filter(state=Comment.State.PUBLISHED).search("commentaire").count() == 5
    assert CallPage.objects.live().search("borne").count() == 2


def test_imported_content_can_be_read_replied_to_and_supported(export, client, user):
    run(export)
    call = CallPage.objects.get(source_url=debate_url(1))
    text = client.get(call.url).text
    assert "Commentaire 10" in text
    assert "Participant-7" in text
    last = Comment.objects.get(source_url=f"{debate_url(1)}#comment-12")
    assert permissions.can_reply(user, last, timezone.now())
    reply = post_comment(
        author=user, discussion=last.discussion, parent=last, body="Merci.", key=uuid.uuid4(), now=timezone.now()
    )
    assert (reply.depth, reply.thread.source_url) == (3, f"{debate_url(1)}#comment-10")
    imported = Proposal.objects.get(source_url=proposal_url(100))
    assert set_support(user=user, proposal=imported, supported=True, now=timezone.now())
    imported.refresh_from_db()
    assert (imported.support_count, imported.imported_support_count) == (1, 3)
    assert client.get(imported.get_absolute_url()).status_code == 200


def test_dry_run_returns_counts_and_stores_nothing(export):
    assert run(export, dry_run=True).as_dict()["created"] == 9
    assert not CallPage.objects.exists()
    assert not Proposal.objects.exists()


def test_number_of_queries_does_not_depend_on_the_number_of_comments(export, django_assert_max_num_queries):
    run(export)
    export.debate_comments.extend(comment(number, debate_url(1)) for number in range(1000, 1400))
    with django_assert_max_num_queries(60):
        run(export)
