from accounts.models.accounts import AnyUser, Audience, User, UserManager
from accounts.models.codes import AccountCode
from accounts.models.names import may_identify, validate_public_name, validate_written_name
from accounts.models.own_data import DataExport, ErasedAccount, InactivityWarning
from accounts.models.providers import ProviderLink

__all__ = [
    "AccountCode",
    "AnyUser",
    "Audience",
    "DataExport",
    "ErasedAccount",
    "InactivityWarning",
    "ProviderLink",
    "User",
    "UserManager",
    "may_identify",
    "validate_public_name",
    "validate_written_name",
]
