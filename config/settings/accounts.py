"""Signing in, second factors, sessions, and how often one may ask; docs/adr/0009-sign-in.md says why."""

from config.env import env

AUTHENTICATION_BACKENDS = ["tenancy.sign_in.backend.PhoneOrEmail"]
LOGIN_URL = "tenancy:login"
LOGIN_REDIRECT_URL = "/"

SESSION_ENGINE = "tenancy.sign_in.sessions"
SESSION_COOKIE_AGE = 8 * 3600  # without a request
SESSION_LONGEST = 12 * 3600  # whatever happens in between

# Every answer to a failed sign-in takes at least so long: nobody learns from the clock which names exist.
SIGN_IN_FLOOR_SECONDS = 0.4

# Keys of encrypted columns, newest first (`Fernet.generate_key()`); without them one is derived from SECRET_KEY.
FIELD_KEYS = env.list("FIELD_KEYS", default=[])

API_THROTTLE_RATES = {"read": "600/min", "write": "120/min"}  # for each key, or each member

# Of allauth only the second factors are used; its own pages, e-mail addresses and counters are not.
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False
MFA_ADAPTER = "tenancy.sign_in.second_factor.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "居安 CRM"
MFA_TOTP_TOLERANCE = 1  # phones' clocks differ; a code still counts once only
