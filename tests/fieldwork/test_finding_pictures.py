"""Pictures of findings: rendered once, erased 90 days after they are no longer needed."""

import datetime as dt
import io
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image

from common.retention import erase_due
from fieldwork.models import DraftPicture, Finding
from fieldwork.models.drafts import FOLDER
from fieldwork.personal_data import PERSONAL_DATA
from fieldwork.trials.services.drafts import add_picture, keep_draft
from fieldwork.trials.services.pictures import forget_pictures
from fieldwork.trials.services.reports import MAX_FINDINGS
from participation.errors import FileRefused
from tests.factories import UserFactory
from tests.fieldwork.trial_factories import FindingFactory, ScenarioFactory, TrialFactory
from tests.fieldwork.trial_people import coordinator
from tests.participation.attachments import PDF, photo_of_a_phone, picture, upload

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.time_machine(NOW, tick=False),
    pytest.mark.usefixtures("media", "outbox"),
]

State = Finding.State
DAY = dt.timedelta(days=1)


@pytest.fixture
def draft():
    fields = {"author": UserFactory(), "held": (), "data": {}}
    return keep_draft(key="6f9619ff-8b86-4d01-b42d-00cf4fc964ff", scenario=ScenarioFactory(), now=NOW, **fields)


class TestAddPicture:
    def test_picture_is_reencoded_without_metadata(self, draft):
        added = add_picture(draft=draft, file=upload(photo_of_a_phone()), now=NOW)
        with added.file.open() as file:
            content = file.read()
        assert not any(trace in content for trace in (b"Exif", b"chez moi", b"GPS"))
        with Image.open(io.BytesIO(content)) as image:
            assert image.format == "JPEG"
            assert image.size == (added.width, added.height)
        assert "photo" not in added.file.name

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (PDF, "photo.jpg"),
            (PDF, "facture.pdf"),
            (b"<svg onload=alert(1)>", "dessin.png"),
            (b"GIF89a" + b"\0" * 40, "image.jpg"),
            (picture()[:200], "coupee.jpg"),
            (b"", "vide.jpg"),
            (picture(), "bien.exe"),
        ],
        ids=["pdf as jpg", "pdf", "svg as png", "gif as jpg", "cut", "empty", "program"],
    )
    def test_invalid_file_is_refused_and_not_saved(self, draft, content, name):
        with pytest.raises(FileRefused):
            add_picture(draft=draft, file=upload(content, name), now=NOW)
        assert not DraftPicture.objects.exists()

    def test_removed_and_replaced_pictures_are_deleted_and_do_not_count(
        self, draft, media, django_capture_on_commit_callbacks
    ):
        owned = {"key": draft.pk, "scenario": draft.scenario, "author": draft.author, "held": ()}
        findings = [{"key": str(number)} for number in range(MAX_FINDINGS)]
        for _again in range(2):
            for finding in findings:
                finding["picture_key"] = str(add_picture(draft=draft, file=upload(picture()), now=NOW).pk)
            with django_capture_on_commit_callbacks(execute=True):
                keep_draft(**owned, data={"findings": findings}, now=NOW)
        findings[0]["picture_key"] = ""
        with django_capture_on_commit_callbacks(execute=True):
            keep_draft(**owned, data={"findings": findings}, now=NOW)
        kept = [finding["picture_key"] for finding in findings[1:]]
        assert sorted(str(one.pk) for one in draft.pictures.all()) == sorted(kept)
        assert len([*(media / FOLDER).iterdir()]) == len(kept)


def finding_with_picture(state, *, days, **values):
    """Returns a finding with a picture that has been in `state` for `days` days."""
    if state == State.DUPLICATE:
        values["duplicate_of"] = FindingFactory(trial=values["trial"])
    finding = FindingFactory(state=state, created_at=NOW - days * DAY, picture_description="La page", **values)
    finding.picture.save("", ContentFile(b"jpeg"))
    return finding


