"""What can go wrong with issues and recommendations; each message says what to do next."""

from audits.errors import AuditError, NotAcceptable


class ActionNotAcceptable(NotAcceptable):
    """An issue, a recommendation or an answer cannot stand as it was sent; `errors` names the fields."""


class NoSuchIssue(AuditError):
    """There is no such issue, or it is of a programme that is not the caller's; both are told alike."""

    def __init__(self) -> None:
        super().__init__("There is no such issue, or it is of a programme that is not yours.")


class NoSuchRecommendation(AuditError):
    """There is no such recommendation, or it is of a programme that is not the caller's; both are told alike."""

    def __init__(self) -> None:
        super().__init__("There is no such recommendation, or it is of a programme that is not yours.")


class NoSuchDonePhoto(AuditError):
    """There is no such picture of something done, or it is not the caller's to see."""

    def __init__(self) -> None:
        super().__init__("There is no such picture, or it is of a programme that is not yours.")


class DonePhotoDiffers(AuditError):
    """Another picture was added under the same id (409)."""

    def __init__(self) -> None:
        super().__init__("Another picture was added under this id, and it stands. Send this one under a new id.")


class ActionChangedMeanwhile(AuditError):
    """An edit was made of a state that is not the present one (412)."""

    def __init__(self) -> None:
        super().__init__("Somebody else has changed this since you read it. Read it again, then make your change.")


class OutOfTurn(AuditError):
    """What was asked does not follow the present state (409), such as doing what was refused."""


class PlanNotPublishable(AuditError):
    """The plan of this programme may not be public yet (409)."""


class NoSuchPlan(AuditError):
    """No plan of such a programme is public (404)."""

    def __init__(self) -> None:
        super().__init__("There is no public action plan here. It may not be published yet, or no longer.")
