"""Oracle of visibility: roles that may read each field, according to the documentation, independent of the code.

A line has a pattern of `model.state.field` (as `fnmatch`), roles (of `tests/visibility/roles.py`, or one of the groups
below), and the source of the rule. The first matching line counts. Fields without a line are readable by no role.
"""

from fnmatch import fnmatchcase
from functools import cache

EVERYONE = (
    "visitor resident author member substitute former coordinator inside editor secretariat moderator service desk"
    " organiser administrator"
)
SIGNED_IN = EVERYONE.replace("visitor ", "")
NOBODY = ""
# Current members; users who write minutes and record attendance; editors below /le-comite/.
SITTING = "member substitute coordinator"
OFFICE = "secretariat organiser administrator"
MINUTES = f"coordinator {OFFICE}"
# Users who moderate, answer officially, enter texts at the desk, write below /actualites/ and /veille/, lead the site.
MODERATION = "moderator organiser administrator"
ANSWERS = "service organiser administrator"
DESK = "desk organiser administrator"
WRITING = "editor organiser administrator"
STEERING = "organiser administrator"
ROOT = "administrator"
PICTURES = "editor secretariat organiser administrator"

PARTICIPATION, COMMITTEE, POLLS = "docs/participation.md", "docs/committee.md", "docs/polls.md"
SURVEYS, TRIALS = "docs/surveys.md", "docs/trials.md"
ACCOUNTS, RIGHTS = "docs/accounts.md", "home/services/group_rights.py"
# States of a finding that the city can see.
SENT = ("transmis", "dit-corrige", "non-retenu", "a-reverifier", "verifie", "revenu")

