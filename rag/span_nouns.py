"""The nouns that questions ask by ("which airline"), and what kind of thing each is the name of a kind of."""

from typing import Literal

Kind = Literal[
    "person", "organisation", "place", "work", "thing", "name",
    "number", "money", "percentage", "duration", "measure", "ordinal", "date", "year", "clock",
    "yes_no", "reason", "other",
]  # fmt: skip

_LISTS: dict[Kind, str] = {
    "person": """
            actor actress artist astronaut athlete author billionaire boxer candidate captain celebrity champion
            chancellor chef coach comedian commander composer congressman congresswoman dancer designer dictator
            director driver economist editor entrepreneur executive figure footballer founder golfer guest
            governor heir host journalist judge king lawmaker lawyer leader legend magnate manager mayor member
            minister model monarch musician mp nominee novelist officer official owner painter person philanthropist
            player poet politician pope premier presenter president prince princess queen rapper referee republican
            democrat royal scientist secretary senator singer skier songwriter star superstar surfer swimmer tycoon
            ambassador boss critic envoy explorer general goalkeeper inventor mogul pilot quarterback
            runner spokesman spokesperson spokeswoman striker winger writer youtuber winner man woman""",
    "organisation": """agency airline army association automaker bank brand broadcaster business carmaker chain
            charity church club college committee company conglomerate corporation council court department developer
            employer federation firm force franchise giant government group institution institute insurer league
            maker manufacturer ministry museum network newspaper ngo operator organisation organization outlet
            paper party producer publisher regulator retailer school store studio supermarket syndicate team
            think-tank tribunal union university website zoo body band startup""",
    "place": """airport area beach borough bridge building capital castle city continent country county
            destination district harbour harbor hotel island islands lake landmark location mountain nation ocean
            park place planet port province region republic resort river sea site stadium state states store street
            suburb territory town venue village volcano kingdom municipality prison square""",
    "work": """album ballad book comedy documentary drama exhibition film game hit magazine movie
            musical novel opera painting play podcast poem programme program series show sitcom song single
            title sequel""",
    "name": """app award bill car chatbot competition cyclone disease drug event festival holiday
            hurricane law model motto name nickname operation platform project rocket satellite scheme service ship
            slogan storm tournament treaty vaccine vessel virus word phrase""",
    "number": "number population many score magnitude category figure toll tally",
    "money": "price amount cost fee fine fortune sum value worth salary wage budget settlement pay",
    "percentage": "percentage percent proportion share rate fraction",
    "duration": "duration sentence",
    "measure": "age distance height length speed temperature weight size depth altitude",
    "date": "date day month weekday decade century season",
    "year": "year",
    "clock": "hour",
    "reason": """reason purpose goal aim cause focus concern significance outcome impact effect motive theme
            mission role decision criticism argument advice benefit""",
}
NOUNS: dict[Kind, frozenset[str]] = {kind: frozenset(nouns.split()) for kind, nouns in _LISTS.items()}
_KIND_OF = {noun: kind for kind, nouns in reversed(NOUNS.items()) for noun in nouns}


def kind_of_noun(word: str) -> Kind | None:
    """What kind of thing the noun, in lower case, is the name of a kind of; None: it is not known.

    >>> kind_of_noun("committee"), kind_of_noun("bread")
    ('organisation', None)
    """
    return _KIND_OF.get(word) or _KIND_OF.get(word.removesuffix("s"))
