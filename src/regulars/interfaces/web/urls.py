from django.urls import path
from django.views.i18n import set_language

from regulars.interfaces.web.accent import accent_style
from regulars.interfaces.web.appearance import choose_theme

app_name = "web"
urlpatterns = [
    path("accent/<str:colour>.css", accent_style, name="accent"),
    path("theme", choose_theme, name="theme"),
    path("language", set_language, name="language"),
]
