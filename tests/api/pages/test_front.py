"""The pages around the service: what they promise is what this installation does."""

from dataclasses import replace

from tests.api.register.pages import words
from tests.people import Service


async def test_the_privacy_notice_tells_the_periods_of_this_installation(service: Service) -> None:
    """As they are set: for phones, for what women tell of themselves, for what is public; and how to be erased."""
    service.app.state.settings = replace(service.settings, contact_months=7, equality_months=19, public_delay_days=23)
    told = words((await service.http.get("/privacy", headers={"Accept": "text/html"})).text)

    assert "7 months after your last walk" in told and "19 months, or until you delete them" in told
    assert "its walks are 23 days old" in told and "erase yourself" in told
