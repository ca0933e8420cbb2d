"""Pages that were read on copies, proxies or shops: named as what was read, never offered as a link."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

HOSTS = (
    "buybaclofen20mg.com", "bestnursingassignment.com", "cricutcom-setup.com", "vukou.com", "mimsdev.com",
    "weglot.com", "dev2.psychiatrist.com", "etg-complete-oxy.netlify.app",
)  # fmt: skip
_NUMERIC = re.compile(r"[\d.]+$")


def is_mirror(url: str) -> bool:
    """Whether a page is a copy, a proxy, a staging server or a shop rather than the publisher's or an index's own."""
    host = urlsplit(url).hostname or ""
    return bool(_NUMERIC.match(host)) or any(host == known or host.endswith("." + known) for known in HOSTS)
