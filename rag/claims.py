"""What a sentence claims: its numbers, its names and its other telling words, in comparable forms."""

import re
from dataclasses import dataclass

STEM_LETTERS = 5  # a word's first letters stand for it: Can et al., JASIST 59(3), 2008 ("F5 stemming")
SHORTEST_PLURAL = 3  # letters; "gas" and "was" are none
_NUMBER_WORDS = {
    word: str(value)
    for value, words in enumerate(
        """
    zero one two/second three/third four/fourth five/fifth six/sixth seven/seventh eight/eighth nine/ninth
    ten/tenth eleven/eleventh twelve/twelfth
    """.split()
    )
    for word in words.split("/")
}
_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?|[^\W\d_]+(?:[.'’][^\W\d_]+)*")
_COUNTED = re.compile(rf"\b(\d[\d,]*(?:\.\d+)?|{'|'.join(_NUMBER_WORDS)})[ -]([a-z]{{3,}})", re.IGNORECASE)
# "Asia-Pacific Economic Cooperation": a name that may be asked for by its initials
_LONG_NAME = re.compile(r"[A-Z][a-z]+(?:(?: of| the| and| for)*[ -][A-Z][a-z]+){2,}")
# These are mostly no counts: they claim no number, but match one. "First" is not even the same as one.
_LOOSE = frozenset({"1", "one", "second", "third"})
SMALL_COUNT = 12  # "which two cities", "the three leaders": a question's small counts tell nothing
# Names that outlets write in several ways: unlike Washington for the United States, these are always the same.
_SYNONYMS = (
    (
        re.compile(r"\bUnited States(?: of America)?\b|\bU\. ?S\.(?: ?A\.)?|\bUSA\b|\bAmericans?\b|\bAmerica\b"),
        "US",
    ),
    (re.compile(r"\bUnited Kingdom\b|\bU\. ?K\.|\bBritain\b|\bBritish\b"), "UK"),
    (re.compile(r"\bEuropean Union\b|\bE\. ?U\."), "EU"),
    (re.compile(r"\bUnited Nations\b|\bU\. ?N\."), "UN"),
    (re.compile(r"\bper cent\b|\bpercent(?:age)?\b"), "%"),
)
STOP_WORDS = frozenset(
    """
    a about above after again all also although am an and any are as at be because been before being between
    both but by can could did do does doing during each either even ever every few for from further had has have
    having he her here hers him his how however i if in into is it its itself just may me might more most much
    must my near neither no nor not of off on once only or other our out over own per said same say says she
    should since so some such than that the their them then there these they this those through to too toward
    towards under until up upon us very via was we were what when where whether which while who whom whose why
    will with within would yet you your article articles according evidence sentence sentences news report
    reports reported
    """.split()
)


@dataclass(frozen=True)
class Claim:
    """The telling words of a text, stemmed."""

    numbers: frozenset[str]
    names: frozenset[str]
    words: frozenset[str]  # all of them: numbers, names and the rest

    def without(self, other: "Claim") -> "Claim":
        """What this text claims that the other does not."""
        return Claim(self.numbers - other.words, self.names - other.words, self.words - other.words)


def claim(text: str) -> Claim:
    """The numbers, names and other telling words of a text."""
    numbers, names, words = set[str](), set[str](), set[str]()
    text = with_one_spelling(text)
    starts_sentence = True
    for match in _TOKEN.finditer(text):
        token = match.group()
        stem = stem_of(token)
        if stem.isdigit() or token[0].isdigit():
            numbers.update({stem} if token.lower() not in _LOOSE else ())
            words.add(stem)
        elif token.lower() not in STOP_WORDS or _is_acronym(token):
            words.add(stem)
            if token[0].isupper() and not starts_sentence:
                names.add(stem)
        starts_sentence = text[match.end() : match.end() + 2] in {". ", "! ", "? ", ".", ": "}
    # A number counts for more beside its unit: "two days" is rather in "a two-day visit" than in "two leaders".
    words.update(f"{stem_of(number)} {stem_of(unit)}" for number, unit in _COUNTED.findall(text))
    words.update(stem_of(re.sub(r"[^A-Z]", "", name)) for name in _LONG_NAME.findall(text))
    return Claim(frozenset(numbers), frozenset(names), frozenset(words))


def with_one_spelling(text: str) -> str:
    """The text with the names and signs that outlets write in several ways written in one."""
    for pattern, name in _SYNONYMS:
        text = pattern.sub(name, text)
    return text


def _is_acronym(token: str) -> bool:
    return len(token) > 1 and token.isupper()  # "US" is no "us"


def stem_of(token: str) -> str:
    """The comparable form of a word or number: 'Korean' -> 'korea', '1,000' -> '1000', 'two' -> '2'."""
    if token[0].isdigit():
        plain = token.replace(",", "")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    word = re.sub(r"['’]s?$", "", token.lower()).replace(".", "")
    if len(word) > SHORTEST_PLURAL and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    return _NUMBER_WORDS.get(word, word[:STEM_LETTERS])


# A government goes by its capital's name, and a question by the other name than the article.
CAPITALS = {
    stem_of(capital): stem_of(country)
    for capital, country in (
        pair.split("/")
        for pair in """
    Washington/US London/UK Brussels/EU Beijing/China Tokyo/Japan Seoul/Korea Pyongyang/Korea Taipei/Taiwan
    Moscow/Russia Kyiv/Ukraine Kiev/Ukraine Paris/France Berlin/Germany Rome/Italy Madrid/Spain Warsaw/Poland
    Ankara/Turkey Tehran/Iran Baghdad/Iraq Damascus/Syria Cairo/Egypt Riyadh/Saudi Delhi/India Islamabad/Pakistan
    Kabul/Afghanistan Hanoi/Vietnam Manila/Philippines Jakarta/Indonesia Canberra/Australia Ottawa/Canada
    Brasilia/Brazil Caracas/Venezuela Pretoria/Africa Nairobi/Kenya
    """.split()
    )
}


def missing_names(asked: Claim, given: frozenset[str]) -> frozenset[str]:
    """The names asked about that the given words do not hold, nor by their country's name."""
    return frozenset(name for name in asked.names if name not in given and CAPITALS.get(name) not in given)


def is_spelled_out(name: str, text: str) -> bool:
    """Whether the text has words in a row that a name is the initials of: "PM" is the prime minister.

    >>> is_spelled_out("pm", "Japan's prime minister left."), is_spelled_out("pm", "The minister is prime.")
    (True, False)
    """
    words = r"\w*[\s-]+".join(map(re.escape, name))
    return 1 < len(name) <= STEM_LETTERS and bool(re.search(rf"\b{words}\w", text, re.IGNORECASE))


def missing_numbers(asked: Claim, given: frozenset[str]) -> frozenset[str]:
    """The numbers asked about, small counts aside, that the given words do not hold."""
    return frozenset(number for number in asked.numbers - given if float(number) > SMALL_COUNT)


def coverage(wanted: frozenset[str], given: frozenset[str]) -> float:
    """The share of the wanted words that are given; 1 where none is wanted."""
    return len(wanted & given) / len(wanted) if wanted else 1.0
