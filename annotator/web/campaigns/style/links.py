"""Addresses of what stands behind a figure on style, of one campaign and one version of its taxonomy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True, slots=True)
class StyleLinks:
    campaign: str
    version: int

    def steps(self, asked: Mapping[str, object]) -> str:
        return f"{reverse('style_steps', args=[self.campaign])}?{self.query(asked)}"

    def behind(self, found: Mapping[str, Any], *, annotator: str = "") -> str:
        """The steps that an estimate rests on, or its pairs."""
        asked = {"feature": found["feature"], "evidence": found["estimator"], "annotator": annotator}
        return self.steps({name: word for name, word in asked.items() if word})

    def person(self, pseudonym: str) -> str:
        return f"{reverse('style_annotator', args=[self.campaign, pseudonym])}?{self.query({})}"

    def studies(self, *, feature: str = "") -> str:
        """Where twins are planned; empty as long as there is no such page."""
        try:
            address = reverse("twin_studies", args=[self.campaign])
        except NoReverseMatch:
            return ""
        return f"{address}?{urlencode({'feature': feature})}" if feature else address

    def query(self, asked: Mapping[str, object]) -> str:
        return urlencode({"version": self.version, **asked})
