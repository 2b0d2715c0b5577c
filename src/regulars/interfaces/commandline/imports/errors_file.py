"""The errors file: every row that was left out, as it was, with the reason; mend it and import it again."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from regulars.interfaces.commandline.imports.reading import GUARD, NOTES, RISKY
from regulars.interfaces.commandline.imports.rows import Problem
from regulars.kernel.errors import Refusal


class ErrorsFile:
    """Writes problems to a CSV file, which comes into being with the first of them."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        self.rows = 0
        self._columns = [name for name in columns if name not in NOTES]
        self._file: TextIO | None = None
        self._writer: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    def add(self, problem: Problem) -> None:
        """Write the rows of a problem; only the row at fault carries what is wrong and what to do."""
        if self._file is None:
            self._open()
        rows = problem.rows or (None,)
        lines = [row.line if row else problem.line for row in rows]
        place = lines.index(problem.line) if problem.line in lines else 0
        for number, row in enumerate(rows):
            cells = [row.values.get(name, "") if row else "" for name in self._columns]
            if number == place:
                where = f"{problem.column}: " if problem.column else ""
                notes = [str(lines[number]), f"{where}{problem.what}", problem.remedy]
            else:
                notes = [str(lines[number]), f"Left out because of line {problem.line}, which is part of it.", ""]
            self._writer.writerow([guarded(cell) for cell in [*cells, *notes]])
            self.rows += 1

    def _open(self) -> None:
        try:
            # With the byte order mark spreadsheets read it as UTF-8.
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
        except OSError as error:
            raise Refusal(
                "errors_file",
                "The errors file cannot be written",
                detail=f"{self.path}: {error.strerror}. Some rows have problems, and they belong there.",
                remedy="Name another place with --errors.",
                field="errors",
            ) from None
        self._writer = csv.writer(self._file)
        self._writer.writerow([guarded(name) for name in [*self._columns, *NOTES]])


def guarded(cell: str) -> str:
    """The value so that no spreadsheet takes it for a formula; reading the errors file undoes it."""
    return f"{GUARD}{cell}" if cell.startswith(RISKY) else cell
