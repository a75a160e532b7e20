"""How numbers and times are written, and what the components draw."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpResponse
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone, translation

from core import charts, navigation, preferences
from core.navigation import NavItem
from core.toasts import HtmxToasts, toast, undo_url
from core.ui import calendars, components, fields, formats, pieces
from core.ui.sheet import SampleForm

NOW = datetime(2026, 11, 21, 2, 12, tzinfo=UTC)  # 10:12 in Shanghai, a Saturday


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def render(source: str, **given: object) -> str:
    return engines["django"].from_string(source).render(given)


# --- numbers, money, phones


@pytest.mark.parametrize(
    ("fen", "full", "rounded", "short"),
    [
        (18_680_000, "¥186,800.00", "¥186,800", "¥18.7万"),
        (934_050, "¥9,340.50", "¥9,340.50", "¥9,340.50"),
        (1_294_000_000, "¥12,940,000.00", "¥12,940,000", "¥1,294万"),
        (20_000_000, "¥200,000.00", "¥200,000", "¥20万"),
        (-5_604_000, "−¥56,040.00", "−¥56,040", "−¥5.6万"),
        (0, "¥0.00", "¥0", "¥0"),
        (None, "—", "—", "—"),
    ],
)
def test_money_is_written_for_tables_for_figures_and_for_summaries(fen, full, rounded, short):
    assert (formats.money(fen), formats.money_round(fen), formats.money_short(fen)) == (full, rounded, short)


def test_money_in_english_names_its_currency():
    with translation.override("en"):
        assert formats.money(18_680_000) == "CNY 186,800.00"
        assert formats.money_short(18_680_000) == "CNY 187k"


@pytest.mark.parametrize(
    ("value", "places", "written"),
    [
        (1286, None, "1,286"),
        (4.5, 2, "4.50"),
        (-3, None, "−3"),
        (None, None, "—"),
        (Decimal("12.50"), None, "12.50"),
    ],
)
def test_numbers_have_thousands_and_a_real_minus(value, places, written):
    assert formats.number(value, places) == written


def test_a_share_is_written_as_per_cent():
    assert formats.percent(0.968) == "96.8%"


def test_an_area_drops_needless_zeros():
    assert formats.area(Decimal("128.00")) == "128 ㎡"
    assert formats.area(Decimal(120)) == "120 ㎡"
    assert formats.area(Decimal("89.50")) == "89.5 ㎡"


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("+8613800005621", "138****5621"), ("13800005621", "138****5621"), ("", "—"), (None, "—")],
)
def test_a_phone_shows_its_head_and_tail_only(phone, masked):
    assert formats.mask(phone) == masked


def test_the_call_screen_writes_a_masked_phone_wider():
    assert formats.mask("+8613800005621", wide=True) == "138 **** 5621"


# --- times


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (minutes(0.5), "刚刚"),
        (minutes(12), "12 分钟前"),
        (minutes(180), "今天 07:12"),
        (-minutes(228), "今天 14:00"),
        (timedelta(days=1), "昨天 10:12"),
        (-timedelta(days=1), "明天 10:12"),
        (timedelta(days=7), "11-14 10:12"),
        (timedelta(days=400), "2025-10-17 10:12"),
    ],
)
def test_a_moment_is_told_as_people_tell_it(before, said):
    assert formats.ago(NOW - before, NOW) == said


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (minutes(18), "剩 18 分"),
        (minutes(220), "剩 3 时 40 分"),
        (timedelta(days=2), "剩 2 天"),
        (-minutes(62), "超时 1:02"),
        (-timedelta(days=3), "超时 3 天"),
    ],
)
def test_a_deadline_says_what_is_left_or_how_late_it_is(left, said):
    assert formats.due(NOW + left, NOW) == said


def test_a_deadline_turns_amber_in_its_last_quarter_and_red_when_it_is_past():
    start = NOW - minutes(80)
    tones = [formats.due_tone(NOW + left, start, NOW) for left in (minutes(100), minutes(20), -minutes(1))]
    assert tones == ["ok", "warn", "bad"]


def test_dates_are_written_in_full_in_sentences_and_in_tables():
    day = date(2026, 11, 21)
    assert formats.cn_date(day) == "2026年11月21日"
    assert formats.day_name(day) == "11月21日 周六"
    assert formats.short_date(day, today=day) == "11-21"
    assert formats.short_date(date(2025, 3, 5), today=day) == "2025-03-05"


def test_a_late_evening_belongs_to_the_local_day():
    assert formats.cn_date(datetime(2026, 11, 21, 18, 0, tzinfo=UTC)) == "2026年11月22日"


# --- pieces


def test_what_people_typed_is_escaped_in_every_piece():
    evil = "<script>"
    drawn = [
        pieces.tag(evil), pieces.who(evil), pieces.count(3, noun=evil), pieces.avatar(evil), pieces.bar(1, 2, label=evil),
        pieces.choice("radio", evil, evil, evil), pieces.rate(evil, evil), pieces.icon(evil), pieces.ministeps(1, 9, evil),
        components.card(evil, title=evil), components.stat(evil, evil), components.key_values({evil: evil}),
        components.empty("", "users", evil, evil), components.entry(evil, "phone", evil), components.lane("", evil),
    ]  # fmt: skip
    assert not any(evil in piece for piece in drawn)


def test_nothing_to_count_draws_nothing():
    assert pieces.count(0) == ""
    assert pieces.count(None) == ""


def test_a_person_without_a_name_is_a_dash():
    assert "—" in pieces.who("")


def test_a_clock_carries_what_the_script_needs_to_count_on():
    due, start = timezone.now() + minutes(20), timezone.now() - minutes(100)
    drawn = pieces.sla(due, start)
    assert f'data-due="{due.isoformat()}"' in drawn
    assert f'data-start="{start.isoformat()}"' in drawn
    assert "sla--warn" in drawn


def test_a_paused_clock_does_not_count():
    assert 'data-state="paused"' in pieces.sla(timezone.now(), None, "paused")


def test_ratings_are_native_radios_with_the_given_mark():
    drawn = pieces.rate("q1", "整体满意度", 4)
    assert drawn.count('type="radio"') == 5
    assert 'value="4" checked' in drawn


# --- forms


def test_a_field_ties_its_label_hint_and_error_to_the_control():
    form = SampleForm({"name": "", "phone": "138"})
    drawn = fields.field(form["phone"])
    assert 'for="id_phone"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'aria-describedby="id_phone_hint id_phone_error"' in drawn
    assert "手机号应为 11 位" in drawn


def test_what_was_typed_stays_in_a_refused_form():
    assert 'value="138"' in fields.field(SampleForm({"phone": "138"})["phone"])


@pytest.mark.parametrize("name", list(SampleForm().fields))
def test_every_kind_of_widget_can_be_drawn(name):
    drawn = fields.field(SampleForm()[name])
    assert f'name="{name}"' in drawn
    assert str(SampleForm().fields[name].label) in drawn


def test_radios_become_chips_in_a_fieldset_with_a_legend():
    drawn = fields.field(SampleForm()["verdict"], tones="ok bad")
    assert drawn.startswith("{#") is False
    assert "<legend" in drawn
    assert drawn.index("choice--ok") < drawn.index("choice--bad")


def test_a_hidden_field_has_no_label():
    class WithToken(forms.Form):
        version = forms.IntegerField(widget=forms.HiddenInput)

    assert "<label" not in fields.field(WithToken()["version"])


def test_the_error_summary_links_to_each_wrong_field():
    drawn = fields.error_summary(SampleForm({"name": "", "mode": "full", "phone": "1", "verdict": "fix"}))
    assert 'href="#id_name"' in drawn
    assert 'href="#id_phone"' in drawn
    assert fields.error_summary(SampleForm()) == ""


# --- components in templates


def test_a_component_sees_nothing_of_the_page_around_it():
    drawn = render('{% card "甲" %}{{ words }}{% endcard %}', words="乙", id="leaked", sub="leaked")
    assert "乙" in drawn
    assert "leaked" not in drawn


def test_a_confirmation_carries_the_token_and_the_word_to_type():
    drawn = render('{% confirm "k" "吊销" "/x/" "吊销" word="郑州" %}{% endconfirm %}', csrf_token="t0ken")
    assert 'value="t0ken"' in drawn
    assert 'data-match="郑州"' in drawn


def test_steps_mark_where_one_is():
    items = [{"label": "设计", "state": "done"}, {"label": "合同", "state": "now"}]
    drawn = components.steps(items, "项目阶段")
    assert drawn.count('aria-current="step"') == 1


def test_a_pager_without_an_address_is_not_a_link():
    drawn = components.pager(next_url="?after=x", text="")
    assert drawn.count("<a ") == 1
    assert 'aria-disabled="true"' in drawn


# --- charts and calendars


def test_every_chart_speaks_its_finding_and_brings_its_numbers():
    line = charts.Line("满意度上升", ["10月", "11月"], [charts.Series("综合", [4.4, 4.5])], places=1)
    drawn = charts.chart(line)
    assert 'aria-label="满意度上升"' in drawn
    assert '<td class="r">4.5</td>' in drawn


@pytest.mark.parametrize(
    "shape",
    [
        charts.Line("无", [], []),
        charts.Line("一点", ["1"], [charts.Series("a", [0])]),
        charts.Bars("全零", ["1"], [charts.Series("a", [0])]),
        charts.Bars("空", [], [charts.Series("a", [])], stacked=True),
        charts.Donut("无"),
        charts.HBars("零", [charts.Part("a", 0)], full=0),
        charts.Funnel("零", [charts.Part("a", 0), charts.Part("b", 0)]),
        charts.Heat("空", ["a"], [("x", [None])]),
    ],
    ids=lambda shape: f"{type(shape).__name__}-{shape.title}",
)
def test_a_chart_of_nothing_is_drawn_all_the_same(shape):
    assert shape.title in charts.chart(shape)


def test_a_month_is_whole_weeks_from_monday_with_events_on_their_local_day():
    late = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)  # 01:00 on the 21st in Shanghai
    weeks = calendars.month_weeks(date(2026, 11, 5), [calendars.CalendarEvent(late, "量房", "/")])
    assert {len(week) for week in weeks} == {7}
    assert weeks[0][0].date == date(2026, 10, 26)
    assert [day.date.day for week in weeks for day in week if day.events] == [21]


def test_a_day_plan_keeps_events_outside_its_hours_at_the_edge():
    early = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)  # 06:00
    drawn = calendars.day_plan(
        date(2026, 11, 21),
        [("赵一鸣", [calendars.CalendarEvent(early, "巡检", "/")])],
        prev_url="?",
        next_url="?",
    )
    assert "at-0 len-2" in drawn


# --- toasts, preferences, navigation


def request_with_messages(path: str = "/", **headers: str):
    request = RequestFactory().get(path, headers=headers)
    request.session = {}
    request._messages = FallbackStorage(request)
    return request


def test_an_undoable_act_says_so_beside_the_fragment():
    request = request_with_messages(**{"HX-Request": "true"})
    toast(request, "已推进到设计", undo="/undo/7/")
    response = HtmxToasts(lambda _request: HttpResponse("<p>好</p>"))(request)
    text = response.content.decode()
    assert 'hx-swap-oob="true"' in text
    assert 'action="/undo/7/"' in text


def test_a_full_page_and_a_refusal_keep_the_message_for_later():
    for status, headers in ((200, {}), (422, {"HX-Request": "true"})):
        request = request_with_messages(**headers)
        toast(request, "已保存")
        HtmxToasts(lambda _request, status=status: HttpResponse("", status=status))(request)
        assert [str(message) for message in get_messages(request)] == ["已保存"]


def test_a_message_without_undo_has_no_address():
    request = request_with_messages()
    toast(request, "已保存")
    assert [undo_url(message) for message in get_messages(request)] == [""]


def test_unknown_preferences_fall_back_to_the_first_choice():
    request = RequestFactory().get("/")
    request.COOKIES = {"theme": "pink", "density": "compact"}
    chosen = preferences.read(request)
    assert (chosen.theme, chosen.density, chosen.hotkeys) == ("light", "compact", "on")


def test_a_preference_is_kept_and_an_unknown_one_refused(client):
    response = client.post("/preferences/", {"theme": "dark", "next": "https://elsewhere.example/"})
    assert response.cookies["theme"].value == "dark"
    assert response.url == "/"
    assert client.post("/preferences/", {"theme": "pink"}).status_code == 400


@pytest.fixture
def empty_navigation(monkeypatch):
    monkeypatch.setattr(navigation, "_items", {})


@pytest.mark.usefixtures("empty_navigation")
def test_entries_are_shown_in_order_to_the_roles_they_are_for():
    navigation.register(NavItem("b", "乙", "users", "components", order=2))
    navigation.register(NavItem("a", "甲", "users", "components", order=1, roles={"designer"}))
    assert [item.key for item in navigation.items_for({"designer"})] == ["a", "b"]
    assert [item.key for item in navigation.items_for({"finance"})] == ["b"]


@pytest.mark.usefixtures("empty_navigation")
def test_two_entries_may_not_share_a_key():
    navigation.register(NavItem("a", "甲", "users", "components"))
    with pytest.raises(ValueError, match="'a'"):
        navigation.register(NavItem("a", "乙", "users", "components"))
