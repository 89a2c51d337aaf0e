"""Whether a question points back at what was said before it: a question and the earlier text in, yes or no out.

A question with a subject of its own needs no history, whatever it is about: a change of subject is told by that.
"""

import re

from rag.claims import STOP_WORDS, claim
from rag.follow_up_phrases import AUXILIARIES, QUESTION_WORDS, has_verb, names, things, times

BARE = 2  # telling words of a question that has no subject: "Who won?", "How many jobs are lost?"
MOST_NEW = 2  # telling words that are not in the earlier text, of a question without a name that goes on with it
LONGEST_FRAGMENT = 8  # words; "And after every street had been inspected?" has 7 and no verb of its own

_NEW_SUBJECT = re.compile(
    r"^(?:new|another|different|other|next|separate) (?:topic|subject|question|matter|thing)\b"
    r"|^(?:on|to) (?:another|a different|a new) (?:topic|subject|note|matter)\b|^something (?:else|different)\b"
    r"|^(?:changing|change of|let's change|leaving) (?:the )?(?:topic|subject|that)\b"
    r"|^(?:forget|never mind) (?:that|it)\b",
    re.IGNORECASE,
)
OPENING = re.compile(
    r"^(?:(?:and|but|or|so|then|also|ok|okay|well|hm+|ah|yes|no|sure|right|thanks|thank you|great|fine|sorry)\b"
    r"[,.!:;]*\s+)+"
    r"(?=\S)",
    re.IGNORECASE,
)
ABOUT = re.compile(r"^(?:(?:and|but|so)\s+)?(?:what|how) about\s+|^(?:and )?as (?:for|to)\s+", re.IGNORECASE)
META = re.compile(
    r"^(?:are you (?:quite )?sure|really"
    r"|(?:is|was) (?:that|this|it) (?:really |actually )?(?:true|right|correct|so|certain)"
    r"|tell me more|(?:any |some |give me )?more (?:details?|about (?:it|that|this))|go on|explain|elaborate"
    r"|what (?:else|more)(?: is (?:known|there))?|anything else|how come|says who|how so|in what way"
    r"|(?:can|could) you (?:explain|elaborate|say more|tell me more))\b[^,;:]{0,25}$",
    re.IGNORECASE,
)
# Pronouns. "It" of "how long did it take to" and "is it true that" points nowhere.
_EMPTY_IT = re.compile(
    r"\bit\s+(?:(?:still|really|also|now)\s+)?(?:takes?|took|costs?|rain(?:s|ed)?|snow(?:s|ed)?)\s+"
    r"(?:\w+\s+){0,4}?(?:to|for)\b"
    r"|\b(?:does|did|will|would|is|was|has|had)\s+it\s+(?:take|cost|taken|been|be)?\s*(?:\w+\s+){0,3}?"
    r"(?:that|to|for|since|until|when)\b"
    r"|\bit\s+(?:is|was|will be|would be|had been|has been|becomes?|became)\s+(?:\w+\s+){0,4}?"
    r"(?:that|to|for|who|which)\b"
    r"|\bwhat time is it\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(r"\b(?:he|she|it|they|him|them)\b", re.IGNORECASE)
_POSSESSIVE = re.compile(r"\b(?:his|her|hers|its|their|theirs)\b", re.IGNORECASE)
_OBJECT = re.compile(
    r"\b(?:it|him|her|them)(?=\s*(?:$|[?.,;!]|\b(?:to|in|on|at|for|with|from|by|after|before|since|until|and|or|over|into"
    r"|a|an|the|really|exactly|so|then|there|again|about|out|up|off|down)\b))",
    re.IGNORECASE,
)
_PREPOSITION_LAST = re.compile(r"\b(?:before|after|since|until|like|as)\s+$", re.IGNORECASE)
_NEW_CLAUSE = re.compile(
    r"[,;:]|\b(?:and|but|or|when|while|after|before|because|if|that|which|who|whose|where|since|until|as|once)\b",
    re.IGNORECASE,
)
_DEMONSTRATIVE = re.compile(
    r"\b(?:before|after|since|until|like|about|of|for|with|without|over|to|from|on|by|than|at|in|into|despite|behind|against)"
    r"\s+(?:that|this|those|these)(?=\s*(?:$|[?.,;!]|\b(?:and|or|in|on|with|by)\b))"
    r"|^(?:(?:why|when|how|where|who|what)\s+)?(?:is|was|are|were|did|does|do|has|have|had|will|would|can|could|should)\s+"
    r"(?:that|this|these|those)\b(?!\s+(?:week|month|year|morning|afternoon|evening|summer|winter|autumn|spring|weekend)\b)"
    r"|\b(?:say|said|says|do|did|does|done|claim|claimed|know|knew|mean|means|happen|happened|cause|caused|confirm|confirmed"
    r"|deny|denied|report|reported|decide|decided|think|call|called|tell|told|cost|change|changed|get|see)\s+(?:\w+\s+)?"
    r"(?:that|this|these|those|so)(?=\s*(?:$|[?.!]|\b(?:and|or|in|on|after|before)\b))"
    r"|\bwho\s+\w+\s+(?:that|this|so)\s*[?.!]*$",
    re.IGNORECASE,
)
_THERE = re.compile(
    r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )(?<!been )(?<!will )(?<!has )(?<!have )(?<!had )(?<!did )"
    r"\bthere\b(?!\s+(?:is|are|was|were|has|have|had|will|be|been|still|now|to|any|an?|no|more)\b)"
    r"|(?:is|are|was|were)\s+there\s*[?.!]*$",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"\b(?:then|(?:by|since|until|before|back) then|at (?:that|the) (?:time|point))\s*[?.!,]*$", re.IGNORECASE
)
ONE = re.compile(
    r"\b(?:the|that|this|which|another|any|other)\s+(?:(?:other|earlier|first|second|third|previous|next|last|latest|older"
    r"|newer|new|old|later|former)\s+)?ones?\b(?!\s+(?:of|who|that|hundred|thousand))"
    r"|\bthe\s+(?:latter|former|others?|same|first|second|third|two|both|earlier|previous)\s*(?:[?.!,]|$)"
    r"|\b(?:how many|some|all|any|most|none|both|two|three|which|who|one|each|many)\s+of\s+(?:them|these|those|it)\b"
    r"|^(?:how many|how much|which ones?)\s*(?:exactly)?[?.!]*$",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"\b(?:the other|the same|that same|else|instead|too|as well|again|the earlier|the previous"
    r"|the former|the latter)\b(?!\s+(?:than|as|to)\b)"
    r"|\b(?:afterwards|beforehand|later|next|since|so far|in the end|earlier|before)"
    r"\s*[?.!]*$",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(rf"\b(?:{'|'.join(sorted(AUXILIARIES))})\b", re.IGNORECASE)
_AUXILIARY_LAST = re.compile(_AUXILIARY.pattern + r"\s+$", re.IGNORECASE)
_AND = re.compile(r"^(?:and|but|or|so|then)\b", re.IGNORECASE)
_THIS_NOUN = re.compile(
    r"\b(?:that|those|these)\s+(?!week|month|year|day|time|who\b|of\b)[a-z]+(?=\s*(?:$|[?.,]|\w+\s*[?.]*$|in\b|on\b|be\b|to\b))",
    re.IGNORECASE,
)
_MEASURES = claim("many much long old far often big high large fast exactly").words
IMPERATIVE = re.compile(r"^(?:compare|tell|list|name|give|show|explain|describe|summari[sz]e)\b", re.IGNORECASE)
_FRAGMENT_LEAD = re.compile(
    r"^(?:in|on|at|from|since|until|by|before|after|during|for|with|without|to|about|of|under|according to"
    r"|as of|than)\b",
    re.IGNORECASE,
)


def points_back(question: str, told: str) -> bool:
    """Whether the question leaves to the earlier text what it is about."""
    asked = question.strip()
    if _NEW_SUBJECT.search(asked):
        return False
    bare = OPENING.sub("", ABOUT.sub("", asked))
    if META.search(OPENING.sub("", asked)) or is_fragment(bare) or _has_pronoun(bare):
        return True
    if _AND.match(asked) and _joins_on(bare, told):
        return True
    return not names(bare) and _has_no_subject(bare, told)


def _joins_on(question: str, told: str) -> bool:
    """Whether what follows an "and" goes on with the same names, or hardly says what it is about."""
    asked, known = claim(question), claim(told)
    return not names(question) or bool(asked.names & known.words) or len(asked.words - _MEASURES) <= BARE


def is_fragment(question: str) -> bool:
    """Whether it is no whole question: "Why?", "In September?", "Since when?", "And Japan?"."""
    words = question.rstrip(" ?.!").split()
    if not words or len(words) > LONGEST_FRAGMENT or IMPERATIVE.match(question):
        return False
    if words[0].lower() in QUESTION_WORDS or words[0].lower() in AUXILIARIES:
        return not _rest(words)
    return (bool(_FRAGMENT_LEAD.match(question)) and not _is_asking(words)) or not has_verb(question)


def _rest(words: list[str]) -> list[str]:
    """The words after "since when exactly", "how many", "by whom"."""
    light = QUESTION_WORDS | STOP_WORDS | {"exactly", "precisely", "long", "often", "far", "many", "much", "old", "big"}
    return [word for word in words if word.lower().strip(",'’") not in light or word.lower() in _POINTERS]


_POINTERS = frozenset("he she it they him them this that these those there".split())


def _is_asking(words: list[str]) -> bool:
    """Whether it asks a whole question: "in which year did it open"."""
    return any(word.lower() in QUESTION_WORDS for word in words[:3]) and has_verb(" ".join(words))


def _has_pronoun(question: str) -> bool:
    text = _EMPTY_IT.sub(lambda match: "-" * len(match.group()), question)
    pointing = [match for pattern in (_DEMONSTRATIVE, ONE) if (match := pattern.search(text))]
    if any(not _is_explained(text, match.start()) for match in pointing):
        return True
    if any(not is_bound(text, match) for pattern in (_PERSONAL, _POSSESSIVE) for match in pattern.finditer(text)):
        return True
    place, then = _THERE.search(text), _THEN.search(text)
    return bool((place and not names(text[: place.start()])) or (then and not times(text[: then.start()])))


def _is_explained(text: str, at: int) -> bool:
    """Whether something before it can be what "that" or "the other one" means."""
    before = text[:at]
    return bool(names(before) or (things(before) and _NEW_CLAUSE.search(before)))


def _has_owner(text: str, possessive: re.Match[str]) -> bool:
    """Whether "his" has its owner in the question; "of his money, how much did Fenn lose" names him later."""
    if things(text[: possessive.start()]):
        return True
    verb = _AUXILIARY.search(text, possessive.end())
    return bool(verb and names(text[verb.end() :]) and not _AUXILIARY.search(text[: possessive.start()]))


def is_bound(text: str, pronoun: re.Match[str]) -> bool:
    """Whether the pronoun stands for something in the question: not for the subject of its own clause."""
    if _POSSESSIVE.fullmatch(pronoun.group()) and not _OBJECT.match(text, pronoun.start()):
        return _has_owner(text, pronoun)
    before = _PREPOSITION_LAST.sub("", text[: pronoun.start()])
    found = len(things(before))
    if _AUXILIARY_LAST.search(before) and not _NEW_CLAUSE.search(before, len(before.split(maxsplit=1)[0])):
        return False  # "which book did she write"
    if found and _OBJECT.match(text, pronoun.start()) and (found == 1 or not names(before)):
        return bool(_NEW_CLAUSE.search(before, len(before.split(maxsplit=1)[0])))
    return found > 0


def _has_no_subject(question: str, told: str) -> bool:
    """Whether a question without a name says too little to be asked alone."""
    telling, known = claim(question), claim(told).words
    if len(telling.words - _MEASURES) <= BARE:
        return True
    if len(telling.words - known) > MOST_NEW:
        return False
    if _LOOSE.search(question) or _THIS_NOUN.search(question):
        return True
    definite = (thing.said for thing in things(question) if thing.said.split()[0].lower() in {"the", "that", "those"})
    return any(claim(said).words & known for said in definite)
