"""Branches and people of the demo firm. Everybody here is invented."""

from dataclasses import dataclass
from typing import Final

from tenancy.models import Branch, Role

FIRM_CODE: Final = "jincheng"
FIRM_NAME: Final = "锦程装饰集团"
PASSWORD: Final = "JuanDemo-2026"  # noqa: S105 - printed by bin/up; the demo firm holds invented people only

XIAN, XIANYANG, BAOJI = "xian", "xianyang", "baoji"


@dataclass(frozen=True)
class BranchPart:
    code: str
    name: str
    kind: str
    regions: tuple[str, ...]
    address: str
    hotline: str
    customers: int
    estates: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Part:
    """One person and the posts they hold; ``branch`` empty means the whole firm."""

    name: str
    role: Role
    branch: str = ""
    login: str = ""
    """The name before @ of the demo account; one person per role has one."""

    @property
    def email(self) -> str:
        return f"{self.login}@{FIRM_CODE}.example" if self.login else ""


BRANCHES: Final = (
    BranchPart(
        XIAN, "西安分公司", Branch.Kind.OWN, ("陕西省/西安市",), "西安市雁塔区科技路 88 号锦程家装馆", "029-88001234", 640,
        (("云栖花园", "雁塔区"), ("和光里", "高新区"), ("澜岸府", "浐灞区"), ("书香雅苑", "碑林区"), ("紫云台", "曲江新区"),
         ("北辰佳苑", "未央区"), ("浐河半岛", "灞桥区"), ("锦屏里", "长安区")),
    ),
    BranchPart(
        XIANYANG, "咸阳分公司", Branch.Kind.OWN, ("陕西省/咸阳市",), "咸阳市秦都区人民路 16 号", "029-33115678", 330,
        (("渭滨公馆", "秦都区"), ("丽彩天玺", "秦都区"), ("毕塬新城", "渭城区"), ("安谷佳园", "渭城区")),
    ),
    BranchPart(
        BAOJI, "宝鸡加盟店", Branch.Kind.PARTNER, ("陕西省/宝鸡市",), "宝鸡市金台区经二路 9 号", "0917-3219988", 290,
        (("石鼓湾", "渭滨区"), ("陈仓印象", "陈仓区"), ("高新天下", "高新区"), ("渭水南岸", "渭滨区")),
    ),
)  # fmt: skip

PEOPLE: Final = (
    Part("罗启航", Role.FIRM_ADMIN, "", "admin"),
    Part("方媛", Role.CS_MANAGER, "", "manager"),
    Part("林小雨", Role.CS_AGENT, "", "agent"),
    Part("蒋文静", Role.CS_AGENT),
    Part("苗青", Role.CS_AGENT, XIAN),
    Part("田甜", Role.CS_AGENT, XIANYANG),
    Part("魏建平", Role.BRANCH_MANAGER, XIAN, "branch"),
    Part("雷振国", Role.BRANCH_MANAGER, XIANYANG),
    Part("秦守信", Role.BRANCH_MANAGER, BAOJI),
    Part("赵一鸣", Role.DESIGNER, XIAN, "designer"),
    Part("孙梦", Role.DESIGNER, XIAN),
    Part("郑可欣", Role.DESIGNER, XIAN),
    Part("吴珂", Role.DESIGNER, XIANYANG),
    Part("钱多", Role.DESIGNER, XIANYANG),
    Part("范雨桐", Role.DESIGNER, BAOJI),
    Part("顾行之", Role.DESIGN_REVIEWER, XIAN, "reviewer"),
    Part("殷算之", Role.BUDGETER, XIAN, "budgeter"),
    Part("孙国强", Role.PROJECT_MANAGER, XIAN, "pm"),
    Part("何大勇", Role.PROJECT_MANAGER, XIAN),
    Part("周启", Role.PROJECT_MANAGER, XIANYANG),
    Part("马俊", Role.PROJECT_MANAGER, BAOJI),
    Part("何建平", Role.SUPERVISOR, XIAN, "supervisor"),
    Part("高远", Role.SUPERVISOR, XIANYANG),
    Part("林监", Role.SUPERVISOR, BAOJI),
    Part("曹立新", Role.ENGINEERING_MANAGER, XIAN, "engineering"),
    Part("段志刚", Role.TECHNICIAN, XIAN, "technician"),
    Part("贺阳", Role.SERVICE_TEAM_LEAD, XIAN, "teamlead"),
    Part("白洁", Role.ADMINISTRATION, XIAN, "administration"),
    Part("金瑞", Role.FINANCE, XIAN, "finance"),
)

DEPARTMENTS: Final = (
    ("客户服务中心", "service", "", "方媛"),
    ("设计部", "design", XIAN, "顾行之"),
    ("工程部", "engineering", XIAN, "曹立新"),
    ("财务部", "finance", XIAN, "金瑞"),
    ("行政部", "administration", XIAN, "白洁"),
)


def holding(role: str, branch: str) -> list[str]:
    """Names of the people who hold a role in a branch."""
    return [part.name for part in PEOPLE if part.role == role and part.branch == branch]
