"""Chains whose right grades are known."""

from django.db import models

from annotator.assignments.models.assignments import Purpose
from annotator.assignments.models.campaigns import Campaign
from annotator.chains.models import Chain, Step
from taxonomies.models import Label


class GoldChain(models.Model):
    """A chain whose right grades are known, mixed in or given first. A table of its own: no page of an annotator reads it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="gold_chains")
    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(
        max_length=16,
        choices=[(p.value, p.label) for p in (Purpose.GOLD, Purpose.SCREENING)],
        default=Purpose.GOLD,
    )

    class Meta:
        constraints = [models.UniqueConstraint(name="a_chain_is_gold_once", fields=["campaign", "chain"])]

    def __str__(self) -> str:
        return f"{self.chain} ({self.purpose})"


class GoldGrade(models.Model):
    gold_chain = models.ForeignKey(GoldChain, on_delete=models.CASCADE, related_name="grades")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    label = models.ForeignKey(Label, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_gold_step_has_one_verdict", fields=["gold_chain", "step"])
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.label}"
