"""Lines of each export format, from plain rows. No Django, no database.

Every writer says how it counts steps, what it makes of a neutral verdict, and of the steps after the first error. In all
lines of a format a key is there always and of one type, as columns are made of them.
"""

from collections.abc import Mapping
from types import MappingProxyType

from annotator.exports.formats.left_out import LeftOut
from annotator.exports.formats.math_shepherd import math_shepherd
from annotator.exports.formats.native import native
from annotator.exports.formats.openrlhf import openrlhf
from annotator.exports.formats.orm import orm
from annotator.exports.formats.preference_pairs import preference_pairs
from annotator.exports.formats.processbench import processbench
from annotator.exports.formats.rlhflow import rlhflow
from annotator.exports.formats.trl import trl
from annotator.exports.formats.writer import Writer

__all__ = ["WRITERS", "LeftOut", "Writer"]

WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        "native": native,
        "trl": trl,
        "processbench": processbench,
        "math_shepherd": math_shepherd,
        "openrlhf": openrlhf,
        "rlhflow": rlhflow,
        "orm": orm,
        "preference_pairs": preference_pairs,
    }
)
