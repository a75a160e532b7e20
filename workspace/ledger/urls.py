"""Addresses of the import, under ``/import/`` in the names of ``workspace``."""

from django.urls import path

from workspace.ledger import views

urlpatterns = [
    path("", views.imports, name="imports"),
    path("<uuid:pk>/", views.batch, name="import"),
    path("<uuid:pk>/sheets/<slug:place>/", views.sheet, name="import_sheet"),
    path("<uuid:pk>/words/", views.words, name="import_words"),
    path("<uuid:pk>/rehearsal/", views.rehearsal, name="import_rehearsal"),
    path("<uuid:pk>/taking-in/", views.taking_in, name="import_taking_in"),
    path("<uuid:pk>/stop/", views.stop, name="import_stop"),
    path("<uuid:pk>/progress/", views.progress, name="import_progress"),
    path("<uuid:pk>/rows/", views.rows, name="import_rows"),
    path("<uuid:pk>/rows.xlsx", views.workbook, name="import_workbook"),
]
