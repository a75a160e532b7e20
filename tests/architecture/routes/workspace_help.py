from tests.architecture.routes import Route, get

ROUTES = [
    Route("workspace:help", get(ok=302)),
    Route("workspace:help_page", get(), kwargs=lambda world: {"slug": "agent"}, shared=True),
    Route("workspace:help_picture", get(), kwargs=lambda world: {"name": "workbench.png"}, shared=True),
]
