"""Words that news uses for one another: "doctors" and "physicians", "stepped down" and "resigned"."""

from functools import cache
from typing import Final

from rag.texts.words import root_of

# One line a meaning. Opposites have a table of their own (`rag.texts.opposites`).
_TABLE: Final = """
kill die death dead toll claim perish
hurt injure injury wound casualty
win beat defeat victory triumph
buy purchase acquire acquisition takeover
resign resignation quit step stand
start begin launch commence open inaugurate kick
end finish conclude complete
build rebuild construct reconstruct construction reconstruction erect
cost price charge bill worth value fee fare rate
car vehicle automobile
lorry truck
suffer treat
doctor physician medic
police officer
money cash fund credit loan lend finance
company firm business group retailer corporation maker manufacturer operator
court judge jury juror tribunal bench
law bill legislation act statute
vote ballot poll
big large huge major
leader head chief boss lead chair
job post position employment employ
house home household
town city municipality village
road street
plane aircraft jet airliner
ship vessel boat ferry
fire blaze inferno
show reveal suggest indicate demonstrate
find discover detect locate spot identify
get receive obtain gain win
give award hand grant present
help aid assist support relief
ask request demand call urge appeal seek
need require must
plan intend aim want hope
make produce manufacture create
stop halt cease end
try attempt
choose elect select pick appoint name
talk negotiation discussion meeting summit conversation
deal agreement accord pact treaty
promise pledge vow commit
delay postpone put
scientist researcher academic
student pupil
child kid youngster
worker employee staff workforce labour
strike walkout stoppage
share stock
study research survey report analysis trial
illness disease infection
ban prohibit outlaw forbid bar
free release liberate
jail prison custody detention imprison
picture photo image photograph
film movie
game match fixture
team side club
fan supporter
minister ministry
lawmaker member parliamentarian legislator parliament mp
councillor council
budget spending
people resident inhabitant person citizen
passenger traveller rider customer commuter
shopper customer client consumer
farmer grower
crop harvest
dispute argument row quarrel conflict disagreement
truce ceasefire
attack strike assault raid
earthquake quake tremor
flood flooding water
accident crash collision derailment derail
rescue save
evacuate evacuation clear
collapse break fail
power electricity
factory plant works
shut close closure
year annual annually
month monthly
week weekly
last previous past
now current currently
about roughly approximately
again anew
novel book
writer author novelist
director filmmaker
runner athlete
visit trip travel journey
meet see
theft steal stolen breach
shelter house
store shop
law rule regulation
tax duty levy tariff
forecast outlook prediction expect predict
earn profit earnings income
debt borrowing loan
loss deficit
rent lease
temperature heat hot degree
measure measurement record
vaccine vaccinate vaccination jab
ice frozen freeze
moon lunar
sun solar
sea ocean marine
summit peak
alive survive survivor
wrong error mistake
famous renowned
old elderly
rich wealthy
poor needy
quick fast rapid
enough sufficient
agree approve accept back endorse
reject refuse turn oppose
argue claim insist
bring carry transport send ship deliver supply
keep retain hold remain stay
lose loss
miss unaccounted disappear
homeless home
double twice
nearly almost
"""
# Saying that something was said tells nothing more of it.
SAYING: Final = frozenset(
    map(
        root_of,
        """say tell announce report explain caution warn add write state call describe note according confirm reveal
        stress insist declare comment speak mention put inform indicate""".split(),
    )
)


@cache
def synonyms_of(root: str) -> frozenset[str]:
    """The roots of the words that may stand for one with this root, without itself."""
    return frozenset(other for group in _groups() if root in group for other in group if other != root)


@cache
def _groups() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(map(root_of, line.split())) for line in _TABLE.strip().splitlines())
