from django.urls import path, re_path

from annotator.api import (
    campaigns,
    changes,
    exports,
    gate,
    imports,
    luck,
    problems,
    snapshots,
    style,
    taxonomies,
)
from annotator.api.schema import showing

app_name = "api"
urlpatterns = [
    path("datasets/<slug:key>/imports/", imports.create_import, name="create_import"),
    path("imports/<int:pk>/", imports.show_import, name="import"),
    path("campaigns/", campaigns.list_campaigns, name="campaigns"),
    path("campaigns/<slug:key>/", campaigns.show_campaign, name="campaign"),
    path("campaigns/<slug:key>/export/", exports.export, name="export"),
    path("campaigns/<slug:key>/agreement/", campaigns.agreement, name="agreement"),
    path("campaigns/<slug:key>/gate/", gate.gate, name="gate"),
    path("campaigns/<slug:key>/luck/", luck.luck, name="luck"),
    path("campaigns/<slug:key>/style/", style.style, name="style"),
    path("campaigns/<slug:key>/snapshots/", snapshots.snapshots, name="snapshots"),
    path("snapshots/<int:snapshot_id>/", snapshots.show_snapshot, name="snapshot"),
    path("snapshots/<int:snapshot_id>/files/<str:name>", snapshots.snapshot_file, name="snapshot_file"),
    path("snapshots/<int:snapshot_id>/changes/", changes.changes, name="snapshot_changes"),
    path("taxonomies/", taxonomies.list_taxonomies, name="taxonomies"),
    path("taxonomies/<slug:key>/versions/<int:number>/", taxonomies.show_version, name="taxonomy_version"),
    path("schema/", showing.schema, name="schema"),
    path("docs/", showing.docs, name="docs"),
    re_path(r"^(?P<rest>.*)$", problems.no_such_address),
]
