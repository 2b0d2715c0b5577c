"""The kit's own addresses, its charts, and the content policy."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import RequestFactory

from regulars.interfaces.web.appearance import appearance, choose_theme
from regulars.interfaces.web.charts import Series, over_time, shares
from regulars.interfaces.web.middleware import CONTENT_POLICY, ContentSecurityPolicy

POST = RequestFactory()


def test_a_chosen_theme_is_remembered_and_leads_back() -> None:
    response = choose_theme(POST.post("/theme", {"theme": "dark", "next": "/console/members/?q=lisa"}))
    assert (response.status_code, response["Location"]) == (302, "/console/members/?q=lisa")
    assert response.cookies["theme"].value == "dark"


def test_an_unknown_theme_is_not_kept_and_strangers_addresses_are_not_followed() -> None:
    response = choose_theme(POST.post("/theme", {"theme": "<script>", "next": "https://elsewhere.example/"}))
    assert response["Location"] == "/"
    assert "theme" not in response.cookies


def test_a_cookie_that_nobody_set_means_the_system_s_theme() -> None:
    request = POST.get("/")
    request.COOKIES["theme"] = "purple"
    assert appearance(request) == {"theme": "system"}


def test_the_policy_is_added_unless_the_answer_brings_its_own() -> None:
    own = HttpResponse(headers={"Content-Security-Policy": "default-src 'self'"})
    assert ContentSecurityPolicy(lambda _: own)(POST.get("/"))["Content-Security-Policy"] == "default-src 'self'"
    assert ContentSecurityPolicy(lambda _: HttpResponse())(POST.get("/"))["Content-Security-Policy"] == CONTENT_POLICY


def test_a_chart_and_its_table_have_the_same_figures() -> None:
    chart = over_time(
        key="points",
        summary="Points",
        heading="Month",
        labels=["Jan", "Feb"],
        series=[Series("Issued", [1200, 0], 1), Series("Redeemed", [None, 30], 2)],
        unit="number",
    )
    assert chart.columns == ["Month", "Issued", "Redeemed"]
    assert chart.rows == [["Jan", "1,200", "–"], ["Feb", "0", "30"]]
    assert [one["data"] for one in chart.options["series"]] == [[1200, 0], [None, 30]]
    assert not chart.empty


def test_shares_of_nothing_are_an_empty_chart() -> None:
    chart = shares(
        key="tiers", summary="", heading="Tier", count_heading="Members", share_heading="Share", parts=[("Gold", 0)]
    )
    assert chart.empty
    assert chart.rows == [("Gold", "0", "–")]
