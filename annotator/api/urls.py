from django.urls import path, re_path

from annotator.api import campaigns, exports, imports, luck, problems, style, taxonomies

app_name = "api"
urlpatterns = [
    path("datasets/<slug:key>/imports/", imports.create_import, name="create_import"),
    path("imports/<int:pk>/", imports.show_import, name="import"),
    path("campaigns/<slug:key>/export/", exports.export, name="export"),
    path("campaigns/<slug:key>/agreement/", campaigns.agreement, name="agreement"),
    path("campaigns/<slug:key>/luck/", luck.luck, name="luck"),
    path("campaigns/<slug:key>/style/", style.style, name="style"),
    path("taxonomies/", taxonomies.list_taxonomies, name="taxonomies"),
    path("taxonomies/<slug:key>/versions/<int:number>/", taxonomies.show_version, name="taxonomy_version"),
    re_path(r"^(?P<rest>.*)$", problems.no_such_address),
]
