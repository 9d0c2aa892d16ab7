"""Models: surveys of who takes part, annual reports, indicators of the committee and their values."""

from indicators.models.defined import Adoption, Indicator
from indicators.models.measurements import Measurement
from indicators.models.restitutions import Restitution
from indicators.models.surveys import Survey, SurveyAnswered, SurveyTally

__all__ = [
    "Adoption",
    "Indicator",
    "Measurement",
    "Restitution",
    "Survey",
    "SurveyAnswered",
    "SurveyTally",
]
