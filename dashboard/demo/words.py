"""Names and phrases of the demo company."""

from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NORTHWIND: Final = "Northwind Logistics"

FIRST_WORDS: Final = _words(
    """
    Alder Amberline Anchor Ardent Arrowhead Ashgrove Atlas Auburn Aurora Beacon Birchwood
    Blackrock Bluewater Bramble Brightwell Bristow Cadence Calder Canyon Cascade Cedar Century
    Chester Cinder Clearwater Clover Cobalt Compass Copper Coral Cormorant Crescent Crown Dalton
    Delphi Dover Driftwood Dunmore Eastgate Ebony Echo Eldon Elmstead Ember Evergreen Fairfax
    Falcon Fenwick Fieldstone Firebrand Foxglove Frontier Garnet Gladstone Glenmore Granite
    Greenfield Halcyon Hampton Harbor Hawthorne Hazel Heron Highland Holloway Horizon Hudson
    Indigo Inverness Ironwood Ivory Jasper Juniper Keystone Kingsley Lakeside Lantern Larkspur
    Laurel Liberty Linden Lighthouse Lockwood Lumen Magnolia Maple Marlow Meridian Merrow
    Midland Milestone Monarch Montrose Northgate Oakhurst Obsidian Olive Onyx Opal Orchard
    Osprey Paragon Parkside Peregrine Pinnacle Pioneer Quarry Quill Radiant Redwood Ridgeway
    Riverstone Rowan Saffron Sandpiper Sequoia Sierra Silverline Solstice Sparrow Stanton
    Sterling Stonebridge Summit Sycamore Tamarack Thornbury Timber Tidewater Trident Vanguard
    Verity Vista Wakefield Waverly Wexford Whitestone Willow Windward Wren Yarrow Zenith
    """
)

INDUSTRIES: Final[dict[str, tuple[str, ...]]] = {
    "Software": ("Software", "Systems", "Data", "Cloud", "Networks", "Labs"),
    "Financial Services": ("Capital", "Bank", "Insurance", "Payments", "Wealth", "Mutual"),
    "Healthcare": ("Health", "Clinics", "Biosciences", "Diagnostics", "Pharma", "Care"),
    "Manufacturing": ("Industries", "Components", "Machinery", "Plastics", "Steel", "Controls"),
    "Retail": ("Stores", "Outfitters", "Markets", "Home", "Apparel", "Foods"),
    "Logistics": ("Logistics", "Freight", "Shipping", "Transport", "Supply", "Couriers"),
    "Media": ("Media", "Studios", "Press", "Broadcasting", "Games", "Events"),
    "Energy": ("Energy", "Power", "Renewables", "Utilities", "Solar", "Water"),
}

LAST_WORDS: Final = _words(
    """
    Group Holdings Partners International Ventures Alliance Works Collective Global Associates
    Enterprises Company Brothers United North South East West
    """
)

GIVEN_NAMES: Final = _words(
    """
    Amara Beatriz Carlos Dana Elif Farid Grace Hana Imani Jonas Keiko Liam Maya Noah Olga Priya
    Quentin Rosa Samir Tara Uma Victor Wanda Xavier Yara Zoe Anders Bianca Chidi Dmitri Esther
    Felix Greta Hugo Ines Jamal Karin Leila Marco Nadia Oscar Petra Rafael Sonia Tomas Valeria
    Wei Yusuf Alice Bruno Clara Diego Emma Fatima George Helena Ivan Julia
    """
)
FAMILY_NAMES: Final = _words(
    """
    Abbott Bauer Castillo Dubois Eriksen Fischer Garcia Hansen Ibrahim Jensen Kowalski Larsen
    Mbeki Novak Okafor Petrov Quinn Rossi Schmidt Tanaka Ueda Vargas Walsh Xu Yilmaz Zhang
    Almeida Brooks Chen Dalgaard Egan Ferrari Gupta Huang Ivanova Joshi Kim Lindqvist Moreau
    Nakamura Olsen Park Ramos Silva Tran Urban Vogel Weber Yamada Zeller Andrade Byrne Carvalho
    Doyle Fontaine Greco Haddad
    """
)

