"""The header ``Idempotency-Key``: a POST sent twice takes effect once, and both callers get the same answer."""

import hashlib
import json
from typing import Any

from django.db import OperationalError, connection, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from tenancy.api.requests import http_of
from tenancy.models import IdempotencyKey, uuid7

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST = 255

_CLAIM = """
    INSERT INTO tenancy_idempotencykey (firm_id, id, member_id, key, method_and_path, body_digest, created_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (firm_id, member_id, key) DO NOTHING RETURNING id
"""


class KeyConflict(exceptions.APIException):
    """The key already stands for another request, or its first request is still running."""

    status_code = 409
    default_code = "idempotency_conflict"


class Answered(Exception):
    """This POST was answered before; ``response`` says the same again."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


class IdempotentPosts:
    """Put before APIView or a viewset. The key's row is written first, in the transaction of the effect itself.

    So a second request with the key waits for the first: afterwards it repeats its answer, or starts afresh where
    the first was refused and took its key with it. Only 2xx answers stay.
    """

    _claimed: Any = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]  # a view stands behind this class
        key = request.headers.get(HEADER)
        if request.method == "POST" and key is not None:
            self._claimed = claim(request, key)

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, Answered):
            return exc.response
        return super().handle_exception(exc)  # type: ignore[misc]  # a view stands behind this class

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        if self._claimed is not None and 200 <= response.status_code < 300:
            keep(self._claimed, response)
        return super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]  # as above


def claim(request: Request, key: str) -> Any:
    """The id of the row now ours. Raises ``Answered`` or ``KeyConflict`` when the key has been used."""
    if not 0 < len(key) <= LONGEST:
        raise exceptions.ValidationError({HEADER: [_("长度应在 1 到 255 个字符之间。")]})
    http = http_of(request)
    member = http.member
    path, digest = f"{http.method} {http.path}"[:300], _digest(http)
    row = _insert([member.firm_id, uuid7(), member.pk, key, path, digest, timezone.now()])
    if row is None:
        _repeat(IdempotencyKey.objects.filter(member=member, key=key).get(), path, digest)
    return row


def keep(row_id: Any, response: Any) -> None:
    """Stored as rendered, so that the second answer reads like the first to the letter."""
    data = getattr(response, "data", None)
    answer = json.loads(JSONRenderer().render(data)) if data is not None else None
    IdempotencyKey.objects.filter(pk=row_id).update(status=response.status_code, answer=answer)


def _insert(values: list[Any]) -> Any:
    """Waits while another transaction holds the key, as long as the database's lock timeout allows."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_CLAIM, values)
            row = cursor.fetchone()
    except OperationalError as error:
        raise KeyConflict(_("这个幂等键的前一个请求还在处理，请稍后用同一个键重试。")) from error
    return row[0] if row else None


def _repeat(kept: IdempotencyKey, path: str, digest: str) -> None:
    if (kept.method_and_path, kept.body_digest) != (path, digest):
        raise KeyConflict(_("这个幂等键已用于另一个请求，请换一个新的键。"))
    raise Answered(Response(kept.answer, status=kept.status, headers={REPLAYED: "true"}))


def _digest(http: HttpRequest) -> str:
    """What was asked for. Files are hashed piece by piece: they are larger than a body may be in memory."""
    if http.content_type != "multipart/form-data":
        return hashlib.sha256(http.body).hexdigest()
    digest = hashlib.sha256(json.dumps(sorted((k, v) for k, v in http.POST.lists())).encode())
    files: list[tuple[str, Any]] = sorted(http.FILES.items())
    for name, file in files:
        digest.update(name.encode())
        for piece in file.chunks():
            digest.update(piece)
        file.seek(0)
    return digest.hexdigest()
