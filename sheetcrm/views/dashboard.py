"""The dashboard: what stands at each of its addresses. ``views.layout`` says where."""

from __future__ import annotations

from sheetcrm.views.layout import LAYOUT

__all__ = ["LAYOUT"]
