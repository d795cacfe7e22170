"""When it runs, when it refuses, and where the workbook lives."""

from __future__ import annotations

from datetime import time

from pydantic import Field

from sheetcrm.config.section import Section, Share


class Schedule(Section):
    digest_at: time
    weekly_at: time
    weekly_weekday: int = Field(ge=0, le=6)
    monthly_at: time
    tickets_minutes: int = Field(ge=0)
    catch_up_hours: float = Field(gt=0)
    retry_minutes: float = Field(gt=0)
    attempts: int = Field(gt=0)
    memory_mb: int = Field(ge=0)
    pass_minutes: float = Field(gt=0)
    heartbeat_url: str


class Guard(Section):
    blanked_share: float = Share
    blanked_cells: int
    lost_rows_share: float = Share


class Excel(Section):
    backups: int = Field(ge=0)
    stale_lock_hours: float
    wait_seconds: float


class Google(Section):
    credentials_file: str
    token_file: str
    base_url: str
    connect_seconds: float = Field(gt=0)
    read_seconds: float = Field(gt=0)
    retries: int = Field(ge=0)
    backoff_seconds: float = Field(gt=0)
    deadline_seconds: float = Field(gt=0)
    requests_per_minute: int = Field(ge=0)
    cells_per_call: int = Field(ge=1000)
    lock_seconds: float = Field(gt=0)
    wait_seconds: float = Field(ge=0)
