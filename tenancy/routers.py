from typing import Any


class OwnerMigrates:
    """Only the ``owner`` alias changes the schema; ``default`` may not even if somebody asks."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool:
        return True
