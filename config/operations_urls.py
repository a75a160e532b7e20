"""Asked by machines: supervisors, Prometheus, browsers that report a broken policy."""

from django.urls import path

from config import csp_reports, health, metrics

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("csp/", csp_reports.collect, name="csp-reports"),
]
