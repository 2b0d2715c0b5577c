"""Addresses of the portal, below /me/."""

from django.urls import path

from regulars.interfaces.portal.activity.page import activity
from regulars.interfaces.portal.card import card, manifest
from regulars.interfaces.portal.challenges import challenges
from regulars.interfaces.portal.earn import earn
from regulars.interfaces.portal.expiry import expiry
from regulars.interfaces.portal.home import home
from regulars.interfaces.portal.household import household
from regulars.interfaces.portal.invitation import accept, decline
from regulars.interfaces.portal.messages import messages
from regulars.interfaces.portal.profile import profile
from regulars.interfaces.portal.purse import purse
from regulars.interfaces.portal.rewards.catalogue import catalogue, reward
from regulars.interfaces.portal.rewards.mine import mine, redemption
from regulars.interfaces.portal.rewards.redeeming import redeem, undo
from regulars.interfaces.portal.sending.page import confirm, send, sent, take_back
from regulars.interfaces.portal.signin.pages import ask, enter, leave
from regulars.interfaces.portal.tier import tier

app_name = "portal"
urlpatterns = [
    path("", home, name="home"),
    path("sign-in/", ask, name="sign-in"),
    path("sign-in/<path:token>/", enter, name="enter"),
    path("sign-out", leave, name="sign-out"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("card/", card, name="card"),
    path("activity/", activity, name="activity"),
    path("points/", expiry, name="expiry"),
    path("messages/", messages, name="messages"),
    path("rewards/", catalogue, name="rewards"),
    path("rewards/mine/", mine, name="mine"),
    path("rewards/<int:reward>/", reward, name="reward"),
    path("rewards/<int:reward>/redeem", redeem, name="redeem"),
    path("rewards/mine/<uuid:redemption>/", redemption, name="redemption"),
    path("rewards/mine/<uuid:redemption>/undo", undo, name="undo"),
    path("send/", send, name="send"),
    path("send/confirm", confirm, name="send-confirm"),
    path("send/<uuid:transfer_id>/", sent, name="sent"),
    path("send/<uuid:transfer_id>/take-back", take_back, name="take-back"),
    path("tier/", tier, name="tier"),
    path("tier/<slug:ladder>/accept", accept, name="accept-tier"),
    path("tier/<slug:ladder>/decline", decline, name="decline-tier"),
    path("challenges/", challenges, name="challenges"),
    path("earn/", earn, name="earn"),
    path("household/", household, name="household"),
    path("money/", purse, name="purse"),
    path("profile/", profile, name="profile"),
]
