"""Random sites and a naive implementation of the rules of the digest, without any optimisation.

Content: restricted pages, drafts, openings; proposals in every state, with histories, authors and addenda; removed
comments; follows with their dates, unfollows, supports, authorship and chosen topics.
"""

import datetime as dt
import random

from wagtail.models import Page, PageViewRestriction

from cms.models import PageOpening
from digests.models import Subscriber
from digests.queries.deliveries import LAG
from participation.models import (
    Addendum,
    CoAuthor,
    Comment,
    Discussion,
    Follow,
    OfficialAnswer,
    Proposal,
    ProposalStep,
    Support,
)
from polls.models import Participation, Poll
from tests.digests.factories import DAY, SLOT, SubscriberFactory
from tests.factories import (
    CallPageFactory,
    NewsPageFactory,
    SessionPageFactory,
    TopicPageFactory,
    UserFactory,
    VeilleEntryPageFactory,
)

State = Proposal.State
CUTOFF = SLOT - LAG
WEEK = 7 * DAY
SECOND = dt.timedelta(seconds=1)


class Cast:
    """Users, topics and pages shared by all worlds, because creating them is slow."""

    def __init__(self):
        self.people = UserFactory.create_batch(4)
        self.topics = TopicPageFactory.create_batch(2)
        self.readers = [SubscriberFactory(user=user) for user in [*self.people[:3], None]]
        self.pages = []
        for kind, make in (
            ("news", NewsPageFactory),
            ("sessions", SessionPageFactory),
            ("veille", VeilleEntryPageFactory),
            ("calls", CallPageFactory),
        ):
            for number in range(2):
                dates = {"starts_at": SLOT + number * DAY} if kind == "sessions" else {}
                page = make(slug=f"{kind}-{number}", **dates)
                page.kind = kind
                self.pages.append(page)


