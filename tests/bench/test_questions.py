"""What is asked, and how an agent of the bench fills in a call."""

import pytest

from bench.questions import ALL, NoSuchQuestion, named
from bench.questions.create import somebody
from bench.questions.desk import Questionnaire
from bench.questions.job import NotYet, is_there
from core.phone import parse_phone


def test_every_question_has_a_name_of_its_own_and_says_what_it_is():
    names = [question.name for question in ALL]

    assert len(set(names)) == len(names)
    assert all(question.label and question.english for question in ALL)


def test_questions_are_chosen_by_name_and_asked_in_our_order():
    assert [question.name for question in named(["planner", "list"])] == ["list", "planner"]
    assert named([]) == list(ALL)


def test_a_question_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(NoSuchQuestion, match=r"no question lists; there are board, create, .*list"):
        named(["lists"])


def test_what_the_product_cannot_do_yet_is_skipped_visibly():
    (pdf,) = named(["pdf"])

    assert isinstance(pdf, NotYet)
    result = pdf.measure(None)
    assert result.figures == {}
    assert pdf.until in result.skipped


def test_a_module_is_there_or_not_whatever_its_package():
    assert is_there("bench.report")
    assert not is_there("bench.no_such_module")
    assert not is_there("no_such_package.module")


def test_two_customers_made_by_the_bench_are_two_people():
    one, other = somebody(), somebody()

    assert one["contact_points"] != other["contact_points"]
    assert parse_phone(one["contact_points"][0]["value"]).takes_sms


def test_a_questionnaire_is_answered_by_a_content_customer():
    page = """
        <input type="hidden" name="csrfmiddlewaretoken" value="x">
        <input type="radio" name="q_overall" value="1"><input type="radio" name="q_overall" value="5">
        <input type="radio" name="q_treats" value="yes"><input type="radio" name="q_treats" value="no">
        <input class="input" name="q_wish" value="">
    """

    assert Questionnaire(page).filled == {"q_overall": "5", "q_treats": "no", "q_wish": "现场挺干净"}
