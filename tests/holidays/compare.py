"""The shipped Vietnamese calendar against the tables of PyPI `holidays`, day by day.

Reads on stdin what `quytrinh calendar show ... --format json` prints, and `deviations.tsv` beside this file. A day on
which the two differ must stand there with the reason; a day that stands there must differ. Exits 1 otherwise.
"""

import csv
import datetime
import json
import pathlib
import sys

import holidays

FIRST, LAST = int(sys.argv[1]), int(sys.argv[2])


def ours():
    """Each date to whether it is worked."""
    return {
        datetime.date.fromisoformat(day["date"]): bool(day["sessions"])
        for day in json.load(sys.stdin)
    }


def theirs():
    """Each date to whether it is worked, by their holidays, days in lieu and make-up Saturdays."""
    vietnam = holidays.country_holidays("VN", years=range(FIRST - 1, LAST + 2))
    day, last = datetime.date(FIRST, 1, 1), datetime.date(LAST, 12, 31)
    while day <= last:
        made_up = day in vietnam.weekend_workdays
        yield day, made_up or (day.weekday() < 5 and day not in vietnam)
        day += datetime.timedelta(days=1)


def listed():
    """Each date that is known to differ, to the reason."""
    path = pathlib.Path(__file__).with_name("deviations.tsv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader((line for line in file if not line.startswith("#")), delimiter="\t")
        return {datetime.date.fromisoformat(row[0]): row[1] for row in rows if row}


def main():
    calendar, known, faults, compared = ours(), listed(), [], 0
    for day, worked in theirs():
        compared += 1
        if day not in calendar:
            faults.append(f"{day}: not in the calendar's days")
        elif calendar[day] != worked and day not in known:
            word = "worked" if calendar[day] else "off"
            faults.append(f"{day}: {word} in the calendar, not so in `holidays`, and not among the deviations")
        elif calendar[day] == worked and day in known:
            faults.append(f"{day}: stands among the deviations, but the two agree")
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        sys.exit(1)
    print(f"{compared} days compared with holidays {holidays.__version__}: equal but for {len(known)} listed")


main()
