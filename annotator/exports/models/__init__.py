from annotator.exports.models.records import ExportKind, ExportOutcome, ExportRecord
from annotator.exports.models.snapshots import Snapshot, SnapshotPart

__all__ = ["ExportKind", "ExportOutcome", "ExportRecord", "Snapshot", "SnapshotPart"]
