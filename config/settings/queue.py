"""Settings of Celery, for web and worker, and for beat, which runs without Django."""

from config.settings.variables import variable

REDIS_URL = variable("REDIS_URL", "redis://localhost:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "socket_timeout": 10,
    "socket_connect_timeout": 1,
    "health_check_interval": 25,
    "global_keyprefix": "comite:",
}
# A web request must not block on the broker: a failure to publish is caught, and the next tick compensates.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 120
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_BEAT_SCHEDULER = "config.beat:SteadyScheduler"
# One interval entry and no crontab: the planner handles daylight saving time.
CELERY_BEAT_SCHEDULE = {
    "tick": {
        "task": "mailing.tasks.tick",
        "schedule": float(variable("TICK_SECONDS", "30")),
        "options": {"expires": 25},
    }
}
