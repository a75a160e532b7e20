"""The import of ledgers."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.architecture.routes import Route, get, post
from tests.workspace.ledger.builder import a_row, a_workbook
from workspace.ledger.policies import IMPORT
from workspace.ledger.receiving import ask_to_rehearse, receive_ledger
from workspace.ledger.work import next_step
from workspace.models import ImportBatch, ImportRow


def make_batch(world: Any) -> ImportBatch:
    """Uploaded for the world's branch, its columns still to be checked."""
    content = a_workbook({world.branch.name: [a_row(客户姓名=f"{world.canary}客户")]})
    batch = receive_ledger(content, f"{world.canary}.xlsx", by=None)
    batch.branch_ids = [str(world.branch.pk)]
    batch.save()
    return batch


def make_rehearsed(world: Any) -> ImportBatch:
    batch = ask_to_rehearse(make_batch(world), by=None)
    while next_step(batch):
        pass
    return ImportBatch.objects.get(pk=batch.pk)


def make_row(world: Any) -> ImportRow:
    batch = world.rehearsed_import
    return ImportRow.objects.create(
        batch=batch, position=batch.rows.count(), sheet="西安", number=9, name=world.canary, outcome="created"
    )


MAKERS = {"import_batch": make_batch, "rehearsed_import": make_rehearsed, "import_row": make_row}


def of_batch(world: Any) -> dict[str, Any]:
    return {"pk": world.import_batch.pk}


def of_rehearsed(world: Any) -> dict[str, Any]:
    return {"pk": world.rehearsed_import.pk}


def upload(world: Any) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("台账.xlsx", a_workbook({"西安分公司": [a_row()]}))}


ROUTES = [
    Route(
        "workspace:imports",
        get(IMPORT, rows=lambda world: world.make("import_batch")),
        post(IMPORT, data=upload, ok=302),
    ),
    Route("workspace:import", get(IMPORT, rows=lambda world: world.make("import_row")), kwargs=of_rehearsed),
    Route(
        "workspace:import_sheet",
        post(IMPORT, data=lambda world: {"taken": "on", "branch": world.branch.name, "c1": "name"}, ok=302),
        kwargs=lambda world: {"pk": world.import_batch.pk, "place": 0},
    ),
    Route(
        "workspace:import_words",
        post(IMPORT, data=lambda world: {"word": "已放样", "phase": "handover"}, ok=302),
        kwargs=of_batch,
    ),
    Route("workspace:import_rehearsal", post(IMPORT, ok=302), kwargs=of_batch),
    Route("workspace:import_taking_in", post(IMPORT, ok=302), kwargs=of_rehearsed),
    Route("workspace:import_stop", post(IMPORT, ok=302), kwargs=of_batch),
    Route("workspace:import_progress", get(IMPORT), kwargs=of_batch),
    Route(
        "workspace:import_rows", get(IMPORT, rows=lambda world: world.make("import_row")), kwargs=of_rehearsed
    ),
    Route("workspace:import_workbook", get(IMPORT), kwargs=of_rehearsed),
]
