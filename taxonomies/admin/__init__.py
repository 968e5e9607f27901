"""Where researchers write taxonomies: a draft in one form, then publish; what is published can only be read."""

from django.contrib import admin

from taxonomies.admin.taxonomies import TaxonomyAdmin
from taxonomies.admin.versions import TaxonomyVersionAdmin

__all__ = ["TaxonomyAdmin", "TaxonomyVersionAdmin"]

# Every admin here deletes one thing at a time, after looking at it.
admin.site.disable_action("delete_selected")
