"""``plan``: what a run would do, for people as a diff, for programs as JSON."""

from __future__ import annotations

import json

from sheetcrm.cli import exits
from sheetcrm.cli.context import Options, job, place, progress
from sheetcrm.cli.planned import as_json
from sheetcrm.plan import language_of
from sheetcrm.run import look
from sheetcrm.words import words_of


def plan(options: Options) -> None:
    """Print the plan; exit 3 with data problems, 1 where the guard would refuse it."""
    where = place(options)
    with progress(options) as step:
        seen = look(job(options, where, step=step))
    words = words_of(language_of(where.cfg, seen.snapshot))
    if options.json:
        print(json.dumps(as_json(seen.plan, seen.letters, words), ensure_ascii=False))
    else:
        from sheetcrm.cli import plan_paper

        plan_paper.show(seen, words, every=options.verbose)
    if seen.plan.refusals and not options.force:
        _refuse(seen.plan.refusals)
    raise SystemExit(exits.PROBLEMS if seen.plan.problems else exits.DONE)


def _refuse(refusals: object) -> None:
    import sys

    from sheetcrm.cli.running import refused

    print(refused(refusals), file=sys.stderr)  # type: ignore[arg-type]
    raise SystemExit(exits.FAILURE)
