"""What all sections of the settings are: frozen, with no key that they do not know."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Field(ge=0, le=1)
Positive = Annotated[int, Field(gt=0)]


class Section(BaseModel):
    """Some keys of the settings that belong together."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
