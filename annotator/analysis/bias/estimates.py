"""What is known of the effects of style: four estimators that are never mixed, and what they answer. Pure.

`estimate_twins`, `estimate_twin_labels` and `estimate_plain` are experiments: they alone speak of bias. `estimate_peers`
speaks of one annotator's deviation from the others, `estimate_association` of what goes together.
"""

from annotator.analysis.bias.association import estimate_association
from annotator.analysis.bias.evidence import Estimate, EvidenceCounts, Need, Quantity
from annotator.analysis.bias.features import FeatureUse, use_features
from annotator.analysis.bias.peers import estimate_peers
from annotator.analysis.bias.plain import estimate_plain
from annotator.analysis.bias.twins import estimate_twin_labels, estimate_twins

__all__ = [
    "Estimate",
    "EvidenceCounts",
    "FeatureUse",
    "Need",
    "Quantity",
    "estimate_association",
    "estimate_peers",
    "estimate_plain",
    "estimate_twin_labels",
    "estimate_twins",
    "use_features",
]
