"""Every address, by door."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLResolver, include, path, reverse

from regulars.interfaces.api.urls import urlpatterns as api
from regulars.interfaces.console.signin.urls import urlpatterns as signin


def front_door(request: HttpRequest) -> HttpResponse:
    """The bare address leads staff to the console; members have their own at /me/."""
    return HttpResponseRedirect(reverse("console:dashboard"))


urlpatterns: list[URLResolver | object] = [
    path("", front_door),
    path("console/", include("regulars.interfaces.console.urls")),
    path("console/", include(signin)),
    path("me/", include("regulars.interfaces.portal.urls")),
    path("web/", include("regulars.interfaces.web.urls")),
    path("api/", include(api)),
]
