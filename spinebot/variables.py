"""Names of the environment variables that more than one part reads."""

MODE = "SPINEBOT_MODE"
ORIGINS = "SPINEBOT_ORIGINS"  # websites that may carry the chat
API_TOKEN = "SPINEBOT_API_TOKEN"  # opens Rasa's API to who shows it in a header
METRICS_TOKEN = "SPINEBOT_METRICS_TOKEN"
ACTIONS_HOST = "SPINEBOT_ACTIONS_HOST"  # where the action server listens
ACTIONS_URL = "SPINEBOT_ACTIONS_URL"  # where Rasa finds it
DATABASE_URL = "SPINEBOT_DATABASE_URL"
REDIS_URL = "SPINEBOT_REDIS_URL"
