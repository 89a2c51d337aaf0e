"""Outlets by web host and by the credits that their stories carry, under the names people know them by."""

import re
from functools import cache
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
    "anadolu": "Anadolu Agency",
    "anadolu agency": "Anadolu Agency",
    "aap": "AAP",
    "pa media": "PA Media",
    "press association": "PA Media",
    "canadian press": "The Canadian Press",
    "the canadian press": "The Canadian Press",
    "belga": "Belga",
    "bernama": "Bernama",
    "antara": "Antara",
    "apa": "APA",
    "ritzau": "Ritzau",
    "ntb": "NTB",
    "europa press": "Europa Press",
    "press trust of india": "PTI",
    "deutsche presse-agentur": "dpa",
    "deutsche welle": "DW",
    "ein presswire": "EIN Presswire",
    "pr newswire": "PR Newswire",
    "prnewswire": "PR Newswire",
    "business wire": "Business Wire",
    "globe newswire": "GlobeNewswire",
}

HOSTS = {
    "9news.com.au": "9News",
    "aa.com.tr": "Anadolu Agency",
    "abc.net.au": "ABC News (Australia)",
    "abcnews.go.com": "ABC News",
    "afp.com": "AFP",
    "ajc.com": "The Atlanta Journal-Constitution",
    "aljazeera.com": "Al Jazeera",
    "apnews.com": "Associated Press",
    "arabnews.com": "Arab News",
    "arstechnica.com": "Ars Technica",
    "asahi.com": "The Asahi Shimbun",
    "asia.nikkei.com": "Nikkei Asia",
    "axios.com": "Axios",
    "bangkokpost.com": "Bangkok Post",
    "bbc.co.uk": "BBC News",
    "bbc.com": "BBC News",
    "bloomberg.com": "Bloomberg",
    "bostonglobe.com": "The Boston Globe",
    "businessinsider.com": "Business Insider",
    "buzzfeednews.com": "BuzzFeed News",
    "cbc.ca": "CBC News",
    "cbsnews.com": "CBS News",
    "channelnewsasia.com": "CNA",
    "chicagotribune.com": "Chicago Tribune",
    "chinadaily.com.cn": "China Daily",
    "cnbc.com": "CNBC",
    "cnn.com": "CNN",
    "corriere.it": "Corriere della Sera",
    "csmonitor.com": "The Christian Science Monitor",
    "ctvnews.ca": "CTV News",
    "dailymail.co.uk": "Daily Mail",
    "dawn.com": "Dawn",
    "denverpost.com": "The Denver Post",
    "dw.com": "DW",
    "economist.com": "The Economist",
    "elmundo.es": "El Mundo",
    "elpais.com": "El País",
    "euronews.com": "Euronews",
    "express.co.uk": "Daily Express",
    "faz.net": "FAZ",
    "forbes.com": "Forbes",
    "fortune.com": "Fortune",
    "foxnews.com": "Fox News",
    "france24.com": "France 24",
    "ft.com": "Financial Times",
    "globalnews.ca": "Global News",
    "globaltimes.cn": "Global Times",
    "haaretz.com": "Haaretz",
    "hindustantimes.com": "Hindustan Times",
    "huffpost.com": "HuffPost",
    "independent.co.uk": "The Independent",
    "indianexpress.com": "The Indian Express",
    "inquirer.com": "The Philadelphia Inquirer",
    "irishtimes.com": "The Irish Times",
    "japannews.yomiuri.co.jp": "The Japan News",
    "japantimes.co.jp": "The Japan Times",
    "joongang.co.kr": "Korea JoongAng Daily",
    "jpost.com": "The Jerusalem Post",
    "koreaherald.com": "The Korea Herald",
    "koreatimes.co.kr": "The Korea Times",
    "kyodonews.net": "Kyodo News",
    "latimes.com": "Los Angeles Times",
    "lefigaro.fr": "Le Figaro",
    "lemonde.fr": "Le Monde",
    "mainichi.jp": "The Mainichi",
    "metro.co.uk": "Metro",
    "miamiherald.com": "Miami Herald",
    "mirror.co.uk": "Daily Mirror",
    "msnbc.com": "MSNBC",
    "nature.com": "Nature",
    "nbcnews.com": "NBC News",
    "ndtv.com": "NDTV",
    "news.cn": "Xinhua",
    "news.sky.com": "Sky News",
    "newsweek.com": "Newsweek",
    "newyorker.com": "The New Yorker",
    "nhk.or.jp": "NHK",
    "npr.org": "NPR",
    "nypost.com": "New York Post",
    "nytimes.com": "The New York Times",
    "nzherald.co.nz": "The New Zealand Herald",
    "pbs.org": "PBS",
    "politico.com": "Politico",
    "politico.eu": "Politico Europe",
    "propublica.org": "ProPublica",
    "qz.com": "Quartz",
    "repubblica.it": "la Repubblica",
    "reuters.com": "Reuters",
    "rfi.fr": "RFI",
    "rnz.co.nz": "RNZ",
    "rt.com": "RT",
    "rte.ie": "RTÉ",
    "scientificamerican.com": "Scientific American",
    "scmp.com": "South China Morning Post",
    "sfchronicle.com": "San Francisco Chronicle",
    "slate.com": "Slate",
    "smh.com.au": "The Sydney Morning Herald",
    "spiegel.de": "Der Spiegel",
    "straitstimes.com": "The Straits Times",
    "sueddeutsche.de": "Süddeutsche Zeitung",
    "swissinfo.ch": "SWI swissinfo.ch",
    "tagesschau.de": "tagesschau",
    "taipeitimes.com": "Taipei Times",
    "techcrunch.com": "TechCrunch",
    "telegraph.co.uk": "The Telegraph",
    "theage.com.au": "The Age",
    "theatlantic.com": "The Atlantic",
    "theglobeandmail.com": "The Globe and Mail",
    "theguardian.com": "The Guardian",
    "thehill.com": "The Hill",
    "thehindu.com": "The Hindu",
    "thejapannews.net": "The Japan News",
    "thestar.com": "Toronto Star",
    "thesun.co.uk": "The Sun",
    "thetimes.co.uk": "The Times",
    "thetimes.com": "The Times",
    "theverge.com": "The Verge",
    "theweek.com": "The Week",
    "time.com": "TIME",
    "timesofindia.indiatimes.com": "The Times of India",
    "timesofisrael.com": "The Times of Israel",
    "usatoday.com": "USA TODAY",
    "usnews.com": "U.S. News & World Report",
    "vox.com": "Vox",
    "washingtonpost.com": "The Washington Post",
    "welt.de": "Die Welt",
    "wired.com": "WIRED",
    "wsj.com": "The Wall Street Journal",
    "xinhuanet.com": "Xinhua",
    "yna.co.kr": "Yonhap News Agency",
    "yomiuri.co.jp": "The Yomiuri Shimbun",
    "zeit.de": "Die Zeit",
}

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}", re.IGNORECASE)
_ARTICLE = re.compile(r"the\s+", re.IGNORECASE)
# What follows an outlet's name where it names its company or advertises itself.
_COMPANY = re.compile(
    r",?\s+(?:inc|llc|ltd|limited|plc|gmbh|corp(?:oration)?|co|s\.?a|s\.?l|b\.?v)\.?$|[\u2122\u00ae]|^@", re.IGNORECASE
)


