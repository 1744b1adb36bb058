"""What can go wrong with signing in; each message says what to do next."""

from charter.errors import FieldError


class SessionError(Exception):
    """Anything that signing in says no to."""


class AddressNotAcceptable(SessionError):
    """What was typed is no e-mail address."""

    def __init__(self) -> None:
        super().__init__("No letter can be sent there. Check the address and send it again.")
        self.errors = (FieldError("email", "Write one e-mail address, such as name@example.org."),)


class SignInLinkIsOver(SessionError):
    """A link that was followed before, has run out, or was never written; all are told alike."""

    def __init__(self) -> None:
        super().__init__(
            "This link was used before, or has run out: it works once, for ten minutes. Ask for a new one."
        )


class CodeNotRight(SessionError):
    """A second factor's code that is wrong, was used before, or is of another time."""

    def __init__(self) -> None:
        super().__init__(
            "This code is not right, or was used before. Wait for your app to show the next one and type that."
        )
        self.errors = (FieldError("code", "Type the six digits that your app shows now, or a recovery code."),)


class NothingToSetUp(SessionError):
    """No new second factor was offered in this session."""

    def __init__(self) -> None:
        super().__init__("There is no second factor to set up. Begin again from your account page.")


class PersonNotAcceptable(SessionError):
    """A person of the staff cannot be added as she was described; `errors` names the fields."""

    def __init__(self, *errors: FieldError) -> None:
        super().__init__("Nobody was added. " + " ".join(error.message for error in errors))
        self.errors = errors


class NoSuchPerson(SessionError):
    """Nobody of the staff has that id or address."""

    def __init__(self) -> None:
        super().__init__("Nobody of the staff is known by that. `night-safety people list` shows everybody.")


class LastAdministrator(SessionError):
    """Without her nobody could look after people any more."""

    def __init__(self) -> None:
        super().__init__("This is the last administrator. Make somebody else one first.")


class YourOwnRole(SessionError):
    """An administrator is about to lock herself out."""

    def __init__(self) -> None:
        super().__init__("You cannot take this from yourself. Ask another administrator to do it.")
