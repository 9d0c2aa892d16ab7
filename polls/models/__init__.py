from polls.models.answers import AgentEntry, NominativeAnswer, Participation, SecretTally
from polls.models.polls import Choice, Poll, Question, index_poll_of

__all__ = [
    "AgentEntry",
    "Choice",
    "NominativeAnswer",
    "Participation",
    "Poll",
    "Question",
    "SecretTally",
    "index_poll_of",
]