class TestRetention:
    @pytest.mark.parametrize("is_sensitive", [False, True], ids=["open", "sensitive"])
    @pytest.mark.parametrize("state", State)
    def test_pictures_of_closed_findings_and_fixed_sensitive_ones_are_erased(
        self, state, is_sensitive, media, django_capture_on_commit_callbacks
    ):
        finding = finding_with_picture(state, days=91, trial=TrialFactory(), is_sensitive=is_sensitive)
        file, words = Path(finding.picture.path), finding.what_happened
        with django_capture_on_commit_callbacks(execute=True):
            erased = forget_pictures(now=NOW)
        finding.refresh_from_db()
        is_erased = state in (State.DISMISSED, State.DUPLICATE) or (state == State.VERIFIED and is_sensitive)
        assert (erased, file.exists()) == (int(is_erased), not is_erased)
        assert (finding.picture_description, finding.what_happened) == ("" if is_erased else "La page", words)
        assert bool(finding.picture) is not is_erased

    def test_pictures_are_erased_once_after_90_days(self, media):
        trial = TrialFactory()
        for days in (89, 91):
            finding_with_picture(State.DISMISSED, days=days, trial=trial)
        rules = [line for line in PERSONAL_DATA if line.name == "fieldwork.pictures"]
        assert erase_due(rules, now=NOW) == {"fieldwork.pictures": 1}
        assert [bool(one.picture) for one in trial.findings.order_by("created_at")] == [False, True]
        assert erase_due(rules, now=NOW + DAY) == {}
        assert erase_due(rules, now=NOW + 2 * DAY) == {"fieldwork.pictures": 1}

    def test_page_shows_the_tester_the_date_of_erasure(self, client, media):
        finding = finding_with_picture(State.DISMISSED, days=80, trial=TrialFactory())
        client.force_login(finding.trial.tester)
        page = BeautifulSoup(client.get(finding.get_absolute_url()).content, "html.parser")
        assert "L’image sera effacée le 20\xa0mars 2026." in page.select_one(".notice").get_text(" ", strip=True)
        forget_pictures(now=NOW + 20 * DAY)
        page = client.get(finding.get_absolute_url()).content.decode()
        assert "effacée" not in page
        assert reverse("fieldwork:finding_picture", args=[finding.pk]) not in page


class TestAdmin:
    def test_every_screen_of_the_admin_shows_the_picture(self, client, media):
        first, second = (finding_with_picture(state=State.REPORTED, days=1, trial=TrialFactory()) for _n in range(2))
        fixed = finding_with_picture(State.TO_TEST, days=1, trial=TrialFactory())
        client.force_login(coordinator())
        confirm = reverse("wagtail_bulk_action", args=["fieldwork", "finding", "confirm"])
        screens = {
            f"{confirm}?id={first.pk}": [first],
            f"{confirm}?id={first.pk}&id={second.pk}": [first, second],
            reverse("findings:inspect", args=[first.pk]): [first],
            reverse("findings:retest", args=[fixed.pk]): [fixed],
        }
        for url, findings in screens.items():
            page = BeautifulSoup(client.get(url).content, "html.parser")
            pictures = {image["src"]: image["alt"] for image in page.select(".attached-file img")}
            assert pictures == {file.url: "La page" for one in findings for file in one.attached_files}, url
        assert b"".join(client.get(first.attached_files[0].url).streaming_content) == b"jpeg"

    def test_list_and_dashboard_count_attached_files(self, client, media):
        trial = TrialFactory()
        finding_with_picture(State.REPORTED, days=1, trial=trial)
        FindingFactory(state=State.REPORTED, trial=trial)
        client.force_login(coordinator())
        for url in (f"{reverse('findings:list')}?state={State.REPORTED}", reverse("wagtailadmin_home")):
            page = BeautifulSoup(client.get(url).content, "html.parser")
            counts = [" ".join(one.get_text().split()) for one in page.select(".attached-count")]
            assert counts == ["1 image ou document"], url