class World:
    """Random site; every row is kept in memory, so that the naive rules need no queries."""

    def __init__(self, cast, seed):
        self.dice = random.Random(seed)
        self.people, self.topics, self.readers, self.pages = cast.people, cast.topics, cast.readers, cast.pages
        for reader in self.readers:
            self.change_reader(reader)
        for page in self.pages:
            self.change_page(page)
        self.restrict()
        self.polls = [self.poll(number) for number in range(2)]
        self.propose()
        self.discuss([*self.proposals, *self.pages[:2]])

    def moment(self):
        """Returns a moment around the window of the edition, sometimes one of its edges."""
        edges = [SLOT - WEEK, CUTOFF, CUTOFF + SECOND, SLOT - WEEK + SECOND]
        if self.dice.random() < 0.2:
            return self.dice.choice(edges)
        return SLOT - dt.timedelta(minutes=self.dice.randrange(0, 12 * 24 * 60))

    def soon(self):
        return SLOT + dt.timedelta(hours=self.dice.randrange(-48, 14 * 24))

    def maybe(self, likely=0.5):
        return self.dice.random() < likely

    def change_reader(self, reader):
        reader.started_at = SLOT - WEEK - (DAY if self.maybe(0.3) else dt.timedelta())
        reader.only_topics = self.maybe(0.4)
        Subscriber.objects.bulk_update([reader], ["started_at", "only_topics"])
        reader.chosen = [topic.pk for topic in self.topics if self.maybe(0.4)]
        reader.topics.set(reader.chosen)

    def change_page(self, page):
        page.live, page.first_published_at = self.maybe(0.8), self.moment()
        page.title = f"{page.kind} {self.dice.randrange(10**9)}"
        changed = {"live": page.live, "first_published_at": page.first_published_at, "title": page.title}
        if page.kind == "sessions":
            page.starts_at = self.soon()
            page.ends_at = page.starts_at + dt.timedelta(hours=2)
            changed |= {"starts_at": page.starts_at, "ends_at": page.ends_at}
        if page.kind in ("veille", "calls"):
            page.topic = self.dice.choice([None, *self.topics])
            changed |= {"topic": page.topic}
        if page.kind == "calls":
            page.closes_at = self.dice.choice([None, self.soon()])
            changed |= {"closes_at": page.closes_at}
        type(page).objects.filter(pk=page.pk).update(**changed)
        page.opened_at = page.first_published_at
        if self.maybe(0.2):
            page.opened_at = self.moment()
            PageOpening.objects.create(page_id=page.pk, at=page.opened_at)

    def restrict(self):
        """Restricts some pages to members, and sometimes a whole section."""
        self.closed = {page.pk for page in self.pages if self.maybe(0.15)}
        restricted = set(self.closed)
        if self.maybe(0.1):
            restricted.add(self.pages[0].get_parent().pk)
            self.closed |= {page.pk for page in self.pages if page.kind == "news"}
        login = PageViewRestriction.LOGIN
        PageViewRestriction.objects.bulk_create(
            PageViewRestriction(page_id=key, restriction_type=login) for key in restricted
        )

    def poll(self, number):
        opens_at = self.moment()
        closes_at = max(opens_at, SLOT - DAY) + dt.timedelta(hours=self.dice.randrange(1, 14 * 24))
        audience = Poll.Audience.MEMBERS if self.maybe(0.3) else Poll.Audience.ACCOUNTS
        names = {"title": f"Sondage {number}", "slug": f"sondage-{number}", "audience": audience}
        poll = Poll(**names, is_draft=False, opens_at=opens_at, closes_at=closes_at)
        Poll.objects.bulk_create([poll])
        poll.answered_by = {user.pk for user in self.people if self.maybe(0.3)}
        Participation.objects.bulk_create(Participation(poll=poll, user_id=key) for key in poll.answered_by)
        return poll

    def propose(self):
        self.proposals = [self.proposal(number) for number in range(5)]
        Proposal.objects.bulk_create(self.proposals)
        for proposal in self.proposals:
            for step in proposal.history:
                step.proposal = proposal
            proposal.official = [self.answer(proposal) for _ in range(self.dice.randrange(3))]
            proposal.added = [self.addendum(proposal) for _ in range(self.dice.randrange(3))]
            other_pks = [user.pk for user in self.people if user != proposal.author]
            proposal.joined = {key for key in other_pks if proposal.author and self.maybe(0.15)}
        ProposalStep.objects.bulk_create(step for proposal in self.proposals for step in proposal.history)
        OfficialAnswer.objects.bulk_create(answer for proposal in self.proposals for answer in proposal.official)
        Addendum.objects.bulk_create(addendum for proposal in self.proposals for addendum in proposal.added)
        CoAuthor.objects.bulk_create(
            CoAuthor(proposal=proposal, user_id=key, since=SLOT)
            for proposal in self.proposals
            for key in proposal.joined
        )

    def proposal(self, number):
        """Creates a proposal and walks the transition table for some steps."""
        moments = sorted(self.moment() for _ in range(4))
        proposal = Proposal(
            title="Une proposition",
            author=self.dice.choice([None, *self.people]),
            topic=self.dice.choice([None, *self.topics]),
            created_at=moments[0] - DAY,
            source_url=f"https://ailleurs.example/{number}" if self.maybe(0.1) else None,
        )
        proposal.history = [ProposalStep(from_state="", to_state="recue", at=proposal.created_at, role="auteur")]
        for at in moments[: self.dice.randrange(5)]:
            following = sorted(Proposal.TRANSITIONS[State(proposal.state)] - {State.MERGED})
            if not following:
                break
            state = State.PUBLISHED if self.maybe(0.6) and State.PUBLISHED in following else self.dice.choice(following)
            by_author = state == State.WITHDRAWN
            proposal.history.append(
                ProposalStep(
                    from_state=proposal.state,
                    to_state=state,
                    at=at,
                    actor=proposal.author if by_author else self.dice.choice([None, *self.people]),
                    role="auteur" if by_author else self.dice.choice(["equipe", "equipe", "import"]),
                )
            )
            proposal.state, proposal.state_changed_at = state, at
            if state == State.PUBLISHED:
                proposal.published_at = proposal.published_at or at
        return proposal

    def answer(self, proposal):
        published = self.maybe(0.7)
        return OfficialAnswer(
            proposal=proposal,
            decision=State.ACCEPTED,
            reasons="Voici pourquoi.",
            signed_as="responsable",
            status="publiee" if published else "brouillon",
            published_at=self.moment() if published else None,
        )

    def addendum(self, proposal):
        state, at = self.dice.choice(["publie", "publie", "recu", "refuse"]), self.moment()
        return Addendum(
            proposal=proposal,
            author=self.dice.choice([None, *self.people]),
            body=f"Complément {self.dice.randrange(10**9)}",
            state=state,
            created_at=at,
            published_at=None if state == "recu" else at,
        )

    def discuss(self, owners):
        follows, comments, supports = [], [], []
        for owner in owners:
            where = {"proposal": owner} if isinstance(owner, Proposal) else {"page_id": owner.pk}
            owner.place = Discussion(**where)
        Discussion.objects.bulk_create(owner.place for owner in owners)
        for owner in owners:
            owner.followers = {user.pk: self.maybe(0.3) for user in self.people if self.maybe(0.45)}
            owner.followed_at = {key: self.moment() for key in owner.followers}
            follows += [
                Follow(
                    user_id=key,
                    discussion=owner.place,
                    source="chosen",
                    muted=muted,
                    created_at=owner.followed_at[key],
                )
                for key, muted in owner.followers.items()
            ]
            owner.supported_at = {}
            if isinstance(owner, Proposal):
                owner.supported_at = {user.pk: self.moment() for user in self.people if self.maybe(0.3)}
            supports += [Support(user_id=key, proposal=owner, created_at=at) for key, at in owner.supported_at.items()]
            owner.created_comments = [self.comment(owner.place) for _ in range(self.dice.randrange(4))]
            comments += owner.created_comments
        Follow.objects.bulk_create(follows)
        moments = [support.created_at for support in supports]
        # `created_at` is `auto_now_add`: set it afterwards.
        for support, at in zip(Support.objects.bulk_create(supports), moments, strict=True):
            support.created_at = at
        Support.objects.bulk_update(supports, ["created_at"])
        Comment.objects.bulk_create(comments)

    def comment(self, place):
        state, at = self.dice.choice(["publie", "publie", "publie", "recu", "refuse", "retire"]), self.moment()
        return Comment(
            discussion=place,
            author=self.dice.choice([None, *self.people]),
            body=f"Mot {self.dice.randrange(10**9)}",
            state=state,
            created_at=at,
            published_at=None if state == "recu" else at,
        )

    # --- Naive rules ----------------------------------------------------------------------------------------------

    def is_open(self, page):
        return page.live and page.pk not in self.closed

    def expected(self, reader):
        """Returns {thing: content reported about it} for one subscriber."""
        user, start = reader.user_id, reader.started_at
        expected_things = {}

        def new(at, owner=None):
            """Returns whether `at` is after the last digest and after any follow or support of `owner`."""
            moments = [start]
            if user is not None and follows(owner):
                moments.append(owner.followed_at[user])
            if user is not None and user in getattr(owner, "supported_at", {}):
                moments.append(owner.supported_at[user])
            return at is not None and max(moments) < at <= CUTOFF

        def soon(at):
            return at is not None and SLOT < at <= SLOT + WEEK

        def report(thing, source):
            expected_things.setdefault(thing, set()).add(source)

        def stopped(owner):
            return user is not None and getattr(owner, "followers", {}).get(user) is True

        def follows(owner):
            return user is not None and getattr(owner, "followers", {}).get(user) is False

        def matches_topics(thing):
            return not (reader.only_topics and reader.chosen) or thing.topic_id in reader.chosen

        for page in self.pages:
            if not self.is_open(page) or stopped(page):
                continue
            thing = ("pages", page.pk)
            if page.kind == "sessions":
                if page.ends_at > CUTOFF and (new(page.opened_at, page) or soon(page.starts_at)):
                    report(thing, "sessions")
            elif page.kind == "calls":
                still = page.closes_at is None or page.closes_at > CUTOFF
                if still and (new(page.opened_at, page) or soon(page.closes_at)) and matches_topics(page):
                    report(thing, "calls")
            elif new(page.opened_at, page) and (page.kind != "veille" or matches_topics(page)):
                report(thing, page.kind)
            if follows(page):
                self.report_comments(page, user, new, report, thing)
        for poll in self.polls:
            is_new = new(poll.opens_at) or (soon(poll.closes_at) and poll.opens_at <= CUTOFF)
            asks_all = poll.audience not in Poll.INTERNAL
            if asks_all and is_new and poll.closes_at > CUTOFF and user not in poll.answered_by:
                report(("polls", poll.pk), "polls")
        for proposal in self.proposals:
            thing = ("proposals", proposal.pk)
            mine = user is not None and (proposal.author_id == user or user in proposal.joined)
            if stopped(proposal):
                continue
            public = proposal.state in Proposal.PUBLIC_STATES
            is_relevant = mine or follows(proposal) or matches_topics(proposal)
            if public and new(proposal.published_at, proposal) and not mine and is_relevant and not proposal.source_url:
                report(thing, "proposals")
            for answer in proposal.official:
                if public and answer.status == "publiee" and new(answer.published_at, proposal) and is_relevant:
                    report(thing, "official-answers")
            if mine or follows(proposal):
                self.report_steps(proposal, user, mine, public, new, report, thing)
                if public:
                    self.report_comments(proposal, user, new, report, thing)
                    for addendum in proposal.added:
                        if (
                            addendum.state == "publie"
                            and new(addendum.published_at, proposal)
                            and addendum.author_id != user
                        ):
                            report(thing, ("addendum", addendum.body))
        return expected_things

    def report_steps(self, proposal, user, mine, public, new, report, thing):
        steps = [
            step
            for step in proposal.history
            if step.from_state and step.role != "import" and new(step.at, proposal) and step.actor_id != user
        ]
        steps.sort(key=lambda step: (step.at, step.pk))
        if steps and steps[0].from_state != steps[-1].to_state and (public or mine):
            report(thing, ("steps", steps[0].from_state, steps[-1].to_state))

    def report_comments(self, owner, user, new, report, thing):
        count = sum(
            1
            for comment in owner.created_comments
            if comment.state == "publie" and new(comment.published_at, owner) and comment.author_id != user
        )
        if count:
            report(thing, ("comments", count))

    def secrets(self):
        """Returns the texts that must not be in any digest."""
        hidden = [page.title for page in self.pages if not self.is_open(page)]
        for owner in [*self.proposals, *self.pages[:2]]:
            open_to_all = self.is_open(owner) if isinstance(owner, Page) else owner.state in Proposal.PUBLIC_STATES
            texts = [*owner.created_comments, *getattr(owner, "added", ())]
            hidden += [text.body for text in texts if text.state != "publie" or not open_to_all]
        return hidden
