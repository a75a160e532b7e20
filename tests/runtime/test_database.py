"""The database tests run on is the one the product is promised: ours, and as the role that owns nothing."""

import pytest
from django.db import DatabaseError, connection, connections, transaction

from config.models import Heartbeat

pytestmark = pytest.mark.django_db


def test_both_aliases_name_one_throw_away_database():
    names = {connections[alias].settings_dict["NAME"] for alias in ("default", "owner")}
    assert len(names) == 1
    assert names.pop().startswith("test_")


def test_the_application_owns_nothing_and_cannot_step_around_row_security():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("crm_app", False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM django_migrations",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('config', '9999', now())",
        "TRUNCATE config_heartbeat",
        "CREATE TABLE mine (id int)",
    ],
)
def test_the_application_may_not(statement):
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as c,
    ):
        c.execute(statement)


def test_chinese_letters_are_letters_to_the_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT '张三' ~ '^\\w+$', cardinality(show_trgm('张三')) > 0")
        assert cursor.fetchone() == (True, True)


@pytest.mark.django_db(transaction=True)
class TestCommitting:
    def test_a_committed_row_is_there(self):
        Heartbeat.beat("test")
        assert Heartbeat.objects.filter(name="test").exists()

    def test_the_next_test_does_not_meet_it(self):
        assert not Heartbeat.objects.filter(name="test").exists()
