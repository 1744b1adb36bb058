"""The day of a review as a calendar file (iCalendar, RFC 5545), to go with a letter."""

from datetime import date, timedelta
from uuid import UUID

from icalendar import Alarm, Calendar, Event

from charter.letters import Attachment, Envelope

MAKER = "-//Night Safety//Women's Night Safety Charter//EN"
NINE_O_CLOCK = timedelta(hours=9)  # on the day itself, wherever the calendar is
NAME, MEDIA_TYPE = "review-due.ics", "text/calendar; method=PUBLISH; charset=utf-8"


def calendar_of(signatory: UUID, reference: str, *, due_on: date, envelope: Envelope) -> Attachment:
    """The due day as an all-day event with an alarm; nothing in it is anybody's words but ours.

    Its UID is of the signatory and the due date: each letter about one review brings the same event, never a second.
    """
    event = Event()
    event.add("uid", f"review-{signatory}-{due_on:%Y%m%d}")
    # When the letter was written and not when it is sent: a letter sent twice is the same bytes.
    event.add("dtstamp", envelope.written_at)
    event.add("dtstart", due_on)
    event.add("summary", f"Yearly review of the Women's Night Safety Charter ({reference})")
    event.add("description", "About ten minutes: look at your listing and at each pledge, then confirm.")
    event.add("transp", "TRANSPARENT")  # a reminder takes nobody's day
    event.add_component(_alarm(reference))
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    # Published, for it asks nobody to answer; an invitation would be answered to an address that nobody reads.
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return Attachment(name=NAME, media_type=MEDIA_TYPE, content=calendar.to_ical())


def _alarm(reference: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"The charter's yearly review is due today ({reference})")
    alarm.add("trigger", NINE_O_CLOCK)
    return alarm
