"""Voucher pools: what their codes give, and the codes: drawn, imported, given out, exported, made void."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from ninja import Path, Query, Router
from pydantic import ConfigDict, Field, JsonValue

from regulars.database.pool import connection
from regulars.database.scope import scoped
from regulars.domain.access.contracts import Scope
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import programme
from regulars.domain.vouchers.contracts import Batch, Pool, PoolCounts, PoolDraft, PoolNotFound, Voucher, VoucherState
from regulars.domain.vouchers.queries import (
    batches_of,
    counts_of,
    pool_by_code,
    pools,
    vouchers_by_code,
)
from regulars.domain.vouchers.terms import VoucherTerms
from regulars.flows.vouchers.export import lines_of
from regulars.flows.vouchers.pools import (
    generate_codes,
    give_code,
    import_codes,
    save_pool,
    void_code,
    void_unused,
    voucher_not_found,
)
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.idempotency import require_key
from regulars.interfaces.api.v1.shapes import Input, MemberNamed, Output, find_member, names_of
from regulars.kernel.codes import code_form

router = Router()
_SHOWN = 1_000
PoolCode = Annotated[str, Path(max_length=60, description="The code of the pool, such as spring-2026")]
_TERMS: dict[str, JsonValue] = {"percent": "10", "categories": ["coffee"], "most": "15.00", "minimum_order": "20.00"}


class PoolIn(Input):
    """A pool as it shall be. Limits that are left out are none; most_uses is once, unless it is null."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Spring", "terms": _TERMS, "last_day": "2026-05-31"}]}
    )

    name: str = Field(min_length=1, max_length=120, description="For colleagues")
    terms: dict[str, Any] = Field(
        description="What a code gives: amount or percent, free_shipping, item or elsewhere; and categories, brands,"
        " skus, minimum_order, most, channels, stores, combinable, group"
    )
    most_uses: int | None = Field(1, description="How often one code works; null: without limit")
    uses_per_member: int | None = Field(None, description="How often one member uses codes of the pool")
    total_uses: int | None = Field(None, description="How often all codes together are used")
    first_day: date | None = Field(None, description="The first local day on which they work")
    last_day: date | None = Field(None, description="The last local day")
    valid_for: str = Field("", max_length=30, description="So long after a code is issued, such as 30 days")
    member_bound: bool = Field(False, description="true: a code works only for the member who has it")
    archived: bool = Field(False, description="true: the codes have ended")


class PoolShown(Output):
    """A pool, and what became of its codes."""

    pool: str = Field(description="Its code, by which calls name it")
    name: str
    gives: str = Field(description="What a code gives, in words")
    terms: dict[str, Any]
    most_uses: int | None
    uses_per_member: int | None
    total_uses: int | None
    first_day: date | None
    last_day: date | None
    valid_for: str
    member_bound: bool
    archived: bool
    codes: int
    free: int = Field(description="Valid, and given to nobody")
    given: int = Field(description="Valid, and a member's")
    used: int = Field(description="Used as often as they work")
    void: int
    uses: int
    created_at: datetime


class PoolList(Output):
    """Every pool, the latest first."""

    items: list[PoolShown]


class BatchIn(Input):
    """Codes to draw. short: eight letters, for typing at the till; guesses of those are limited more."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"count": 100_000}]})

    count: int = Field(description="From 1 to 100,000")
    short: bool = False


class BatchShown(Output):
    """Codes that came together."""

    batch: int
    kind: str = Field(description="generated, short or imported")
    codes: int
    made_at: datetime
    by: str


class BatchList(Output):
    """The batches of a pool, the latest first."""

    items: list[BatchShown]


class ImportIn(Input):
    """Codes of a partner, or codes that you chose. write: nothing tells only what is wrong."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"codes": ["CINE-8842-A", "CINE-8842-B"]}]})

    codes: list[Annotated[str, Field(max_length=200)]] = Field(description="One for each row, up to 100,000")
    write: Literal["nothing", "all", "good"] = Field(
        "all", description="all: a list without problems; good: what is good of it"
    )


class RowShown(Output):
    """A row that cannot be taken. row: from 1. why: blank, characters, double, or known."""

    row: int
    value: str
    why: str


class ImportShown(Output):
    """What is in the list. batch: what was written; null: nothing."""

    good: int
    bad: int
    problems: list[RowShown] = Field(description=f"The first {_SHOWN} of them")
    batch: BatchShown | None


class GiveIn(Input):
    """To whom a code of the pool is given."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"member": {"external_id": "C-1001"}}]})

    member: MemberNamed


class VoidIn(Input):
    """A code to make void."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "K7QM-2XPA-9RTD-HW3E"}]})

    code: str = Field(max_length=100)


