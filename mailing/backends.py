from django.core.mail.backends.dummy import EmailBackend as OutboxBackend

__all__ = ["OutboxBackend"]
