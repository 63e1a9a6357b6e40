"""What our measure lets through is whole on a phone: the chat page cuts no label that is not too wide for it."""

from __future__ import annotations

from bot.i18n import LANGUAGES, catalogue
from bot.sandbox.server import Sandbox
from bot.telegram.widths import room, width
from tests.support.browser import needs_chromium, phone
from tests.support.bureau import catalogue as topics

pytestmark = needs_chromium

_CUT = """([labels, count]) => {
  const item = document.createElement("li");
  item.className = "message keys";
  document.getElementById("list").append(item);
  const rows = labels.map((label) => {
    const row = document.createElement("div");
    row.className = "row";
    for (let at = 0; at < count; at++) {
      const button = document.createElement("button");
      button.textContent = label;
      row.append(button);
    }
    item.append(row);
    return row.firstChild;
  });
  const cut = rows.filter((button) => button.scrollWidth > button.clientWidth).map((button) => button.textContent);
  item.remove();
  return cut;
}"""
"""Rows of `count` buttons each, laid out as the page lays out a message's; which labels are cut there."""


def labels() -> set[str]:
    """All labels that the bot has, ticked and not, and those of topics."""
    found = set()
    for language in LANGUAGES:
        messages = catalogue(language).messages
        found |= {str(text) for key, text in messages.items() if key.startswith("button.") and "{" not in str(text)}
        found |= {f"{topic.name(language)} · 12" for topic in topics().topics}
    return found | {f"✓ {label}" for label in found}


async def test_no_label_that_fits_by_our_measure_is_cut_on_a_phone() -> None:
    async with Sandbox(0) as sandbox, phone() as page:
        await page.goto(sandbox.url)
        await page.locator("#list").wait_for(state="attached")
        for count in range(1, 6):
            fitting = sorted(label for label in labels() if width(label) <= room(count))
            assert fitting
            assert not await page.evaluate(_CUT, [fitting, count]), f"{count} in a row"