class UnusedIn(Input):
    """batch: only the codes of this batch."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"batch": 3}]})

    batch: int | None = Field(None, ge=1, le=2**31 - 1)


class Voided(Output):
    """How many codes became void."""

    codes: int


class VoucherShown(Output):
    """One code."""

    code: str
    pool: str | None = Field(description="null: a code that was paid with points")
    redemption_id: UUID | None
    member_id: UUID | None
    state: str = Field(json_schema_extra=names_of(VoucherState))
    uses: int
    reserved: int
    most_uses: int | None
    issued_at: datetime
    last_day: date | None


@router.get(
    "/voucher-pools", auth=ApiKeyAuth(Scope.vouchers_read), response=PoolList,
    summary="List voucher pools", operation_id="list_voucher_pools",
)  # fmt: skip
def list_pools(request: ApiRequest) -> PoolList:
    """Every pool with what became of its codes; those that ended last."""
    counts = counts_of(request.conn, programme_id=request.programme_id)
    found = pools(request.conn, programme_id=request.programme_id)
    currency = _programme(request).currency
    return PoolList(items=[_shown(each, counts.get(each.id, PoolCounts()), currency) for each in found])


@router.get(
    "/voucher-pools/{pool}", auth=ApiKeyAuth(Scope.vouchers_read), response=PoolShown,
    summary="Get a voucher pool", operation_id="get_voucher_pool",
)  # fmt: skip
def get_pool(request: ApiRequest, pool: PoolCode) -> PoolShown:
    """One pool."""
    return _one(request, pool_by_code(request.conn, programme_id=request.programme_id, code=pool))


@router.put(
    "/voucher-pools/{pool}", auth=ApiKeyAuth(Scope.vouchers_write), response=PoolShown,
    summary="Save a voucher pool", operation_id="save_voucher_pool",
)  # fmt: skip
def put_pool(request: ApiRequest, pool: PoolCode, body: PoolIn) -> PoolShown:
    """Adds the pool, or puts this in its place. What codes give is what the pool says now; how often one works, and
    until when, is what it said when the code was made."""
    try:
        pool_by_code(request.conn, programme_id=request.programme_id, code=pool)
    except PoolNotFound:
        replacing = None
    else:
        replacing = pool
    draft = PoolDraft(code=pool, **body.model_dump())
    saved = save_pool(request.conn, draft, replacing=replacing, **_act(request))
    return _one(request, saved)


@router.get(
    "/voucher-pools/{pool}/batches", auth=ApiKeyAuth(Scope.vouchers_read), response=BatchList,
    summary="List the batches of a pool", operation_id="list_voucher_batches",
)  # fmt: skip
def list_batches(request: ApiRequest, pool: PoolCode) -> BatchList:
    """What was generated and imported, the latest first."""
    found = pool_by_code(request.conn, programme_id=request.programme_id, code=pool)
    return BatchList(items=[_batch(each) for each in batches_of(request.conn, pool_id=found.id)])


@router.post(
    "/voucher-pools/{pool}/batches", auth=ApiKeyAuth(Scope.vouchers_write), response={201: BatchShown},
    summary="Generate codes", operation_id="generate_vouchers",
)  # fmt: skip
def generate(request: ApiRequest, pool: PoolCode, body: BatchIn) -> BatchShown:
    """Draws codes that nobody can guess, up to 100,000 at once. Needs an Idempotency-Key."""
    require_key(request)
    return _batch(generate_codes(request.conn, pool, count=body.count, short=body.short, **_act(request)))


@router.post(
    "/voucher-pools/{pool}/codes/bulk", auth=ApiKeyAuth(Scope.vouchers_write), response=ImportShown,
    summary="Import codes", operation_id="import_vouchers",
)  # fmt: skip
def bulk(request: ApiRequest, pool: PoolCode, body: ImportIn) -> ImportShown:
    """Takes a list of codes, and tells of every row what is wrong with it. Needs an Idempotency-Key."""
    require_key(request)
    done = import_codes(request.conn, pool, body.codes, write=body.write, **_act(request))
    return ImportShown(
        good=done.good,
        bad=len(done.problems),
        problems=[RowShown(row=each.row, value=each.value, why=each.why) for each in done.problems[:_SHOWN]],
        batch=None if done.batch is None else _batch(done.batch),
    )


@router.get(
    "/voucher-pools/{pool}/codes.csv", auth=ApiKeyAuth(Scope.vouchers_write), response=str,
    summary="Export codes", operation_id="export_vouchers",
    openapi_extra={"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}},
)  # fmt: skip
def export(
    request: ApiRequest,
    pool: PoolCode,
    batch: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Only this batch")] = None,
) -> HttpResponse:
    """Every code of the pool, or of one batch, as CSV: code, state, uses, last day. It is sent while it is read."""
    found = pool_by_code(request.conn, programme_id=request.programme_id, code=pool)
    answer: Any = StreamingHttpResponse(
        _csv(request.key.organisation_id, found.id, batch), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{found.code}.csv"'
    return answer  # type: ignore[no-any-return]  # a streamed answer is an answer


@router.post(
    "/voucher-pools/{pool}/give", auth=ApiKeyAuth(Scope.vouchers_write), response={201: VoucherShown},
    summary="Give a member a code", operation_id="give_voucher",
)  # fmt: skip
def give(request: ApiRequest, pool: PoolCode, body: GiveIn) -> VoucherShown:
    """One code of the pool becomes the member's; nobody else gets it. Needs an Idempotency-Key."""
    require_key(request)
    given = give_code(request.conn, pool, member_id=find_member(request, body.member), **_act(request))
    return _voucher(request, given)


