from polls.models.answers import AgentEntry, NominativeAnswer, Participation, SecretTally, SecretTexts
from polls.models.polls import Choice, Poll, Question, index_poll_of

__all__ = [
    "AgentEntry",
    "Choice",
    "NominativeAnswer",
    "Participation",
    "Poll",
    "Question",
    "SecretTally",
    "SecretTexts",
    "index_poll_of",
]
