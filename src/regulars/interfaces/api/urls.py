"""The addresses below /api/."""

from django.urls import URLPattern, URLResolver, path, re_path

from regulars.interfaces.api.app import api
from regulars.interfaces.api.door import at_the_door
from regulars.interfaces.api.pages import no_such_address, openapi_json, problem_page, problems_page, reference_page

_endpoints, _app_name, _namespace = api.urls
for _pattern in _endpoints:
    if isinstance(_pattern, URLPattern):
        _pattern.callback = at_the_door(_pattern.callback)

urlpatterns: list[URLPattern | URLResolver] = [
    path("openapi.json", openapi_json, name="api-openapi"),
    path("docs", reference_page, name="api-reference"),
    path("problems", problems_page, name="api-problems"),
    path("problems/<str:code>", problem_page, name="api-problem"),
    path("v1/", (_endpoints, _app_name, _namespace)),
    re_path(r"^.*$", no_such_address),
]
