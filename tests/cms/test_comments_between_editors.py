"""Comments between editors on a page: the mail to those who follow them."""

import pytest
from wagtail.models import Comment, PageSubscription
from wagtail.test.utils.form_data import nested_form_data

from tests.cms.page_forms import news_form
from tests.cms.second_readings import edit_url
from tests.factories import NewsPageFactory
from tests.outbox import outbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]


def formset(*rows, initial=0):
    counts = {"TOTAL_FORMS": len(rows), "INITIAL_FORMS": initial, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": ""}
    return counts | {str(place): row for place, row in enumerate(rows)}


def comment(text, *replies, pk="", **values):
    said = {"DELETE": "", "resolved": "", "id": pk, "contentpath": "title", "text": text, "position": ""}
    new = [{"DELETE": "", "id": "", "text": reply} for reply in replies]
    return {**said, **values, "replies": formset(*new)}


def save(client, page, *comments, initial=0):
    client.post(
        edit_url(page), news_form(slug=page.slug) | nested_form_data({"comments": formset(*comments, initial=initial)})
    )


def test_comment_reply_and_resolution_are_mailed_in_the_layout_of_the_site(client, editor_of):
    author, follower = editor_of("Rédaction"), editor_of("Animation")
    page = NewsPageFactory(live=False, title="Trois ateliers")
    page.save_revision(user=author)
    PageSubscription.objects.create(page=page, user=follower, comment_notifications=True)
    client.force_login(author)
    save(client, page, comment("Est-ce la bonne date ?"))
    written = Comment.objects.get(page=page)
    client.force_login(follower)
    save(client, page, comment(written.text, "Oui, c’est le 15.", pk=written.pk), initial=1)
    client.force_login(author)
    save(client, page, comment(written.text, pk=written.pk, resolved="1"), initial=1)

    told, answered, done = outbox
    assert [mail.to for mail in (told, answered, done)] == [[follower.email], [author.email], [follower.email]]
    assert told.subject.replace("\xa0", " ") == "Commentaires entre rédacteurs sur « Trois ateliers gratuits »"
    for mail, words in (
        (told, "Est-ce la bonne date ?"),
        (answered, "Oui, c’est le 15."),
        (done, "marque ce commentaire"),
    ):
        html = mail.alternatives[0].content.replace("\xa0", " ")
        for body in (mail.body, html):
            assert words in body
            assert "Salut" not in body
            assert "Besoin d’aide" in body, "footer of the mails of the site"
    for mail in (told, answered):
        assert f"{edit_url(page)}?comment={written.pk}" in mail.body
        assert f'{edit_url(page)}?comment={written.pk}"' in mail.alternatives[0].content
