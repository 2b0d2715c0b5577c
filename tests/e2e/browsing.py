"""A browser that keeps a list of everything that must not happen on a page of ours."""

from __future__ import annotations

from importlib.resources import files

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SMALLEST_TARGET = 24
_PATIENCE = 250
"""So often, every 20 ms, is looked whether a page has all that it asked for."""
_STILL = """async () => {
  // A page behind another one draws nothing, and an animation may rest: neither is waited for longer than this.
  const enough = new Promise((done) => setTimeout(done, 1000));
  const drawn = async () => {
    await document.fonts.ready;
    const moving = document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(moving.map((each) => each.finished));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  };
  await Promise.race([drawn(), enough]);
}"""
_FIND = """() => [...document.querySelectorAll('a, button, summary, select, input:not([type=hidden]):not(label input)')]
  .filter((each) => !each.closest('dialog:not([open]), details:not([open]) .dropdown-content, p, td, .drawer-toggle'))
  .filter((each) => { const box = each.getBoundingClientRect();
    return box.width && getComputedStyle(each).visibility !== 'hidden' && (box.height < 24 || box.width < 24); })
  .map((each) => each.outerHTML.slice(0, 120))"""


class Watched:
    """A page and what went wrong on it: console errors, errors of scripts, requests that leave the machine."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.page: Page = context.new_page()
        self.problems: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        self._asked: set[Request] = set()
        self.page.on("request", self._request)
        self.page.on("requestfinished", self._answered)
        self.page.on("requestfailed", self._answered)

    def open(self, path: str, *, status: int = 200) -> Response:
        """Opens a page of ours; its status must be the expected one."""
        response = self.page.goto(self.address + path)
        assert response is not None
        assert response.status == status, f"{path}: {response.status}"
        return response

    def settle(self) -> None:
        """Waits until the page has all that it asks for, and nothing moves any more."""
        self.page.wait_for_load_state("load")
        self.page.evaluate(_STILL)
        for _ in range(_PATIENCE):
            if not self._asked:
                break
            self.page.wait_for_timeout(20)
            self.page.evaluate(_STILL)

    def assert_fit(self) -> None:
        """Nothing went wrong, nothing is wider than the window, targets are large enough, axe finds nothing."""
        page = self.page
        self.settle()
        assert self.problems == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, "wider than the window"
        small = page.evaluate(_FIND)
        assert small == [], f"smaller than {SMALLEST_TARGET} px: {small}"
        page.evaluate(AXE)
        found = page.evaluate("(rules) => axe.run({runOnly: rules})", RULES)["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []

    def _console(self, message: ConsoleMessage) -> None:
        # A refused form is answered with 422, and the browser reports every such answer.
        if message.type in ("error", "warning") and "status of 422" not in message.text:
            self.problems.append(f"console: {message.text}")

    def _answered(self, request: Request) -> None:
        self._asked.discard(request)

    def _request(self, request: Request) -> None:
        self._asked.add(request)
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.problems.append(f"leaves the machine: {request.url}")
