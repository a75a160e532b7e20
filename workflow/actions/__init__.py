"""Changing how the firm works: a draft, its rules, and putting a version in force."""

from workflow.actions.drafting import (
    begin_draft,
    discard_draft,
    draft_of,
    in_force_elsewhere,
    move_rule,
    put_rule,
    remove_rule,
    replace_rules,
    restore_rule,
    switch_rule,
)
from workflow.actions.versions import publish_draft, roll_back, rules_of

__all__ = [
    "begin_draft",
    "discard_draft",
    "draft_of",
    "in_force_elsewhere",
    "move_rule",
    "publish_draft",
    "put_rule",
    "remove_rule",
    "replace_rules",
    "restore_rule",
    "roll_back",
    "rules_of",
    "switch_rule",
]
