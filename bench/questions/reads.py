"""Questions that leave the world as it was: lists, pages, search, and where people begin their day."""

import json
from urllib.parse import quote

from bench.questions.page import Page, Paths
from bench.questions.question import API, Ground
from bench.results import Goal

ADMIN, AGENT, MANAGER = "firm_admin", "cs_agent", "cs_manager"
FEW_STATEMENTS = Goal("statements", 6, 4)
LIGHT_PAGE, LIGHT_FRAGMENT = Goal("sent_kb", 20), Goal("sent_kb", 10)
QUICK_SEARCH = Goal("ratio", 3, 2)
QUICK_DASHBOARD = Goal("ratio", 4, 2)


def at(path: str) -> Paths:
    return lambda _ground: (path,)


def each(kind: str, path: str, part: str = "") -> Paths:
    """The path once for each of the world's samples of a kind, or for that part of each."""
    return lambda ground: [
        path.format(quote(str(sample[part] if part else sample))) for sample in ground.world.samples[kind]
    ]


def on_the_first_page(ground: Ground) -> list[str]:
    """Customers a key of one branch may see: those its list shows."""
    answer = ground.visitor(API).get("/api/v1/customers/").sound("list")
    return [f"/api/v1/customers/{customer['id']}/" for customer in json.loads(answer.text)["results"]]


def search(name: str, kind: str, label: str, english: str) -> Page:
    """As the box of Ctrl K asks while one types."""
    return Page(
        f"search_{name}",
        f"搜索：{label}",
        f"search by {english}",
        ADMIN,
        each(kind, "/search/?q={}"),
        floor=f"search_{name}",
        goals=(QUICK_SEARCH, LIGHT_FRAGMENT),
        is_fragment=True,
    )


READS = (
    Page(
        "list",
        "客户列表（接口）",
        "list of 50 by API",
        API,
        at("/api/v1/customers/"),
        floor="list",
        goals=(Goal("ratio", 2.6, 2.0), FEW_STATEMENTS),
    ),
    Page(
        "html",
        "客户列表（网页）",
        "list of 50 as HTML",
        ADMIN,
        at("/customers/?size=50"),
        floor="html",
        goals=(Goal("ratio", 7, 5), FEW_STATEMENTS, LIGHT_PAGE),
    ),
    Page(
        "detail",
        "客户详情（接口）",
        "customer by API",
        API,
        on_the_first_page,
        floor="detail",
        goals=(Goal("ratio", 2.6, 1.8),),
    ),
    Page("customer", "客户页", "customer page", ADMIN, each("customers", "/customers/{}/", "id"), goals=(LIGHT_PAGE,)),
    Page("project", "项目页", "project page", ADMIN, each("projects", "/projects/{}/", "number"), goals=(LIGHT_PAGE,)),
    search("name", "names", "两个字的姓名", "a name of two characters"),
    search("initials", "initials", "拼音首字母", "pinyin initials"),
    search("phone", "phone_parts", "电话的一段", "part of a phone"),
    search("estate", "estates", "小区", "estate"),
    Page("board", "工地看板", "board", ADMIN, at("/projects/"), floor="board", goals=(LIGHT_PAGE,)),
    Page("workbench", "工作台（客服）", "workbench of an agent", AGENT, at("/work/"), floor="workbench", goals=(QUICK_DASHBOARD, LIGHT_PAGE)),
    Page(
        "workbench_lead",
        "工作台（客服经理）",
        "workbench of a manager",
        MANAGER,
        at("/work/"),
        floor="workbench",
        goals=(QUICK_DASHBOARD, LIGHT_PAGE),
    ),
)  # fmt: skip
