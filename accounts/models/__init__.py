from accounts.models.accounts import Audience, User, UserManager, validate_public_name

__all__ = ["Audience", "User", "UserManager", "validate_public_name"]
