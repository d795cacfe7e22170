"""Headless Chromium as the judge of what HTML looks like: colours, widths and styles as it computes them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import Any

BROWSER = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None)

# Texts by their colour on the ground that is seen behind them: grounds are laid over each other down to the canvas.
_SCRIPT = """
const seen = {};
const rgba = text => { const n = text.match(/[\\d.]+/g).map(Number); return n.length > 3 ? n : [...n, 1]; };
const over = (top, under) => [0, 1, 2].map(at => top[at] * top[3] + under[at] * (1 - top[3])).concat(1);
function groundOf(element, canvas) {
  const grounds = [];
  for (let one = element; one; one = one.parentElement) grounds.push(rgba(getComputedStyle(one).backgroundColor));
  return grounds.reverse().reduce((under, top) => over(top, under), canvas);
}
function look(frame) {
  const page = frame.contentDocument, walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  const probe = page.body.appendChild(page.createElement('i'));
  probe.style.background = 'Canvas';
  const canvas = rgba(getComputedStyle(probe).backgroundColor);
  probe.remove();
  const texts = {};
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement, said = walker.currentNode.data.trim();
    if (!said || !element.getClientRects().length || ['STYLE', 'SCRIPT'].includes(element.tagName)) continue;
    const style = getComputedStyle(element), ground = groundOf(element, canvas);
    const key = [over(rgba(style.color), ground).slice(0, 3).map(Math.round), ground.slice(0, 3).map(Math.round)];
    texts[JSON.stringify(key)] ??= [...key, said.slice(0, 60), parseFloat(style.fontSize)];
  }
  const odd = new Set();
  for (const element of page.querySelectorAll('[style]'))
    for (const rule of element.getAttribute('style').split(';').filter(rule => rule.trim())) {
      const at = rule.indexOf(':');
      if (!CSS.supports(rule.slice(0, at).trim(), rule.slice(at + 1).trim())) odd.add(rule.trim());
    }
  const root = page.documentElement;
  return {texts: Object.values(texts), odd: [...odd], wide: root.scrollWidth - root.clientWidth};
}
addEventListener('load', () => {
  for (const frame of document.querySelectorAll('iframe')) seen[frame.title] = look(frame);
  document.body.innerHTML = '';
  document.body.appendChild(document.createElement('pre')).textContent = JSON.stringify(seen);
});
"""


@dataclass(frozen=True)
class Look:
    """What Chromium shows of a page. ``texts``: colour, ground, an example and the size in pixels of each pair of
    colours. ``odd``: inline styles that it does not know. ``wide``: pixels by which the page is wider than the
    screen."""

    texts: list[tuple[tuple[int, int, int], tuple[int, int, int], str, float]]
    odd: list[str]
    wide: int


def look(pages: Mapping[str, str], *, dark: bool = False, width: int = 720) -> dict[str, Look]:
    """Show all pages at once, on a screen of that many pixels, and say what is seen."""
    assert BROWSER is not None
    frames = "".join(
        f'<iframe title="{escape(name)}" srcdoc="{escape(html)}" style="width:{width}px;height:900px;border:0"></iframe>'
        for name, html in pages.items()
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "all.html"
        head = f"<!DOCTYPE html><meta charset=utf-8><style>:root{{color-scheme:light dark}}</style><script>{_SCRIPT}</script>"
        file.write_text(f"{head}<body>{frames}</body>", encoding="utf-8")
        shown = subprocess.run(
            [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile",
             f"--blink-settings=preferredColorScheme={0 if dark else 1}", "--dump-dom", file.as_uri()],
            capture_output=True, check=True, timeout=120,
        ).stdout.decode()  # fmt: skip
    said = re.search(r"<pre>(.*)</pre>", shown, re.DOTALL)
    assert said is not None, shown[-2000:]
    found: dict[str, Any] = json.loads(unescape(said[1]))
    return {name: Look(**facts) for name, facts in found.items()}