@router.post(
    "/voucher-pools/{pool}/void", auth=ApiKeyAuth(Scope.vouchers_write), response=Voided,
    summary="Make unused codes void", operation_id="void_voucher_pool",
)  # fmt: skip
def void_pool(request: ApiRequest, pool: PoolCode, body: UnusedIn | None = None) -> Voided:
    """Every code of the pool, or of one batch, that nobody used or reserved."""
    batch = body.batch if body else None
    return Voided(codes=void_unused(request.conn, pool, batch_id=batch, **_act(request)))


@router.get(
    "/vouchers", auth=ApiKeyAuth(Scope.vouchers_read), response=VoucherShown,
    summary="Find a code", operation_id="find_voucher",
)  # fmt: skip
def find(
    request: ApiRequest, code: Annotated[str, Query(min_length=1, max_length=100, description="In any case")]
) -> VoucherShown:
    """What is known of a code, for those who look after codes; a till asks what it gives: POST /vouchers/check."""
    form = code_form(code)
    found = vouchers_by_code(request.conn, programme_id=request.programme_id, forms=[form]).get(form)
    if found is None:
        raise voucher_not_found(code)
    return _voucher(request, found)


@router.post(
    "/vouchers/void", auth=ApiKeyAuth(Scope.vouchers_write), response=VoucherShown,
    summary="Make a code void", operation_id="void_voucher",
)  # fmt: skip
def void(request: ApiRequest, body: VoidIn) -> VoucherShown:
    """It cannot be used any more. Doing it again changes nothing; a used code is refused."""
    return _voucher(request, void_code(request.conn, body.code, **_act(request)))


def _programme(request: ApiRequest) -> Programme:
    return programme(request.conn, programme_id=request.programme_id)


def _act(request: ApiRequest) -> dict[str, Any]:
    return {"programme": _programme(request), "now": request.now, "by": request.key.by}


def _csv(organisation_id: int, pool_id: int, batch: int | None) -> Iterator[str]:
    """On a connection of its own: the call's is given back before the last line is sent."""
    with connection() as conn, scoped(conn, organisation_id):
        yield from lines_of(conn, pool_id=pool_id, batch_id=batch)


def _one(request: ApiRequest, found: Pool) -> PoolShown:
    counts = counts_of(request.conn, programme_id=request.programme_id)
    return _shown(found, counts.get(found.id, PoolCounts()), _programme(request).currency)


def _shown(found: Pool, counts: PoolCounts, currency: str) -> PoolShown:
    return PoolShown(
        pool=found.code, name=found.name, gives=str(VoucherTerms.model_validate(found.terms).words(currency)),
        terms=found.terms, most_uses=found.most_uses, uses_per_member=found.uses_per_member,
        total_uses=found.total_uses, first_day=found.first_day, last_day=found.last_day, valid_for=found.valid_for,
        member_bound=found.member_bound, archived=found.archived, created_at=found.created_at, **counts._asdict(),
    )  # fmt: skip


def _batch(each: Batch) -> BatchShown:
    return BatchShown(batch=each.id, kind=each.kind.name, codes=each.codes, made_at=each.made_at, by=each.by)


def _voucher(request: ApiRequest, found: Voucher) -> VoucherShown:
    known = {each.id: each.code for each in pools(request.conn, programme_id=request.programme_id)}
    return VoucherShown(
        code=found.text, pool=None if found.pool_id is None else known[found.pool_id],
        redemption_id=found.redemption_id, member_id=found.member_id, state=found.state.name, uses=found.uses,
        reserved=found.reserved, most_uses=found.most_uses, issued_at=found.issued_at, last_day=found.last_day,
    )  # fmt: skip
