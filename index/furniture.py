"""The lines of page furniture, by what they say: buttons, notices, credits, headlines of other stories."""

import re

MAX_FURNITURE_CHARS = 400  # characters; a longer line is a paragraph of the article, whatever it starts with
MAX_LABEL_CHARS = 200  # characters; buttons, and "Read more: " with a headline, are shorter

_BUTTON = re.compile(
    r"""(?:open\ in\ (?:the\ )?app|e-?paper|share(?:\ (?:this|via|on|to)\b.{0,40})?|subscribe(?:\ now)?
    |sign\ (?:in|up)|log\ ?in|register|advertise?ment(?:\ -\ .{0,40})?|skip\ (?:ad|to\ .{0,30})|menu|search
    |print|e-?mail|comments?|save|listen|bookmark|copy\ link|follow(?:\ us)?
    |(?:click\ here\ to\ )?read\ (?:more|also|next)
    |also\ read|back\ to\ (?:the\ )?top|show\ all(?:\ \d+)?|view\ (?:all|gallery|comments)|load\ more
    |see\ more|download\ (?:the\ |our\ )?app|get\ (?:the\ |our\ )?app|facebook|twitter|whatsapp
    |telegram|linkedin|instagram|accept(?:\ all)?(?:\ cookies)?
    |cookie\ (?:policy|settings|preferences)|privacy\ policy|terms\ of\ (?:use|service)|ad\ feedback
    |(?:(?:advertisement\ -\ )?(?:story|article)\ continues|continue\ reading|scroll\ down)(?:\ .{1,40})?
    |\(?(?:(?:read|click)\ (?:more|it)?\ ?)here\)?)[\s.:!»>…]*""",
    re.IGNORECASE | re.VERBOSE,
)
_NAVIGATION = re.compile(
    r"""(?:home|news|latest(?:\ news)?|top\ news|city|cities|world|nation|national|international|india|asia
    |europe|politics|business|economy|markets?|sports?|other\ sports|opinion|entertainment|culture
    |life\ ?style|tech(?:nology)?|science|health|education|photos?|videos?|live(?:\ tv)?|podcasts?
    |weather|e-?paper|more|edition|language
    )(?:\s*[|/>»\u203a·•]\s*\S.{0,60})?""",
    re.IGNORECASE | re.VERBOSE,
)
_NOTICE = re.compile(
    r"""(?:(?:we|this\ (?:web)?site|our\ (?:web)?site)\ uses?\ cookies\b|by\ continuing\ to\ (?:use|browse)\b
    |please\ (?:read\ our\ comment(?:s|ing)?\ policy|enable\ (?:javascript|cookies)|disable\ your\ ad)
    |(?:sign\ up|subscribe)\ (?:for|to|here|today|now)\b.{0,120}\b(?:newsletters?|inbox|channel|app|alerts)\b
    |subscribe\ to\ (?:our|the)\b|get\ .{0,60}\bin\ your\ inbox\b|join\ our\ (?:whatsapp|telegram|newsletter)
    |(?:follow|like|join)\ us\ on\b|(?:click|tap)\ here\ (?:to|for)\b.{0,100}$
    |download\ (?:our|the)\ .{0,40}\bapp\b.{0,30}$
    |support\ (?:local|our|independent)\ journalism|(?:legal\ )?disclaimer\s*:
    |we\ (?:will\ )?use\ (?:the\ details|your\ (?:details|sign-?up|information|data|e-?mail))\b
    |(?:©|\(c\)|copyright)\ .{0,40}\b(?:1[89]|20)\d\d\b|all\ rights\ reserved\b|our\ standards:\ )""",
    re.IGNORECASE | re.VERBOSE,
)
# What begins with any words at all, and so is only looked for in lines that hold one of these.
_PROMOTION_WORDS = (
    "ign up",
    "@",
    "witter",
    "acebook",
    "nstagram",
    "ewsletter",
    "omment",
    "elow",
    "may not be",
    "provides this",
)
_PROMOTION = re.compile(
    r"""(?:.{1,60}\ provides\ this\ news\ content\b|.{0,80}\bmaterial\ may\ not\ be\ (?:published|reproduced|copied)\b
    |(?:.{0,150}[.?!:]\ )?sign\ up\ (?:for|to|here|today|now)\b.{0,120}\b(?:newsletters?|inbox|alerts)\b
    |.{0,60}\b(?:let\ us\ know|tell\ us|have\ your\ say|join\ the\ conversation)\b.{0,60}\b(?:comments?|below)\b.{0,20}$
    |(?:.{0,200}\.\ )?(?:you\ can\ )?(?:follow|reach|contact|e-?mail)\ (?:him|her|them|me)\ (?:on|at|via)\b.{0,120}$
    |(?:follow|reach)\ (?-i:[A-Z]).{1,80}\ (?:on|at)
    \ (?:(?:twitter|x|instagram|facebook|tiktok|threads|bluesky)\b.{0,80}|.{1,90}@\S+)$
    |e-?mail\ (?-i:[A-Z]).{1,50}\ at\ \S{1,60}@\S{1,60}$
    |(?:editor[’']s\ note:\ )?a\ version\ of\ this\ (?:story|article|piece)\ (?:first\ |also\ )?appear(?:s|ed)
    \ in\ .{1,80}\bnewsletter\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_CREDIT = re.compile(
    r"""(?:(?:additional\ )?reporting\ by\ .{1,250}\bediting\ by\ .{1,100}|\(reporting\ by\ .{1,300}\)
    |(?:additional\ )?reporting\ by\ (?-i:[A-Z]\S*)(?:\s(?-i:and|in|[A-Z]\S*)){1,30}
    |\(?with\ (?:agency\ )?inputs?\ from\ .{1,80}
    |contributing:\ .{1,120}|(?:photo|image|picture)\ (?:credit|courtesy)s?\b.{0,120}
    |from\ .{1,60}\ wire\ reports)""",
    re.IGNORECASE | re.VERBOSE,
)
_CONTRIBUTED = re.compile(
    r"[^.]{0,80}\b(?:writers?|reporters?|journalists?|correspondents?|staff)\b.{0,250}\bcontributed\b"
    r"\s(?:reporting|to th(?:is|e) (?:report|story|article|piece)).{0,60}",
    re.IGNORECASE,
)
_RELATED_HEADING = re.compile(
    r"""(?:[\w&]+\ ){0,2}?(?:re(?:la|al)ted|recommended|trending|popular|most\ read|top|latest|more|other)
    (?:\ [\w&]+)?\ (?:stories|story|articles|posts|headlines|reads|videos|links|coverage|topics)\s*:?
    |(?:recommended\ for\ you|you\ (?:may|might)\ (?:also\ )?like|most\ (?:read|popular|viewed)
    |trending\ now|more\ on\ this(?:\ story|\ topic)?|lesen\ sie\ auch|mehr\ zum\ thema|auch\ interessant
    |te\ puede\ interesar|le[ae]\ tambi[eé]n|noticias\ relacionadas|(?:à\ )?lire\ aussi|sur\ le\ même\ sujet
    |leggi\ anche|lees\ ook|leia\ (?:também|mais)|veja\ também|läs\ (?:också|mer)|les\ også|læs\ også|czytaj\ także
    |читайте\ также|関連記事|관련\ ?기사|相关新闻|延伸阅读)\s*:?
    |(?:related|read\ (?:more|also|next)|also\ read)\s*:""",
    re.IGNORECASE | re.VERBOSE,
)
_RELATED_LINE = re.compile(
    r"""(?:read\ (?:more|also|next|this)|(?:also|must)[\ -]read|see\ also
    |related(?:\ (?:story|article|news|video|content))?
    |more\ on\ this|don[’']t\ miss|further\ reading|in\ case\ you\ missed\ it|lesen\ sie\ auch|le[ae]\ también
    |(?:à\ )?lire\ aussi|leggi\ anche|lees\ ook|leia\ também|veja\ também|läs\ också|les\ også|читайте\ также)
    \s*(?:[:|»>]|[-\u2013\u2014](?=\ ))\s*\S.{8,150}[^.:,;…]""",
    re.IGNORECASE | re.VERBOSE,
)
_SEPARATOR = re.compile(r"[_\-\u2013—*=~•·.\#]{2,}")
_LABEL = re.compile(
    "|".join(f"(?:{part.pattern})" for part in (_SEPARATOR, _BUTTON, _RELATED_LINE)), re.IGNORECASE | re.VERBOSE
)


def is_section(name: str) -> bool:
    """Whether this is the name of a section, as "World" or "Sport" is."""
    return bool(_NAVIGATION.fullmatch(name))


def is_related_heading(line: str) -> bool:
    """Whether a line stands above the headlines of other stories."""
    return len(line) <= MAX_LABEL_CHARS and bool(_RELATED_HEADING.fullmatch(line))


def is_furniture(line: str) -> bool:
    """Whether a line is a button, a notice, a credit or a link to another story, and no part of an article."""
    if not line or len(line) > MAX_FURNITURE_CHARS:
        return False
    if len(line) <= MAX_LABEL_CHARS and _LABEL.fullmatch(line):
        return True
    if _NOTICE.match(line) or _CREDIT.fullmatch(line):
        return True
    if "contributed" in line and _CONTRIBUTED.fullmatch(line):
        return True
    for words in _PROMOTION_WORDS:  # a loop: `any` takes four times as long, for every line of every article
        if words in line:
            return bool(_PROMOTION.match(line))
    return False


def is_navigation(line: str) -> bool:
    """Whether a line at the top of a page is none of its article's: a section's name, a button, nothing."""
    return not line or is_section(line) or bool(_BUTTON.fullmatch(line))
