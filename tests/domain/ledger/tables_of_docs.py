"""The tables in docs/ledger, made from the code. `python -m tests.domain.ledger.tables_of_docs` writes them anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from regulars.domain.ledger.contracts import Account
from regulars.domain.ledger.postings import MEANINGS, POSTINGS

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "ledger"
BEGIN, END = "<!-- from the code: begin -->\n", "<!-- from the code: end -->\n"


def chart_of_accounts() -> str:
    """One row for each account."""
    rows = [
        (str(int(account)), f"`{account.name}`", "each member" if account < 10 else "the programme", MEANINGS[account])
        for account in Account
    ]
    return table(("number", "account", "whose", "what is in it"), rows)


def postings() -> str:
    """One row for each posting."""
    rows = [
        (posting.name, f"`{posting.debit.name}`", f"`{posting.credit.name}`", posting.when, posting.lots)
        for posting in POSTINGS
    ]
    return table(("posting", "from (debit)", "to (credit)", "when", "lots"), rows)


def table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


TABLES: dict[str, Callable[[], str]] = {"chart-of-accounts.md": chart_of_accounts, "postings.md": postings}


def parts(name: str) -> tuple[str, str, str]:
    """A document before, in and after its generated part."""
    before, _, rest = (FOLDER / name).read_text("utf-8").partition(BEGIN)
    inside, _, after = rest.partition(END)
    return before, inside, after


def main() -> None:
    """Writes the generated parts."""
    for name, make in TABLES.items():
        before, _, after = parts(name)
        (FOLDER / name).write_text(f"{before}{BEGIN}{make()}{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
