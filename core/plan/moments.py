"""Moments in the plan file and days on the wall calendar.

The file keeps moments in UTC, as GeoPackage demands. QGIS 3.22 hands them over without their zone,
3.44 with it.
"""

from __future__ import annotations

import datetime as dt


def local_time(moment: dt.datetime) -> dt.datetime:
    """A moment of the plan file (``created_at``, ``changed_at``) on the clock of this machine.

    Without a zone it is UTC.

    >>> local_time(dt.datetime(2026, 11, 23, 8, 9)).tzinfo is not None
    True
    """
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.timezone.utc)
    return moment.astimezone()
