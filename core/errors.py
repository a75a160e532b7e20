"""What we say when we will not do something."""

from collections.abc import Sequence


class Refusal(Exception):
    """An action that may not happen now, told in sentences the user can act on.

    Raised by actions, shown by one middleware (pages) and one DRF handler (API) as 422.
    Leaving a ``firm_scope`` by it rolls everything back.

    ``sentences``: one or several; ``code``: a stable word for API clients, such as ``already_merged``.
    """

    def __init__(self, *sentences: object, code: str = "refused") -> None:
        super().__init__(*sentences)
        self.sentences: Sequence[str] = [str(sentence) for sentence in sentences]
        self.code = code

    def __str__(self) -> str:
        return "".join(self.sentences)


class Stale(Refusal):
    """Somebody else changed the row since this form was opened; shown as 409."""

    def __init__(self, *sentences: object) -> None:
        super().__init__(*sentences, code="stale")
