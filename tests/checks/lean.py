"""Run a program of this environment without what takes time and nobody looks at.

That is Python's search for cycles of references: dbt and sqlfluff make millions of
objects that they need until they end, and Python goes through all of them again and
again, a tenth of dbt's time and two fifths of sqlfluff's. In return they take twice the
memory. And it is dbt's events for debugging, another tenth: twenty for each model, for
logs that nothing here asks for.
"""

from __future__ import annotations

import gc
import sys
from importlib.metadata import entry_points
from typing import Any

from dbt_common.events.base_types import BaseEvent, DebugLevel, EventLevel
from dbt_common.events.event_manager import EventManager


def drop_debug_events() -> None:
    """Neither make nor write what dbt logs for debugging."""
    make, fire = BaseEvent.__init__, EventManager.fire_event

    def make_if_read(event: BaseEvent, *args: Any, **fields: Any) -> None:
        if type(event).level_tag is not DebugLevel.level_tag:
            make(event, *args, **fields)

    def fire_if_read(
        manager: EventManager,
        event: BaseEvent,
        level: EventLevel | None = None,
        *args: Any,
        **options: Any,
    ) -> None:
        if (level or event.level_tag()) != EventLevel.DEBUG:
            fire(manager, event, level, *args, **options)

    BaseEvent.__init__ = make_if_read  # type: ignore[method-assign,assignment]
    EventManager.fire_event = fire_if_read  # type: ignore[method-assign,assignment]


def main() -> int | None:
    """Run the program that the first argument names with the other arguments."""
    gc.disable()
    drop_debug_events()
    del sys.argv[0]
    (program,) = entry_points(group="console_scripts", name=sys.argv[0])
    status: int | None = program.load()()
    return status


if __name__ == "__main__":
    sys.exit(main())
