"""The one reader of the environment; .env.example explains every name read through it."""

import environ

env = environ.Env()
