"""I5: whoever moved a last day is known: an act of staff, or a version of the rulebook."""

from __future__ import annotations

from regulars.database.check import Check


class ExtensionsHaveCauses(Check):
    """Staff gave points until 30 June, and nobody can say who: the act that the change names is missing.

    40 is an extension by staff, 41 a version that started the clock of older points, whose number is shifted by eight
    bits so that the cause lies in bucket 0. 31: points came back from another member, with the day they had got there.
    11: a hold was given back, with days of grace.
    """

    name = "extensions_have_causes"
    title = "Every last day that moved has its cause"
    sentence = "Each change of a last day is of a lot of the owner, and was caused by an act or a rulebook that exists."
    invariant = "I5"
    offenders = """
        select format('Extension %%s of lot %%s: its cause %%s of kind %%s does not exist, or is not the owner''s.',
                      e.id, e.lot_id, e.cause, e.cause_kind)
        from ledger_extension e
        left join ledger_lot l on l.bucket = e.bucket and l.id = e.lot_id and l.owner = e.owner
        left join audit_entry a on e.cause_kind = 40 and a.bucket = e.bucket and a.id = e.cause
                               and a.subject = e.owner
        left join programmes_rulebook r on e.cause_kind = 41
                               and lpad(to_hex(r.id::bigint * 256), 32, '0')::uuid = e.cause
        left join ledger_hold h on e.cause_kind = 11 and h.bucket = e.bucket and h.id = e.cause and h.state = 4
        left join merges_move v on e.cause_kind = 31 and v.bucket = e.bucket and v.id = e.cause
        where (%(organisation)s::int is null or e.organisation_id = %(organisation)s)
          and (l.id is null or (e.cause_kind = 40 and a.id is null) or (e.cause_kind = 41 and r.id is null)
               or (e.cause_kind = 31 and v.id is null) or (e.cause_kind = 11 and h.id is null))
    """
