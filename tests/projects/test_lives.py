"""Random lives against the table of domain.md §3: the code allows exactly what the table says."""

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core.errors import Refusal
from projects.models import Project
from tests.factories import projects as factories
from workflow.models import Step
from workflow.moves import move

ROAD = [
    "consultation",
    "measurement",
    "design",
    "budget",
    "contract",
    "handover",
    "inspections",
    "completion",
    "warranty",
    "closed",
]
DESIGN_ROAD = ["consultation", "measurement", "design", "budget", "contract", "completion", "closed"]
ENDS = {"lose": "lost", "suspend": "suspended", "cancel": "cancelled"}
FROM = {
    "lose": {"consultation", "measurement", "design", "budget"},
    "suspend": {"contract", "handover", "inspections"},
    "cancel": {"contract", "handover", "inspections"},
    "reopen": {"lost"},
    "resume": {"suspended"},
}
FACTS = {
    "lose": {"reason": "price"},
    "suspend": {"reason": "season", "on": factories.DAY},
    "cancel": {"settlement": "两清"},
}


class Life(RuleBasedStateMachine):
    """One project, whose guards are all met from the start: only the road itself is under test."""

    branch = None

    def __init__(self):
        super().__init__()
        self.project = None
        self.mode = "full"
        self.state, self.left, self.steps = "consultation", "", 1

    @rule(mode=st.sampled_from(["full", "half", "design_only", "labour_only"]))
    def choose_mode(self, mode):
        """Only once, at the beginning of the life."""
        if self.project is not None:
            return
        self.mode = mode
        known = factories.facts_until("closed") | {"mode": mode, "node": "final"}
        self.project = factories.make_project(self.branch, **known)

    @rule(name=st.sampled_from([f"to_{phase}" for phase in ROAD[1:]] + sorted(FROM)))
    def try_to(self, name):
        if self.project is None:
            return
        expected = self._expected(name)
        try:
            move(getattr(self.project, name), by=None, **FACTS.get(name, {}))
        except Refusal:
            assert expected is None, f"{name} from {self.state} in {self.mode} should be allowed"
            return
        assert expected == self.project.phase
        self.state, self.steps = expected, self.steps + 1

    def _expected(self, name):
        if name.startswith("to_"):
            road = DESIGN_ROAD if self.mode == "design_only" else ROAD
            here = road.index(self.state) if self.state in road else None
            following = road[here + 1] if here is not None and here + 1 < len(road) else None
            return following if name == f"to_{following}" else None
        if self.state not in FROM[name]:
            return None
        if name in ("reopen", "resume"):
            return self.left
        self.left = self.state
        return ENDS[name]

    @invariant()
    def what_is_stored_is_what_was_lived(self):
        if self.project is None:
            return
        assert Project.objects.values_list("phase", flat=True).get(pk=self.project.pk) == self.state
        assert Step.objects.filter(subject_id=self.project.pk).count() == self.steps


@pytest.mark.django_db
def test_random_lives_keep_to_the_table(branch, monkeypatch):
    from projects import guards

    monkeypatch.setattr(guards, "unmet", lambda project, phase: [])
    monkeypatch.setattr(Life, "branch", branch)
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
