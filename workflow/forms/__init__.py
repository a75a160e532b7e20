"""The form of a rule: its own words as fields, and what was filled in as a rule again."""

from workflow.forms.conditions import Conditions
from workflow.forms.rule import RuleForm
from workflow.forms.small import FileForm

__all__ = ["Conditions", "FileForm", "RuleForm"]
