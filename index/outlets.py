"""Outlets by web host and by the credits that their stories carry, under the names people know them by."""

import re
from urllib.parse import urlsplit

# Abbreviation or name in a credit -> the outlet. Only names that mean nothing else are here: a credit
# in brackets may as well hold a state or a party.
AGENCIES = {
    "ap": "Associated Press",
    "associated press": "Associated Press",
    "the associated press": "Associated Press",
    "reuters": "Reuters",
    "thomson reuters": "Reuters",
    "afp": "AFP",
    "agence france-presse": "AFP",
    "upi": "UPI",
    "bloomberg": "Bloomberg",
    "cnn": "CNN",
    "cnn business": "CNN",
    "bbc": "BBC News",
    "bbc news": "BBC News",
    "ians": "IANS",
    "pti": "PTI",
    "ani": "ANI",
    "yonhap": "Yonhap News Agency",
    "yonhap news agency": "Yonhap News Agency",
    "kyodo": "Kyodo News",
    "kyodo news": "Kyodo News",
    "jiji": "Jiji Press",
    "jiji press": "Jiji Press",
    "xinhua": "Xinhua",
    "dpa": "dpa",
    "efe": "EFE",
    "ansa": "ANSA",
    "tass": "TASS",
    "interfax": "Interfax",
    "ein presswire": "EIN Presswire",
    "pr newswire": "PR Newswire",
    "prnewswire": "PR Newswire",
    "business wire": "Business Wire",
    "globe newswire": "GlobeNewswire",
}

HOSTS = {
    "abc.net.au": "ABC News (Australia)",
    "abcnews.go.com": "ABC News",
    "aljazeera.com": "Al Jazeera",
    "apnews.com": "Associated Press",
    "asahi.com": "The Asahi Shimbun",
    "axios.com": "Axios",
    "bbc.co.uk": "BBC News",
    "bbc.com": "BBC News",
    "bloomberg.com": "Bloomberg",
    "cbsnews.com": "CBS News",
    "channelnewsasia.com": "CNA",
    "cnbc.com": "CNBC",
    "cnn.com": "CNN",
    "dw.com": "DW",
    "economist.com": "The Economist",
    "euronews.com": "Euronews",
    "forbes.com": "Forbes",
    "foxnews.com": "Fox News",
    "france24.com": "France 24",
    "ft.com": "Financial Times",
    "hindustantimes.com": "Hindustan Times",
    "independent.co.uk": "The Independent",
    "indianexpress.com": "The Indian Express",
    "japantimes.co.jp": "The Japan Times",
    "koreaherald.com": "The Korea Herald",
    "koreatimes.co.kr": "The Korea Times",
    "kyodonews.net": "Kyodo News",
    "latimes.com": "Los Angeles Times",
    "mainichi.jp": "The Mainichi",
    "nbcnews.com": "NBC News",
    "news.sky.com": "Sky News",
    "asia.nikkei.com": "Nikkei Asia",
    "npr.org": "NPR",
    "nytimes.com": "The New York Times",
    "politico.com": "Politico",
    "politico.eu": "Politico Europe",
    "reuters.com": "Reuters",
    "scmp.com": "South China Morning Post",
    "straitstimes.com": "The Straits Times",
    "telegraph.co.uk": "The Telegraph",
    "theatlantic.com": "The Atlantic",
    "theguardian.com": "The Guardian",
    "thehill.com": "The Hill",
    "thehindu.com": "The Hindu",
    "theverge.com": "The Verge",
    "theweek.com": "The Week",
    "time.com": "TIME",
    "usatoday.com": "USA TODAY",
    "washingtonpost.com": "The Washington Post",
    "wsj.com": "The Wall Street Journal",
    "yna.co.kr": "Yonhap News Agency",
    "yomiuri.co.jp": "The Yomiuri Shimbun",
}

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}", re.IGNORECASE)


def agency(name: str) -> str | None:
    """The outlet that a credit such as "AP" names."""
    return AGENCIES.get(" ".join(name.split()).casefold())


def outlet(name: str) -> str:
    """The outlet as people name it, given its name or its host."""
    return outlet_of_host(name) or agency(name) or name


def outlet_of_host(host: str) -> str | None:
    """The outlet behind a host name: "edition.cnn.com" is CNN, an unknown host is itself without "www."."""
    if not _HOST.fullmatch(host):
        return None
    bare = host.lower().removeprefix("www.")
    labels = bare.split(".")
    parents = (".".join(labels[start:]) for start in range(len(labels) - 1))
    return next((HOSTS[parent] for parent in parents if parent in HOSTS), bare)


def host_of(url: str) -> str | None:
    """The host in a web address; None for anything that is no http or https address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return host if parts.scheme.lower() in {"http", "https"} else None
