"""The import's pages, from upload to the workbook of rows that need a person."""

import json
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import load_workbook

from crm.models import Customer
from projects.models import Project
from tenancy.models import AuditEntry
from tests.workspace.ledger.builder import HEADS, a_row, a_workbook
from workspace.ledger.work import next_step
from workspace.models import ColumnMemory, ImportBatch, StageWord

pytestmark = pytest.mark.django_db

ADDRESS = "workspace:imports"


def upload(client, content: bytes, name: str = "台账.xlsx"):
    return client.post(reverse(ADDRESS), {"file": SimpleUploadedFile(name, content)})


def work_off() -> ImportBatch:
    batch = ImportBatch.objects.get()
    while next_step(batch):
        pass
    return ImportBatch.objects.get()


def at(name: str, batch: ImportBatch, *more) -> str:
    return reverse(f"workspace:{name}", args=[batch.pk, *more])


def test_from_upload_to_customers(manager, sign_in):
    client = sign_in(manager)
    answer = upload(
        client,
        a_workbook(
            {"西安分公司": [a_row(目前阶段="水电施工"), a_row(客户姓名="邱浩", 联系电话="无", 楼栋房号="1")]}
        ),
    )
    batch = ImportBatch.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, batch.get_absolute_url())
    assert "西安分公司" in client.get(batch.get_absolute_url()).content.decode()

    client.post(at("import_rehearsal", batch))
    assert "正在读取文件" in client.get(at("import_progress", batch)).content.decode()
    work_off()
    shown = client.get(batch.get_absolute_url()).content.decode()
    assert "新建项目：施工验收（水电施工）" in shown
    assert not Customer.objects.exists()

    client.post(at("import_taking_in", batch))
    work_off()
    project = Project.objects.get(customer__name="武明萍")
    shown = client.get(at("import_rows", batch), {"show": "created"}).content.decode()
    assert project.get_absolute_url() in shown
    assert Customer.objects.get(name="武明萍").created_by == manager


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [(b"x", "a.pdf", "只能上传"), (b"", "a.xlsx", "空"), ("甲,乙\n1,2".encode(), "a.csv", "没有找到客户表")],
)
def test_a_file_that_is_no_ledger_is_refused_with_a_sentence(manager, sign_in, content, name, said):
    answer = upload(sign_in(manager), content, name)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_no_file_at_all(manager, sign_in):
    assert sign_in(manager).post(reverse(ADDRESS)).status_code == 422


def test_a_corrected_column_is_remembered_for_the_next_ledger(manager, sign_in):
    client = sign_in(manager)
    heads = [*HEADS[:-1], "拿房时间"]
    content = a_workbook({"西安": [a_row(备注="2025-03-05")]}, heads=heads)
    upload(client, content)
    batch = ImportBatch.objects.get()
    last = len(heads) - 1
    client.post(
        at("import_sheet", batch, 0), {"taken": "on", "branch": "西安店", f"c{last}": "registered_on"}
    )

    assert ColumnMemory.objects.get().head == "拿房时间"
    ImportBatch.objects.all()
    upload(client, content)
    newest = ImportBatch.objects.latest("uploaded_at")
    column = newest.layout[0]["columns"][last]
    assert (column["field"], column["remembered"]) == ("registered_on", True)


def test_two_columns_with_one_meaning_are_refused_and_stay_as_chosen(manager, sign_in):
    client = sign_in(manager)
    upload(client, a_workbook({"西安": [a_row()]}))
    batch = ImportBatch.objects.get()
    answer = client.post(
        at("import_sheet", batch, 0), {"taken": "on", "branch": "西安", "c1": "name", "c2": "name"}
    )

    assert answer.status_code == 422
    assert "两列选了同一个含义" in answer.content.decode()
    assert answer.content.decode().count('<option value="name" selected>') == 2


def test_a_firm_teaches_its_own_word_for_a_stage(manager, sign_in):
    client = sign_in(manager)
    upload(client, a_workbook({"西安": [a_row(目前阶段="已放样")]}))
    batch = ImportBatch.objects.get()
    client.post(at("import_words", batch), {"word": ["已放样"], "phase": ["handover"]})
    client.post(at("import_rehearsal", batch))
    work_off()

    assert StageWord.objects.get().phase == "handover"
    assert "新建项目：交底" in ImportBatch.objects.get().rows.get().lines


def test_the_workbook_holds_the_rows_for_a_person_as_text_only(manager, sign_in):
    client = sign_in(manager)
    upload(
        client,
        a_workbook(
            {
                "西安": [
                    a_row(备注="=1+1", 联系电话="见合同"),
                    a_row(客户姓名="邱浩", 楼栋房号="2", 联系电话="13800138009"),
                ]
            }
        ),
    )
    batch = ImportBatch.objects.get()
    client.post(at("import_rehearsal", batch))
    work_off()
    answer = client.get(at("import_workbook", batch))

    page = load_workbook(BytesIO(answer.content)).active
    cells = [[cell.value for cell in row] for row in page.iter_rows()]
    assert len(cells) == 2
    assert cells[1][2:4] == ["新建", "电话写的是“见合同”，没有号码"]
    assert "'=1+1" in cells[1]
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n"}
    assert AuditEntry.objects.filter(verb="exported").exists()


def test_a_finished_import_cannot_be_changed_or_started_again(manager, sign_in):
    client = sign_in(manager)
    upload(client, a_workbook({"西安": [a_row()]}))
    batch = ImportBatch.objects.get()
    assert client.post(at("import_taking_in", batch)).status_code == 422
    client.post(at("import_rehearsal", batch))
    work_off()
    client.post(at("import_taking_in", batch))
    work_off()

    assert client.post(at("import_taking_in", batch)).status_code == 422
    assert client.post(at("import_rehearsal", batch)).status_code == 422
    assert client.post(at("import_stop", batch)).status_code == 422


def test_a_csv_from_an_old_office_is_taken_in_too(manager, sign_in):
    client = sign_in(manager)
    rows = [",".join(HEADS), ",".join(str(cell) for cell in a_row(客户姓名="𠮷田", 备注="有老人孩子"))]
    upload(client, "\n".join(rows).encode("gb18030"), "西安分公司.csv")
    client.post(at("import_rehearsal", ImportBatch.objects.get()))
    client.post(at("import_taking_in", work_off()))
    work_off()

    customer = Customer.objects.get()
    assert (customer.name, customer.branch.name) == ("𠮷田", "西安分公司")


def test_a_designer_may_not_import(designer, sign_in):
    assert sign_in(designer).get(reverse(ADDRESS)).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_the_command_prints_one_line_of_json_that_adds_up(firm, tmp_path):
    file = tmp_path / "台账.xlsx"
    file.write_bytes(a_workbook({"西安分公司": [a_row(), a_row(), a_row(客户姓名="")]}))
    out = StringIO()

    call_command("import_ledger", str(file), firm=firm.code, json=True, stdout=out)

    (line,) = out.getvalue().splitlines()
    told = json.loads(line)
    assert told["rows"] == 3
    assert [told[name] for name in ("created", "updated", "unchanged", "duplicates", "rejected")] == [
        1,
        0,
        0,
        1,
        1,
    ]


@pytest.mark.django_db(transaction=True)
def test_the_command_refuses_with_a_sentence(firm, tmp_path):
    with pytest.raises(CommandError, match="没有代码为"):
        call_command("import_ledger", str(tmp_path / "x.xlsx"), firm="nobody")
    with pytest.raises(CommandError, match="文件读不出来"):
        call_command("import_ledger", str(tmp_path / "x.xlsx"), firm=firm.code)
