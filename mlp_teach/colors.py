"""The colours of every figure and widget: one palette that all eyes can tell apart."""

# For light and for dark paper. The hues are Okabe and Ito's; the lightness is spread, so that two
# curves differ by more than 20 in CIE L*a*b* for every kind of colour vision (tests measure it).
PALETTE: dict[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#17191d"),
    "ink": ("#1d2026", "#eceef2"),
    "muted": ("#5d6470", "#a3abb8"),
    "grid": ("#e3e6eb", "#33373f"),
    "blue": ("#0a7cd2", "#4796f0"),
    "orange": ("#d26200", "#ffb14d"),
    "green": ("#006045", "#7cebc9"),
    "purple": ("#8a2a7e", "#cc5aa6"),
}
