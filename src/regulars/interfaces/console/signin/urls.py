"""Addresses of operators' sign-in, below /console/.

The names have no namespace: allauth looks for its pages by these names.
"""

from allauth.account import views
from django.urls import path

from regulars.interfaces.console.signin.link import enter

urlpatterns = [
    path("sign-in/", views.login, name="account_login"),
    path("sign-out/", views.logout, name="account_logout"),
    path("sign-up/", views.signup, name="account_signup"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("enter/<str:token>", enter, name="enter"),
]
