from tenancy.models import Role
from tests.architecture.routes import Route, get, post

ROUTES = [
    Route("components", get({Role.FIRM_ADMIN}, wrong_role=404)),
    Route("preference", post(), public="a theme is chosen before signing in, too"),
    Route("set_language", post(), public="a language is chosen before signing in, too"),
    Route("manifest", get(), public="the browser asks for it without cookies"),
]
