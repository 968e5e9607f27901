"""The steps beside those of the chain, as the grading page shows them: rows of their own, under the step of their node."""

from dataclasses import dataclass

from annotator.grading.reading import Sheet
from annotator.web.grading.row import Row, anchor_of
from annotator.web.grading.rows import sheet_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """An alternative with its text as stored."""

    row: Row
    text: str
    is_carried: bool


def rows_beside(sheet: Sheet, *, unsaved: Row | None, with_labels: str) -> dict[int, tuple[Beside, ...]]:
    """By the index of their node; `unsaved` stands in for a stored row, `with_labels` names one that shows all labels."""
    return {
        index: tuple(
            Beside(
                row=unsaved
                if unsaved is not None and (unsaved.index, unsaved.alternative) == (index, step.alternative)
                else sheet_row(
                    sheet,
                    index,
                    alternative=step.alternative,
                    shows_all=anchor_of(index, alternative=step.alternative) == with_labels,
                ),
                text=step.text,
                is_carried=step.carried and step.decided,
            )
            for step in steps
        )
        for index, steps in sheet.alternatives.items()
    }
