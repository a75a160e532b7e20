"""Nothing of its own to ask about: here the apps' subjects learn to be made, for rules to be tried on."""

from workspace.stories import before, life, site

__all__ = ["before", "life", "site"]
