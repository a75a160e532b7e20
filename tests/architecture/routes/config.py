from tests.architecture.routes import Route, get, post

ROUTES = [
    Route("healthz", get(), public="supervisors have no account; it says nothing but alive"),
    Route("readyz", get(), public="supervisors have no account; it names parts of the product, never data"),
    Route("metrics", get(), public="guarded by loopback or a token of its own"),
    Route("csp-reports", post(), public="browsers report without cookies; the rate is bounded"),
]
