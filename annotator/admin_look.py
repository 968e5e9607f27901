"""How the admin looks: our name and colours, and its pages in the order in which people need them."""

from django.templatetags.static import static
from django.urls import reverse_lazy


def sidebar_item(title: str, icon: str, model: str) -> dict[str, object]:
    app, _, name = model.partition(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": lambda request: request.user.has_perm(f"{app}.view_{name}"),
    }


ADMIN_LOOK = {
    "SITE_TITLE": "Stepmark",
    "SITE_HEADER": "Stepmark",
    "SITE_SUBHEADER": "Taxonomies, datasets, campaigns",
    "SITE_URL": "/",
    "SITE_ICON": lambda request: static("favicon.svg"),
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("favicon.svg")}
    ],
    "STYLES": [lambda request: static("admin.css")],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    # The greys and the blue of static/app.css.
    "COLORS": {
        "base": {
            "50": "#f7f6f3",
            "100": "#f0eee9",
            "200": "#dfdbd3",
            "300": "#c9c4b9",
            "400": "#a7a297",
            "500": "#7d7970",
            "600": "#5f5b54",
            "700": "#3d3f44",
            "800": "#24262a",
            "900": "#1b1d20",
            "950": "#141517",
        },
        "primary": {
            "50": "#f3f5fd",
            "100": "#eceffb",
            "200": "#d3dbf8",
            "300": "#b5c2ff",
            "400": "#a3b5ff",
            "500": "#a3b5ff",
            "600": "#2a46b8",
            "700": "#233b9c",
            "800": "#1e3180",
            "900": "#242b46",
            "950": "#11162c",
        },
    },
    "SIDEBAR": {
        "navigation": [
            {
                "title": "Taxonomies",
                "items": [
                    sidebar_item("Taxonomies", "category", "taxonomies.taxonomy"),
                    sidebar_item("Versions", "history_edu", "taxonomies.taxonomyversion"),
                ],
            },
            {
                "title": "Campaigns",
                "items": [sidebar_item("Campaigns", "campaign", "assignments.campaign")],
            },
            {
                "title": "Data",
                "items": [
                    sidebar_item("Datasets", "database", "chains.dataset"),
                    sidebar_item("Import runs", "upload_file", "chains.importrun"),
                    sidebar_item("Problems", "help", "chains.problem"),
                    sidebar_item("Chains", "account_tree", "chains.chain"),
                    sidebar_item("Steps", "format_list_numbered", "chains.step"),
                ],
            },
            {"title": "People", "items": [sidebar_item("People", "group", "accounts.user")]},
            {
                "title": "Machines",
                "items": [
                    sidebar_item("API tokens", "key", "api.token"),
                    sidebar_item("Exports taken", "receipt_long", "exports.exportrecord"),
                    sidebar_item("Webhooks", "webhook", "webhooks.endpoint"),
                    sidebar_item("Deliveries", "outbox", "webhooks.delivery"),
                    sidebar_item("Allowed hosts", "dns", "webhooks.allowedhost"),
                ],
            },
        ],
    },
}
