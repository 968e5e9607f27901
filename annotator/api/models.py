"""Tokens of machines: hashed at rest, shown once, scoped to campaigns and verbs, expiring, revocable."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from annotator.assignments.models import Campaign


class Scope(models.TextChoices):
    EXPORT_READ = "export:read"
    # Beside export:read: what single annotators said, and which chains are gold.
    VOTES_READ = "votes:read"
    GOLD_READ = "gold:read"
    REPORT_READ = "report:read"
    IMPORT_WRITE = "import:write"


class Token(models.Model):
    name = models.CharField(max_length=120)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="tokens"
    )
    prefix = models.CharField(max_length=12, unique=True)
    secret_digest = models.BinaryField(max_length=32)
    scopes = ArrayField(models.CharField(max_length=32, choices=Scope))
    campaigns = models.ManyToManyField(Campaign, related_name="tokens")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_token_has_a_scope", condition=Q(scopes__len__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
