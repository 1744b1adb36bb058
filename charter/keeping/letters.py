"""Letters to the people of an organisation: asked to take a role, having taken one, and being relieved of one."""

from dataclasses import dataclass

from charter.letters import Envelope, Invitation, Letter, Link, Points, compose, long_date, quoted, to_follow

# Why a letter was written, as its row says.
CONFIRM_HAND_OVER, CONFIRM_DEPUTY = "confirm-hand-over", "confirm-deputy"
ROLE_TAKEN, ROLE_ENDED, ROLE_LEFT = "role-taken", "role-ended", "role-left"
ASKS = (CONFIRM_HAND_OVER, CONFIRM_DEPUTY)
ROLES = {"signatory": "signatory", "champion": "champion", "deputy": "deputy champion"}


@dataclass(frozen=True, kw_only=True)
class Post:
    """A role in an organisation, as letters speak of it; `desk` is the address of its own pages."""

    organisation: str
    reference: str
    role: str
    desk: str

    @property
    def called(self) -> str:
        """The role in words."""
        return ROLES[self.role]


def letter_to_successor(envelope: Envelope, asked: Invitation) -> Letter:
    """Asks whoever was named the next champion whether she takes the role over."""
    return compose(
        envelope,
        f"You were named champion for the Women's Night Safety Charter ({asked.reference})",
        "Hello,",
        f"{quoted(asked.organisation)} signed the Women's Night Safety Charter and would like to hand its champion's "
        f"role over to you: the person who promotes women's night safety there. The reference is {asked.reference}.",
        f"If you take the role, please confirm it by {long_date(asked.confirm_by)}:",
        *to_follow(asked.page, asked.token, label="Take the role"),
        "Until you do, nothing changes there. Your name and address are never made public.",
        "If you do not want the role, do nothing, or tell whoever named you.",
        why="an organisation named you its next champion and gave this address.",
    )


def letter_to_deputy(envelope: Envelope, asked: Invitation) -> Letter:
    """Asks whoever was named the champion's deputy whether she takes the role."""
    return compose(
        envelope,
        f"You were named deputy for the Women's Night Safety Charter ({asked.reference})",
        "Hello,",
        f"{quoted(asked.organisation)} signed the Women's Night Safety Charter and named you the deputy of its "
        "champion: the person who keeps its pledges when she is away. "
        f"The reference is {asked.reference}. Your name and address are never made public.",
        f"If you take the role, please confirm it by {long_date(asked.confirm_by)}:",
        *to_follow(asked.page, asked.token, label="Take the role"),
        "If you do not want the role, do nothing, or tell whoever named you.",
        why="an organisation named you its champion's deputy and gave this address.",
    )


def letter_role_taken(envelope: Envelope, post: Post) -> Letter:
    """Welcomes whoever took a role over, and says where to begin."""
    return compose(
        envelope,
        f"You are the {post.called} now ({post.reference})",
        "Hello,",
        f"You confirmed that you are the {post.called} of {quoted(post.organisation)}. Whoever had the role before was "
        "told, and has it no longer.",
        "What to do first:",
        Points(
            [
                "Sign in with this address; there is no password.",
                "See what is next, and how each of the seven pledges is kept.",
                "Ask for a briefing, and write its date under pledge 1.",
            ]
        ),
        Link("Open your desk", post.desk),
        why="you took a role in an organisation that signed the Women's Night Safety Charter.",
    )


def letter_role_ended(envelope: Envelope, post: Post, *, taken_over: bool) -> Letter:
    """Tells whoever had a role that it is over, and that she is forgotten."""
    how = "Somebody else confirmed and took the role over" if taken_over else "Your organisation ended the role"
    return compose(
        envelope,
        f"Your role as {post.called} has ended ({post.reference})",
        "Hello,",
        f"You were the {post.called} of {quoted(post.organisation)}. {how}. Thank you for what you did.",
        "Your name and address are erased from the register already; this letter is the last one about the role. "
        "You can no longer sign in for that organisation in it.",
        "If this surprises you, ask the person who signed the charter for your organisation.",
        why="you had a role in an organisation that signed the Women's Night Safety Charter.",
    )


def letter_role_left(envelope: Envelope, post: Post) -> Letter:
    """Confirms to whoever left a role that she has, and that she is forgotten."""
    return compose(
        envelope,
        f"You left your role as {post.called} ({post.reference})",
        "Hello,",
        f"You are no longer the {post.called} of {quoted(post.organisation)}. Thank you for what you did.",
        "Your name and address are erased from the register already; this letter is the last one about the role. The "
        "others who act for the organisation are told when it needs a new champion.",
        why="you left a role in an organisation that signed the Women's Night Safety Charter.",
    )
