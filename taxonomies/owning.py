"""Whose a taxonomy is: its owners', or every researcher's where it has none."""

from django.contrib.auth.models import AbstractUser
from django.db.models import Q, QuerySet

from taxonomies.models import Taxonomy


def visible_to(user: AbstractUser) -> QuerySet[Taxonomy]:
    """The taxonomies that this researcher may see and change; all of them for a superuser."""
    if user.is_superuser:
        return Taxonomy.objects.all()
    owned = Taxonomy.objects.filter(owners=user.pk).values("pk")
    return Taxonomy.objects.filter(Q(owners__isnull=True) | Q(pk__in=owned))
