"""No cache entry without its firm: what one firm wrote another can neither read nor overwrite."""

import pytest
from django.conf import settings
from django.core.cache import caches

from config.settings import base
from tenancy.scoping import firm_scope

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("configured", [settings.CACHES, base.CACHES], ids=["tests", "product"])
def test_every_cache_makes_its_keys_with_the_firm(configured):
    assert {cache["KEY_FUNCTION"] for cache in configured.values()} == {"tenancy.cache.make_key"}


def test_two_firms_use_one_key_without_meeting(firm, other_firm):
    cache = caches["default"]
    cache.set("board", "ours")
    with firm_scope(other_firm.pk):
        assert cache.get("board") is None
        cache.set("board", "theirs")
    assert cache.get("board") == "ours"
    assert cache.make_key("board").startswith(f"f:{firm.pk}:")
