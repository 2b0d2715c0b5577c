"""Addresses of operators' sign-in, below /console/. Names without a namespace: allauth looks for them by these names."""

from allauth.account import views
from django.urls import path

from regulars.interfaces.console.signin.link import enter

urlpatterns = [
    path("sign-in/", views.login, name="account_login"),
    path("sign-out/", views.logout, name="account_logout"),
    path("sign-up/", views.signup, name="account_signup"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("confirm/", views.reauthenticate, name="account_reauthenticate"),
    path("enter/<str:token>", enter, name="enter"),
]
