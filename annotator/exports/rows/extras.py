"""What only some exports ask for, read for the steps and chains that get a row."""

from collections.abc import Mapping, Sequence

from annotator.exports.options import PAIR_FORMATS
from annotator.exports.rows.assembling import Asked
from annotator.exports.rows.beside import siblings_of
from annotator.exports.rows.judging import Paths, Said
from annotator.exports.rows.opened import Reading
from annotator.exports.rows.single_votes import votes_of_cells, votes_of_chains
from annotator.exports.rows.styling import styled_steps


def asked_of(
    opened: Reading, *, paths: Paths, said: Said, chain_ids: Sequence[int], texts: Mapping[int, str]
) -> Asked:
    """`texts`: of the steps that get a row, by id."""
    cursor, view, query, style = opened.cursor, opened.view, opened.query, opened.style
    styled = None if style is None else styled_steps(cursor, view=view, style=style, texts=texts, said=said)
    return Asked(
        styles=styled.styles if styled is not None and query.style else None,
        debias=styled.debias if styled is not None and query.debias else None,
        votes=votes_of_cells(cursor, view=view, paths=paths, with_comments=query.comments)
        if query.votes
        else None,
        decisions=opened.decisions,
        chain_votes=votes_of_chains(cursor, view=view, chain_ids=chain_ids, with_comments=query.comments)
        if query.votes
        else None,
        gold=opened.gold,
        siblings=siblings_of(opened, chain_ids=chain_ids) if query.format in PAIR_FORMATS else None,
        flags=None if style is None else style.flags,
    )
