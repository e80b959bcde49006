"""Who looks at the pages in a browser, and notes what goes wrong there."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

_DROP = """([zone, files]) => {
  const transfer = new DataTransfer();
  for (const [name, text] of files) {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    transfer.items.add(new File([bytes], name));
  }
  const target = document.querySelector(zone);
  for (const kind of ["dragover", "drop"])
    target.dispatchEvent(
      new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true })
    );
}"""


class Visitor:
    """A tab of a fresh profile, which remembers every fault that the page has."""

    def __init__(self, browser: Any, url: str, **settings: Any) -> None:
        options = {"locale": "en-GB", "viewport": {"width": 1100, "height": 900}, **settings}
        self.context = browser.new_context(base_url=url, **options)
        self.tab = self.context.new_page()
        self.tab.set_default_timeout(20_000)
        self.faults: list[str] = []
        self.tab.on("pageerror", lambda error: self.faults.append(str(error)))
        self.tab.on("console", self._noted)
        self.tab.on("request", lambda request: self._stays(request.url, url))

    def _noted(self, message: Any) -> None:
        # A refusal is a page with a 4xx, which the browser mentions too.
        if message.type == "error" and "status of 4" not in message.text:
            self.faults.append(message.text)

    def _stays(self, address: str, url: str) -> None:
        if not address.startswith((url, "data:")):
            self.faults.append(f"asked for {address}")

    def drop(self, zone: str, *paths: Path) -> None:
        """Files on a drop zone, as a person drops them."""
        files = [[path.name, _base64(path)] for path in paths]
        self.tab.wait_for_load_state()  # a zone takes nothing before the page's script has run
        with self.tab.expect_navigation():
            self.tab.evaluate(_DROP, [zone, files])

    def status(self) -> str:
        """What the viewer of a recording says, when it has settled."""
        self.tab.wait_for_timeout(350)
        return str(self.tab.inner_text("[data-status]"))


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
