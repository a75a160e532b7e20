"""What a firm may decide about its people and their way in."""

from django.utils.translation import gettext_lazy as _

from tenancy.firm_settings import Setting, declare

declare(
    Setting(
        "totp_required",
        _("管理岗位必须两步验证"),
        default=True,
        kind="bool",
        help=_("企业管理员、客服经理和分公司总经理登录时，除密码外还要输入手机验证器上的六位数字。"),
    ),
    Setting(
        "invitation_days",
        _("邀请链接有效期"),
        default=7,
        unit=_("天"),
        minimum=1,
        help=_("链接只能用一次，过期后请重新发出。"),
    ),
)
