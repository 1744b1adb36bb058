"""What a champion chooses from when she says how a pledge is kept: keys as they are sent, and their words on a page."""

CHOICES: dict[str, dict[str, str]] = {
    "channels": {
        "posters": "Posters or stickers on the premises",
        "screens": "Screens on the premises",
        "staff_briefings": "Staff briefings or newsletters",
        "website": "Website or app",
        "social_media": "Social media",
        "email": "Emails to customers",
        "events": "Events",
        "press": "Press or radio",
    },
    "shown_at": {
        "entrance": "Entrance or queue",
        "bar_or_counter": "Bar, counter or till",
        "toilets": "Toilets",
        "seating": "Tables or seating",
        "staff_areas": "Staff areas",
        "vehicles": "Vehicles, platforms or stops",
        "tickets_or_receipts": "Tickets or receipts",
        "website_or_app": "Website or app",
    },
    "routes": {
        "staff_in_person": "To any member of staff",
        "ask_for_angela": "Ask for Angela",
        "named_manager": "To a manager on duty",
        "help_point": "Help point",
        "text_or_telephone": "Text or telephone line of our own",
        "online_form": "Online form or QR code",
        "anonymous": "Anonymously",
        "police": "Police: 999, 101 or online",
        "transport_police": "British Transport Police: text 61016",
    },
    "formats": {
        "print": "Print",
        "large_print": "Large print",
        "easy_read": "Easy read",
        "pictures": "Pictures or symbols",
        "braille": "Braille",
        "audio": "Audio",
        "sign_language": "British Sign Language",
        "online": "Online, readable by screen readers",
    },
}
ANSWERS = {"yes": "Yes", "no": "No", "not_applicable": "Does not apply"}
# The lines of pledge 7's self-check: each is answered by itself, and an honest no is an answer.
CHECKS = {
    "cctv_and_lights": "CCTV and lights work",
    "toilets": "Accessible and gender-neutral toilets",
    "access_audit": "An access audit has been done",
    "safety_audit": "A safety audit has been done",
    "quiet_space": "There is a quiet space",
    "where_staff_stand": "Staff stand where people pass and wait",
}