PRAISE: Final = (
    "The dashboards save my team hours every week.",
    "Support answered within the hour, twice.",
    "Our CSM knows our business better than some of us do.",
    "Onboarding was the smoothest we have had.",
    "Reporting to the board is finally painless.",
    "The new automation flows are excellent.",
    "Reliable, fast, and it just works.",
    "Clear return on the investment in the first year.",
)
MIXED: Final = (
    "Good product, but the mobile app lags behind.",
    "Does what we need; reporting could be more flexible.",
    "Fine so far, we have not used every module yet.",
    "Integrations work most of the time.",
    "Happy with support, less so with the price.",
    "Useful, although training took longer than planned.",
)
COMPLAINT: Final = (
    "Too many clicks for everyday work.",
    "Support takes days to come back to us.",
    "The last release broke our integration.",
    "We pay for seats that nobody uses.",
    "Slow at month end, when we need it most.",
    "Nobody showed us how to set it up.",
    "The price went up and the product did not.",
    "Our contact changed three times this year.",
    "Missing features that were promised last year.",
)

CHURN_REASONS: Final[dict[str, bool]] = {
    "Product gaps": True,
    "Price": True,
    "Competitor": True,
    "Poor onboarding": True,
    "Low adoption": True,
    "Sponsor left": False,
    "Merger or acquisition": False,
    "Budget cut": False,
    "Insolvency": False,
}
"""Why customers leave, and whether the company could have prevented it."""

UNCONTROLLABLE: Final = tuple(reason for reason, ours in CHURN_REASONS.items() if not ours)

BEHAVIOURS: Final = (
    "Connected first data source",
    "Invited ten colleagues",
    "Built first dashboard",
    "Scheduled a report",
    "Set up single sign-on",
    "Created an automation",
    "Used the API",
    "Shared outside the team",
)

GOALS: Final[dict[str, tuple[str, ...]]] = {
    "Efficiency": ("Cut reporting time", "Automate the monthly close", "Halve manual data entry"),
    "Growth": ("Raise conversion of leads", "Open a new region", "Grow average order value"),
    "Quality": ("Lower the error rate", "Answer tickets within a day", "Raise on-time delivery"),
    "Adoption": ("Bring every department on board", "Train all managers", "Replace the old tool"),
}

ADVOCACY_KINDS: Final[dict[str, str]] = {
    "Reference call": "csqa",
    "Case study": "csqa",
    "Speaker at event": "csqa",
    "Online review": "csqa",
    "Referral": "csql",
    "Introduction to sister company": "csql",
}

PROGRAMS: Final = (
    "Welcome series",
    "Feature adoption",
    "Training invitation",
    "Renewal preparation",
)

SKILLS: Final = (
    "Product knowledge",
    "Industry knowledge",
    "Executive presence",
    "Data analysis",
    "Negotiation",
    "Change management",
)

TOUCH_NOTES: Final[dict[str, tuple[str, ...]]] = {
    "ebr": (
        "Executive business review: goals confirmed.",
        "Executive business review: new priorities.",
    ),
    "call": ("Check-in call.", "Went through open cases.", "Planned the next rollout wave."),
    "email": ("Sent usage summary.", "Shared release notes.", "Followed up on questions."),
    "meeting": (
        "Working session on adoption.",
        "Success plan reviewed.",
        "Training for new users.",
    ),
    "note": (
        "Champion is on leave this month.",
        "Budget round starts soon.",
        "New team joins in spring.",
    ),
}

EXTERNAL_NOTES: Final = (
    "Executive sponsor left the company.",
    "Merger announced; systems will be consolidated.",
    "Invoices paid late twice in a row.",
    "New owner reviews every contract.",
    "Hiring freeze and budget cuts.",
)

ACTION_PLANS: Final = (
    "Shadow an executive business review each quarter.",
    "Lead one cross-team project.",
    "Weekly coaching on discovery questions.",
    "Training in negotiation; review in three months.",
    "Prepare for promotion: own a strategic account plan.",
    "Improvement plan with fortnightly review.",
)
