"""Records to show, hostile words to put into them, and what a browser would make of the HTML."""

from datetime import date
from html.parser import HTMLParser

from rag.answer import Answer, ArticleRef, Citation, Passage, PlanWords, QueryPlan, Sentence

HOSTILE = [
    '<img src="http://evil.example/a.png" onerror="alert(1)">',
    "<script>alert(1)</script>",
    "![](http://evil.example/b.png)",
    "[click](javascript:alert(1))",
    "</li></ol></div><iframe src=//evil.example>",
    '" onmouseover="alert(1)',
    "${alert(1)} {{value}} `x`",
    "one\n\n<b>two</b>",
    "&lt;img src=x&gt;",
    "\ud83d",
]
# All that the chat's HTML is made of.
TAGS = frozenset(
    "a article b blockquote button caption details div h1 h2 h3 header li ol p q s section span summary table tbody "
    "td th time tr ul".split()
)


class Page(HTMLParser):
    """What a browser would make of the HTML: its tags, links, hints and text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.links, self.ids, self.titles, self.text = set(), [], [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"}]
        self.ids += [value for name, value in attrs if name == "id"]
        self.titles += [value for name, value in attrs if name == "title"]

    def handle_data(self, data):
        self.text += data


def text_of(html):
    """The text of the HTML, its spaces made plain."""
    return Page(html).text.replace("\N{NO-BREAK SPACE}", " ")


def article(**fields):
    known = {"title": "Ferry line approved", "source": "The Harbour Post", "url": "https://harbour.example/1"}
    rest = {"id": "a1", "authors": (), "published_at": date(2025, 9, 30)}
    return ArticleRef(**{**known, **rest, **fields})


def citation(n=1, verdict="supported", quote="The council said yes.", **fields):
    return Citation(n=n, quote=quote, start=0, end=len(quote), verdict=verdict, article=article(**fields))


def passage(text="The council said yes.", **fields):
    return Passage(article_id="a1", text=text, score=0.5, start=0, end=len(text), article=article(**fields))


def said(text="It was approved.", *citations, verdict="supported", **fields):
    return Sentence(text=text, citations=citations, verdict=verdict, **fields)


def answer(*sentences, **fields):
    given = {"question": "?", "standalone_question": "?", "text": "", "model": "m"} | fields
    return Answer(sentences=sentences, **given)


def plan(text="in August", *states):
    words = [
        PlanWords(text=text, start=n, end=n + 9, kind="outlet", sources=(text, text), state=state)
        for n, state in enumerate(states or ["applied", "relaxed", "overridden"])
    ]
    return QueryPlan(standalone_question="?", words=words)
