"""What is asked, and how an agent of the bench fills in a call."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from bench.measure.browsing import Browser, Unanswered
from bench.questions import ALL, NoSuchQuestion, named
from bench.questions.create import somebody
from bench.questions.desk import Agent, Questionnaire
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


class _Desk(BaseHTTPRequestHandler):
    """Two calls wait; then the queue is empty."""

    protocol_version = "HTTP/1.1"
    saved: list[dict[str, list[str]]] = []

    def do_GET(self):
        self._answer(200, '<input type="radio" name="q_overall" value="5">')

    def do_POST(self):
        given = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if self.path.endswith("/outcome/"):
            self.saved.append({"call": self.path, **given})
        self._answer(302, location=f"/calls/{len(self.saved)}/?lane=" if len(self.saved) < 2 else "/calls/")

    def log_message(self, *_args):
        pass

    def _answer(self, status, text="", location=""):
        self.send_response(status)
        self.send_header("Location", location)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())


@pytest.fixture
def desk():
    _Desk.saved.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Desk)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_agent_saves_what_the_page_asks_and_goes_where_it_leads(desk):
    agent = Agent(Browser(desk))

    agent.begin()
    answer = agent.save()

    (saved,) = _Desk.saved
    assert (saved["call"], saved["q_overall"], saved["outcome"], saved["auto_next"]) == (
        "/calls/0/outcome/",
        ["5"],
        ["reached"],
        ["on"],
    )
    assert (agent.address, len(agent.page_ms)) == ("/calls/1/", 2)
    assert answer.ms > 0


def test_an_empty_queue_is_no_quick_save(desk):
    agent = Agent(Browser(desk))
    agent.begin()
    agent.save()

    with pytest.raises(Unanswered, match="led to no next call: 302 /calls/"):
        agent.save()