def agency(name: str) -> str | None:
    """The outlet that a credit such as "AP" names."""
    return AGENCIES.get(" ".join(name.split()).casefold())


def known_outlet(name: str) -> str | None:
    """The outlet that goes by this name, with or without "The": "the guardian" is The Guardian."""
    return _by_name().get(_ARTICLE.sub("", " ".join(name.split()), count=1).casefold())


def outlet(name: str) -> str:
    """The outlet as people name it, given its name or its host."""
    bare = _COMPANY.sub("", " ".join(name.split())).strip() or name
    return outlet_of_host(bare) or agency(bare) or known_outlet(bare) or bare


@cache
def _by_name() -> dict[str, str]:
    return {_ARTICLE.sub("", name, count=1).casefold(): name for name in HOSTS.values()}


def known_host(url: str) -> str | None:
    """The outlet behind an address, if it is one of those in `HOSTS`."""
    labels = (host_of(url) or "").lower().split(".")
    parents = (".".join(labels[start:]) for start in range(len(labels) - 1))
    return next((HOSTS[parent] for parent in parents if parent in HOSTS), None)


def outlet_of_host(host: str) -> str | None:
    """The outlet behind a host name: "edition.cnn.com" is CNN, an unknown host is itself without "www."."""
    if not _HOST.fullmatch(host):
        return None
    bare = host.lower().removeprefix("www.")
    return known_host(f"https://{bare}") or bare


def host_of(url: str) -> str | None:
    """The host in a web address; None for anything that is no http or https address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return host if parts.scheme.lower() in {"http", "https"} else None
