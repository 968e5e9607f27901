"""Webhooks: superusers allow hosts, researchers put endpoints of their campaigns on them and see what was sent."""

from annotator.webhooks.admin import deliveries, endpoints, hosts

__all__ = ["deliveries", "endpoints", "hosts"]
