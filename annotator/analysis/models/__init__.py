"""Reports on a campaign, what is derived with them, and the flags on style."""

from annotator.analysis.models.derived import Basis, ChainConsensus, Finding, Provenance, StepConsensus
from annotator.analysis.models.reports import AgreementReport, Report, StyleReport
from annotator.analysis.models.style import (
    Estimator,
    FlagEventKind,
    FlagScope,
    FlagState,
    Identification,
    Severity,
    StepStyle,
    StyleFlag,
    StyleFlagEvent,
)

__all__ = [
    "AgreementReport",
    "Basis",
    "ChainConsensus",
    "Estimator",
    "Finding",
    "FlagEventKind",
    "FlagScope",
    "FlagState",
    "Identification",
    "Provenance",
    "Report",
    "Severity",
    "StepConsensus",
    "StepStyle",
    "StyleFlag",
    "StyleFlagEvent",
    "StyleReport",
]