LINES: list[tuple[str, str, str]] = [
    # Proposals. Unpublished ones are visible to their authors, to moderators, and to agents who entered them.
    ("proposal.*.source_url", EVERYONE, "docs/import.md: the address of the platform that a text comes from is public"),
    *[(f"proposal.{state}.*", EVERYONE, PARTICIPATION) for state in ("published", "merged", "decided")],
    ("proposal.desk.*", f"moderator {DESK}", "docs/desk.md"),
    ("proposal.*", f"author {MODERATION}", PARTICIPATION),
    *[(f"proposalstep.{state}.*", EVERYONE, PARTICIPATION) for state in ("published", "merged", "decided")],
    ("proposalstep.*", f"author {MODERATION} desk", PARTICIPATION),
    *[(f"proposalversion.{state}-read.*", EVERYONE, PARTICIPATION) for state in ("published", "merged", "decided")],
    ("proposalversion.*", MODERATION, f"{PARTICIPATION}: replaced before the publication, or hidden"),
    *[(f"attachment.{state}.*", EVERYONE, PARTICIPATION) for state in ("published", "merged", "decided")],
    ("attachment.draft.*", "author", f"{PARTICIPATION}: a draft is of its author"),
    ("attachment.desk.*", MODERATION, PARTICIPATION),
    ("attachment.*", f"author {MODERATION}", PARTICIPATION),
    *[(f"addendum.{state}-publie.body", EVERYONE, PARTICIPATION) for state in ("published", "merged", "decided")],
    ("addendum.*", f"author {MODERATION}", PARTICIPATION),
    ("invitation.*", "author", f"{PARTICIPATION}: only the first author invites"),
    ("proposaldraft.*", "author", PARTICIPATION),
    # Comments. A withdrawn one is visible to no reader; moderators keep the register of all texts.
    ("comment.publie.body", EVERYONE, PARTICIPATION),
    ("comment.desk.*", f"moderator {DESK}", "docs/desk.md"),
    ("comment.retire.body", MODERATION, f"{PARTICIPATION}: its text is shown to nobody, its author included"),
    ("comment.*", f"author {MODERATION}", PARTICIPATION),
    ("commentversion.*", MODERATION, PARTICIPATION),
    # Moderation. The author reads the reason; reporters get nothing but the mail.
    ("decision.desk.*", f"moderator {DESK}", "docs/desk.md: an agent appeals for the person"),
    ("decision.*", f"author {MODERATION}", PARTICIPATION),
    ("appeal.*", f"author {MODERATION}", PARTICIPATION),
    ("report.*", MODERATION, PARTICIPATION),
    # Official answers.
    ("officialanswer.publiee.problem", f"moderator {ANSWERS}", "docs/participation.md: the list says why it waits"),
    ("officialanswer.publiee.*", EVERYONE, PARTICIPATION),
    ("officialanswer.*", ANSWERS, PARTICIPATION),
    ("answertemplate.*", ANSWERS, PARTICIPATION),
    ("cityservice.*.name", EVERYONE, f"{PARTICIPATION}: an answer is signed by a service"),
    ("cityservice.*.contact_email", f"moderator {ANSWERS}", f"{PARTICIPATION}: a reminder goes to this address"),
    # The desk: only agents see who left an address.
    ("deskentry.*", DESK, "docs/desk.md"),
    ("agententry.*", DESK, "docs/desk.md"),
    # Pages: live ones are public; the others are for their editors (home/migrations, GROUPS).
    ("newspage.login.*", SIGNED_IN, "Wagtail: private, for who is signed in"),
    *[
        (
            f"newspage.{state}.title",
            f"moderator {WRITING}",
            f"{PARTICIPATION}: a moderator reads where a comment stands",
        )
        for state in ("restricted", "unpublished")
    ],
    ("newspage.changed-draft.*", WRITING, RIGHTS),
    ("newspage.live.*", EVERYONE, RIGHTS),
    ("newspage.changed.*", EVERYONE, RIGHTS),
    ("newspage.*", WRITING, RIGHTS),
    ("veilleentrypage.live.*", EVERYONE, RIGHTS),
    ("veilleentrypage.*", WRITING, RIGHTS),
    ("source.*.etag", NOBODY, "docs/watch.md: between two servers"),
    ("source.*.modified", NOBODY, "docs/watch.md: between two servers"),
    ("source.*.error", WRITING, "docs/watch.md"),
    ("source.named.*", EVERYONE, "docs/watch.md"),
    ("source.unnamed.*", WRITING, "docs/watch.md"),
    ("readingitem.brought.*", WRITING, "docs/watch.md: the reading list of the editors"),
    ("readingitem.suggested.*", f"author {WRITING}", "docs/watch.md: the person and the editors"),
    ("standardpage.live.*", EVERYONE, RIGHTS),
    ("callpage.live.*", EVERYONE, RIGHTS),
    ("standardpage.*", STEERING, RIGHTS),
    ("callpage.*", STEERING, RIGHTS),
    *[(f"{kind}.live.*", EVERYONE, RIGHTS) for kind in ("topicpage", "topicstep", "deliverable", "partnerbodypage")],
    *[(f"{kind}.*", OFFICE, RIGHTS) for kind in ("topicpage", "topicstep", "deliverable", "partnerbodypage")],
    ("referral.live.*", EVERYONE, RIGHTS),
    ("referral.*", OFFICE, RIGHTS),
    # Sessions. The video link is for current members; users who write minutes see the titles of all sessions.
    ("sessionpage.live.online_link", f"{SITTING} {OFFICE}", COMMITTEE),
    ("sessionpage.*.online_link", OFFICE, COMMITTEE),
    (
        "sessionpage.*restricted.title",
        MINUTES,
        f"{COMMITTEE}: who writes minutes and records attendance does so of all",
    ),
    *[
        line
        for kind in ("sessionpage", "agendaitem", "sessiondecision", "sessionaction", "workshopgroup", "sessionexpert")
        for line in [
            (f"{kind}.live.*", EVERYONE, COMMITTEE),
            (f"{kind}.*restricted.*", MINUTES, COMMITTEE),
            (f"{kind}.past*", EVERYONE, COMMITTEE),
            (f"{kind}.*", OFFICE, COMMITTEE),
        ]
    ],
    # Minutes: members read them once they are open to corrections, unless the session is closed to members.
    ("sessionminutes.*", MINUTES, COMMITTEE),
    ("minutesdecision.*", MINUTES, COMMITTEE),
    ("minutesaction.*", MINUTES, COMMITTEE),
    ("correction.*", MINUTES, COMMITTEE),
    ("dissent.*", MINUTES, COMMITTEE),
    ("registerentry.*", EVERYONE, "docs/register.md"),
    # Members: named by consent; a phone number is visible to those who share theirs.
    # Private address and phone are for the secretariat; members see their own in the export of their data.
    *[
        (f"member.{owner}.private_*", f"{owner} {OFFICE}", f"{COMMITTEE}: for who edits members")
        for owner in ("former", "member", "substitute", "coordinator")
    ],
    ("member.*.private_*", OFFICE, f"{COMMITTEE}: for who edits members"),
    ("member.former.*", f"former {OFFICE}", COMMITTEE),
    ("member.unnamed.phone", NOBODY, f"{COMMITTEE}: never shown"),
    ("member.unnamed.presentation", OFFICE, COMMITTEE),
    ("member.unnamed.*", f"{SITTING} {OFFICE}", COMMITTEE),
    ("member.member.phone", "member substitute", f"{COMMITTEE}: a role is no consent"),
    ("member.substitute.phone", "member substitute", COMMITTEE),
    ("member.coordinator.phone", "coordinator", COMMITTEE),
    ("member.*", EVERYONE, COMMITTEE),
    ("seat.*", f"{SITTING} {OFFICE}", COMMITTEE),
    ("memberdocument.*", f"{SITTING} {OFFICE}", COMMITTEE),
    ("workingnote.*", f"{SITTING} {OFFICE}", COMMITTEE),
    ("noteversion.*", f"{SITTING} {OFFICE}", COMMITTEE),
    ("convocation.upcoming.*", f"{SITTING} {OFFICE}", COMMITTEE),
    ("convocation.*", OFFICE, COMMITTEE),
    ("convocationdraft.*", OFFICE, COMMITTEE),
    ("accountinvitation.*", ROOT, f"{COMMITTEE}: an e-mail address is read by who edits accounts only"),
    ("workprogramme.published.*", EVERYONE, COMMITTEE),
    ("priority.published.*", EVERYONE, COMMITTEE),
    ("priority.*", OFFICE, COMMITTEE),
    ("workprogramme.*", OFFICE, f"{COMMITTEE}: before it is adopted nobody reads it"),
    # Field surveys: questions are public on the sheet and on the page of the answer.
    *[(f"surveypage.{state}.*", EVERYONE, SURVEYS) for state in ("live", "over")],
    ("surveypage.draft.title", OFFICE, f"{SURVEYS}: in the list of those who make sheets"),
    ("surveypage.over-draft.title", f"editor {OFFICE}", f"{SURVEYS}: and of those who code its texts"),
    ("surveypage.*", STEERING, RIGHTS),
    ("outing.live.place", EVERYONE, SURVEYS),
    ("outing.cancelled.place", EVERYONE, f"{SURVEYS}: who counted on it reads why"),
    ("outing.cancelled.cancelled_because", EVERYONE, f"{SURVEYS}: who counted on it reads why"),
    ("outing.*.meeting_point", f"{SITTING} {OFFICE}", f"{SURVEYS}: it is for those who go"),
    ("outing.*", OFFICE, SURVEYS),
    ("question.survey-over-draft*", f"editor {OFFICE}", f"{SURVEYS}: on the sheets, and in the list of texts to code"),
    *[(f"{kind}.survey-*draft*", OFFICE, f"{SURVEYS}: sheets are printed before") for kind in ("question", "choice")],
    *[(f"{kind}.survey-*", EVERYONE, SURVEYS) for kind in ("question", "choice")],
    ("secrettexts.survey-over*", WRITING, f"{SURVEYS}: editors read them once the survey is over"),
    ("secrettexts.*", NOBODY, f"{SURVEYS}: before the end nobody reads one"),
    ("code.survey-over-coded.*", EVERYONE, f"{SURVEYS}: as soon as every text has a code"),
    ("code.survey-over*", WRITING, SURVEYS),
    ("code.*", NOBODY, f"{SURVEYS}: there is none before the end"),
    ("poll.survey-*.introduction", OFFICE, f"{SURVEYS}: on the sheets"),
    ("poll.survey-*", STEERING, POLLS),
    # Test campaigns. Unread texts are for their tester and the team; the city reads findings sent to it.
    *[(f"{kind}.live.*", EVERYONE, TRIALS) for kind in ("campaignpage", "scenario")],
    ("campaignpage.restricted.service_name", ANSWERS, f"{TRIALS}: the city reads where what it was sent was found"),
    *[
        (name, f"author {ANSWERS}", f"{TRIALS}: so does whoever tried it")
        for name in ("campaignpage.restricted.title", "scenario.restricted.goal")
    ],
    *[(f"{kind}.*", STEERING, RIGHTS) for kind in ("campaignpage", "scenario")],
    ("trial.desk.*", STEERING, f"{TRIALS}: nothing was found in it"),
    ("trial.*.comment", f"author {STEERING}", f"{TRIALS}: a few words for the team"),
    ("trial.*.browser", f"author {ANSWERS}", f"{TRIALS}: the city sees the problem again with it"),
    *[(f"{kind}.*", "author", f"{TRIALS}: a draft is of its author") for kind in ("trialdraft", "draftpicture")],
    ("retest.*.note", STEERING, f"{TRIALS}: a few words for the team"),
    ("retest.sensitive-*", ANSWERS, f"{TRIALS}: the team and the service"),
    ("retest.*", EVERYONE, TRIALS),
    *[
        line
        for kind in ("finding", "findingstep")
        for line in [
            *[(f"{kind}.sensitive-{state}.*", ANSWERS, f"{TRIALS}: the team and the service") for state in SENT],
            (f"{kind}.sensitive-*", STEERING, f"{TRIALS}: the team"),
            *[(f"{kind}.{state}.*", EVERYONE, TRIALS) for state in ("confirme", *SENT)],
            (f"{kind}.restricted-transmis.*", f"author {ANSWERS}", TRIALS),
            (f"{kind}.*", f"author {STEERING}", TRIALS),
        ]
    ],
    # Polls: drafts are for their editors.
    *[
        (f"{kind}.{state}*", STEERING, POLLS)
        for kind in ("poll", "question", "choice")
        for state in ("draft", "planned")
    ],
    *[(f"{kind}.*", EVERYONE, POLLS) for kind in ("poll", "question", "choice")],
    # Digests and mails. The outbox shows recipients and failures, never the text.
    ("newsletter.members.*", OFFICE, "docs/digests.md: messages to members are for who edits members"),
    ("newsletter.*", WRITING, RIGHTS),
    ("editorialword.live.*", EVERYONE, "docs/digests.md: it is at the top of the letter"),
    ("editorialword.*", WRITING, RIGHTS),
    ("edition.*", STEERING, RIGHTS),
    ("batch.*", STEERING, RIGHTS),
    ("subscriber.*", NOBODY, "docs/digests.md: an address is written by who previews the letter, never listed"),
    ("consentlog.*", NOBODY, "docs/digests.md"),
    ("sessionreminder.*", NOBODY, "docs/digests.md"),
    ("message.*.context", NOBODY, "docs/mail.md"),
    ("message.*.payload", NOBODY, "docs/mail.md"),
    ("message.*", STEERING, RIGHTS),
    # Accounts.
    ("user.author.public_name", EVERYONE, f"{ACCOUNTS}: other people see the public name"),
    # Users who edit members choose accounts by name; a team sees which of its members did what.
    ("user.moderator.public_name", f"{MODERATION} {OFFICE}", PARTICIPATION),
    ("user.editor.public_name", f"{WRITING} {OFFICE}", "docs/digests.md: the writer of a message"),
    ("user.desk.public_name", f"{DESK} {OFFICE}", "docs/desk.md"),
    # Moderators choose the agents of a service among the accounts that may answer.
    ("user.service.public_name", f"moderator {ANSWERS} {OFFICE}", PARTICIPATION),
    ("user.organiser.public_name", f"moderator {OFFICE}", PARTICIPATION),
    *[
        (f"user.{role}.public_name", f"{role} {OFFICE}", COMMITTEE)
        for role in SIGNED_IN.split()
        if role not in ("author", "editor", "moderator", "service", "organiser", "desk")
    ],
    *[(f"user.{role}.*", f"{role} administrator", ACCOUNTS) for role in SIGNED_IN.split()],
    ("accountcode.*", "author", ACCOUNTS),
    ("providerlink.*", NOBODY, f"{ACCOUNTS}: the number of a person at a provider is told by nobody else"),
    ("entry.*", ROOT, "auditlog/permissions.py: administrators; no form of a group gives this right"),
    # Pictures and documents of a closed collection: for users who may choose them in the admin.
    ("customimage.closed.*", PICTURES, RIGHTS),
    ("customdocument.closed.*", PICTURES, RIGHTS),
    ("customimage.*", EVERYONE, RIGHTS),
    ("customdocument.*", EVERYONE, RIGHTS),
    # Settings shown on every page, and reports.
    ("siteconfiguration.*", EVERYONE, "docs/guide"),
    ("spotlight.*", EVERYONE, "docs/guide"),
    ("theme.*", EVERYONE, "docs/guide: words that sort the watch"),
    ("city.*", EVERYONE, "docs/watch.md: the metropolises that are compared"),
    ("criterion.published.*", EVERYONE, "docs/watch.md"),
    ("observation.published-current.*", EVERYONE, "docs/watch.md: read by two people, under a published criterion"),
    ("observation.published-replaced.*", EVERYONE, "docs/watch.md: what was corrected stays"),
    ("observation.published-withdrawn.text", EVERYONE, "docs/watch.md: its criterion names it among the corrections"),
    ("withdrawal.published.*", EVERYONE, "docs/watch.md: the criterion says so among its corrections"),
    ("withdrawal.*", WRITING, "docs/watch.md"),
    *[(f"{kind}.*", WRITING, RIGHTS) for kind in ("criterion", "observation")],
    ("place.published.*", EVERYONE, "docs/places.md"),
    *[(f"{kind}.*", WRITING, RIGHTS) for kind in ("place", "placereport")],
    *[(f"{kind}.published.*", EVERYONE, "docs/places.md") for kind in ("resource", "workshop")],
    *[(f"{kind}.*", WRITING, RIGHTS) for kind in ("resource", "workshop")],
    ("restitution.published.*", EVERYONE, "docs/indicators.md"),
    ("restitution.*", OFFICE, "docs/indicators.md"),
    ("indicator.*", EVERYONE, "docs/indicators.md: a proposed one says what it lacks"),
    ("adoption.*", EVERYONE, "docs/indicators.md"),
    ("measurement.*", EVERYONE, "docs/indicators.md"),
    ("citedaddress.*", PICTURES, "docs/links.md: who edits pages somewhere reads what to mend"),
    ("missingaddress.*", WRITING, RIGHTS),
    ("emptysearch.*", WRITING, "docs/search.md: what readers searched for, without a word about who asked"),
    ("redirect.*", WRITING, RIGHTS),
]


@cache
def line_of(name: str) -> tuple[str, str, str] | None:
    """Returns the line for the field of this name; None without a matching line."""
    return next((line for line in LINES if fnmatchcase(name, line[0])), None)


@cache
def readers_of(name: str) -> frozenset[str]:
    """Returns the roles that may read the field of this name; empty without a matching line."""
    line = line_of(name)
    return frozenset(line[1].split() if line else ())
