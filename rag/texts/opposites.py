"""Words that news has an opposite of, in pairs: "rose" and "fell", "accepted" and "rejected"."""

import re
from typing import Final

# An axis, then the words that point one way, then those that point the other: `*` ends in any way, `_` is a space,
# and what stands in brackets must follow, or with `!` must not.
_TABLE: Final = """
direction
    rose rise rises risen rising increas* grow* grew climb* jumped jumps jumping surg* soar* raise raises raised raising
    gain gained gains gaining expand* widen* hike hikes hiked hiking boost* putting_up went_up goes_up going_up
    record_high up(from|by|#) recover recovered recovery recovers
    / fell fall falls fallen falling drop drops dropped dropping decline(!to) declines(!to) declined(!to) declining
    decreas* slid slide slides sliding slip slips slipped slipping shrink* shrank shrunk lower lowers lowered lowering
    slow slows slowed slowing ease eases eased easing plung* tumbl* dip dips dipped reduc* cut cuts cutting went_down
    goes_down going_down down(from|by|#) reced* lost(#) record_low slash* halv* shed(#) sheds(#)
dearness
    pricier dearer more_expensive / cheaper
steadiness
    unchanged steady steadily flat stable stays(at) stayed(at) held(its|the|interest|rates)
    / raise raises raised raising hike hikes hiked hiking lowers lowered increased increases reduced reduces
extreme
    highest hottest largest biggest tallest most_ever record_high warmest best longest strongest fastest oldest
    / lowest coldest smallest fewest record_low coolest worst shortest weakest slowest youngest
comparison
    more(than_the|than_a|than_in|than_last|than_expected) above(the) exceed* higher_than up_from
    / fewer(than_the|than_a|than_in|than_last|than_expected) less(than_the|than_a|than_in|than_last|than_expected)
    below(the) lower_than down_from
level
    higher / lower(!the|its)
consent
    agree agreed agrees accept* approv* backed(!to|in) backs(!to|in) backing(!to|in) passed passes endors* supported
    supports adopt* ratif* welcom*
    / reject* refus* turned_down turned_it_down turned_them_down turns_down oppose opposes opposed veto* decline(to)
    declined(to) declines(to) dismissed dismisses
permission
    allow allows allowed allowing permit permits permitted let
    / blocked blocks ban bans banned banning forbid* forbade prohibit*
win
    win won wins winning victory / lose lost loses losing defeat
guilt
    guilty convicted convicts found_liable / not_guilty cleared acquit* innocent exonerat*
judgment
    upheld uphold* confirmed(the) confirms(the) / overturn* struck_down strikes_down strike_down quash* annul*
admission
    admit* confess* acknowledg* confirmed(that) confirms(that) / deny denies denied denying
life
    alive surviv* rescued saved / dead killed drown*
vote
    vote_for votes_for voted_for voting_for in_favour in_favor / vote_against votes_against voted_against
    voting_against against
place
    above / below
pole
    north* / south*
side
    east* / west western
time
    brought_forward earlier_than ahead_of_schedule advanced / postpon* delay* put_off later_than
jobs
    creat* hire hires hired hiring recruit*
    / lay_off laying_off laid_off axe axed axes cut cuts cutting slash* lose lost
opening
    open opens opened opening reopen* / clos* shut*
trade
    export* / import imports imported importing
deal
    buy buys bought buying purchas* acquir* / sell sells sold selling
freedom
    release released freed / arrest* detained jailed imprisoned
number
    hundreds thousands millions dozens / handful just_a_few only_a_few hardly_any
pace
    reopen* resum* restart* continu* / suspend* halt* stop stops stopped end(!of) ends(!of) ended(!of) cancel*
result
    succeed* success* / fail*(!to) unsuccessful
membership
    join joins joined joining enter enters entered entering
    / leave leaves leaving left quit* withdrew withdraw*
"""
_AXIS: Final = re.compile(r"^(\w+)\n([^/]+)/(.+?)(?=^\w|\Z)", re.MULTILINE | re.DOTALL)
_ENTRY: Final = re.compile(r"([\w*]+)(?:\((!?)([^)]+)\))?")


def _expression(words: str) -> re.Pattern[str]:
    entries = (_alternative(*match.groups()) for match in _ENTRY.finditer(words))
    return re.compile(rf"\b(?:{'|'.join(entries)})(?!\w)", re.IGNORECASE)


def _alternative(word: str, negative: str | None, following: str | None) -> str:
    word = word.replace("_", r"\s+").replace("*", r"\w*")
    if not following:
        return word
    after = "|".join(rf"{part.replace('_', ' ')}\b" if part != "#" else r"\d" for part in following.split("|"))
    return rf"{word}(?{'!' if negative else '='}\s+(?:{after}))"


OPPOSITES: Final = tuple(
    (match[1], sign, _expression(match[column]))
    for match in _AXIS.finditer(_TABLE)
    for sign, column in ((1, 2), (-1, 3))
)
