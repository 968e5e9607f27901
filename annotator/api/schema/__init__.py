"""The OpenAPI description of the API: declared here, apart from the views, and held against them by the tests."""
