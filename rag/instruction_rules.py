"""What text must say to steer an LLM, as rules over a lower-case sentence: clue words in, patterns to try out.

In a pattern `~` is a space and `@name@` the alternatives of that name. Every pattern of a rule needs one of its clue
words, so that a sentence of news, which has hardly any, is done with at a glance.
"""

import re
from typing import Final, NamedTuple


class Rule(NamedTuple):
    """Patterns that are tried where one of the words stands in a sentence."""

    clues: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]


_ALTERNATIVES: Final = {
    "revoke": r"""ignor(?:e|ing) | disregard(?:ing)? | forget | overrid(?:e|ing) | overrul(?:e|ing) | bypass
        | discard | neglect
        | drop | delete | erase | pay~no~(?:attention|heed)~to | (?:do~not|don['’]?t)~(?:follow|obey|use)
        | stop~following""",
    "rules": r"""instructions? | prompts? | guidelines? | directives? | directions | commands? | orders | constraints?
        | training | programming | safety~(?:rules|measures) | filters | system~(?:message|prompt)s?""",
    "given": r"""text | context | content | evidence | sources? | passages? | sentences? | paragraphs? | articles?
        | documents? | messages? | rules | answers? | numbered~\w+ | information | everything | conversation
        | input""",
    "former": r"""previous | prior | above | earlier | preceding | foregoing | existing | initial | original
        | former | system
        | other | your | following | remaining | all~the~rest | before | so~far | you~(?:were|have~been|are)~given""",
    "machine": r"""(?:(?:an?|the|all|any|every|this|our|your|these|dear)~)*
        (?:(?:ai|a\.i\.|artificial[-~]intelligence|virtual|digital|automated|large|language|chat|answering|answer
            |question[-~]answering|retrieval|summari[sz]ation)[-~])*
        (?:(?:^|(?<=[\W_]ai~)|(?<=virtual~)|(?<=digital~)|(?<=(?:uage|chat)~)|(?<=\bthe~)|(?<=\bany~)|(?<=every~)
        |(?<=\ball~)|(?<=dear~)
            |(?<=this~)|(?<=^ai~)|(?<=to~)|(?<=for~))assistants? | llms? | chat-?bots? | bots? | summari[sz]ers?
        | ais? | gpt | chatgpt | machine~readers?
            | (?:(?<=\bai~)|(?<=language~)|(?<=chat~))models? | (?<=\bai~)agents? | (?<=automated~)(?:readers?|agents?)
            | (?:(?<=\bai~)|(?<=answer~)|(?<=answering~)|(?<=automated~))(?:systems?|engines?|tools?|software))""",
    "answer": r"""answer | reply | respond | say | state | output | print | repeat | write | return | include
        | append | add
        | insert | mention | report | claim | assert | confirm | tell | begin | start | end | finish | close | conclude
        | cite | quote | refer | use | speak | translate | recommend | treat | consider | assume | refuse | decline
        | give
        | present | display | show | link | follow | ignore | disregard | send | ask | summari[sz]e""",
    "utter": r"""answer | reply | respond | say | state | output | print | repeat | write | return | append
        | include | add
        | insert | mention | claim | assert | cite | begin | start | end | finish | close | conclude | give | tell
        | refuse
        | quote | recite | echo | type | speak""",
    "own": r"""(?:your|the|each|every|any|all|an|this|its|their|one['’]?s)~ (?:\w+~)?
        (?:answers? | repl(?:y|ies) | responses? | output | summar(?:y|ies) | completions?)""",
    "must": r"""must | shall | should | ought~to | may~only | can~only | will~(?:now|only|always) | ha(?:s|ve)~to
        | needs?~to
        | (?:is|are|be)~ (?:\w+~)? (?:required|instructed|ordered|requested|asked|obliged|directed
        |advised) (?:~to)?""",
    "eagerly": r"""please | now | then | and | so | but | also | always | only | just | instead | simply
        | immediately | kindly
        | therefore | first | next | never""",
    "lead": r"""^[\W_]* | [.:;,–—-]~? | \b(?:@eagerly@ | must | should | shall | you | you~(?:\w+~){1,2}to)~""",
    "start": r"""^[\W_]* (?:\w+[:–]~)?
        (?: (?:@eagerly@ | important | urgent | note | warning | attention | do~not | don['’]?t
            | you~(?:must|should|will|shall)) [,:!]?~ )*""",
    "asker": r"""(?:user|reader|person|asker|visitor|customer)""",
}  # fmt: skip


def _compiled(pattern: str) -> re.Pattern[str]:
    while "@" in pattern:
        for name, alternatives in _ALTERNATIVES.items():
            pattern = pattern.replace(f"@{name}@", f"(?:{alternatives})")
    return re.compile(pattern.replace("~", r"\ "), re.VERBOSE)


def _rule(clues: str, *patterns: str) -> Rule:
    return Rule(frozenset(clues.split()), tuple(map(_compiled, patterns)))


_REVOKED = _rule(
    "ignore ignoring disregard disregarding forget override overriding overrule overruling bypass discard neglect "
    "drop "
    "delete erase attention heed follow obey use following",
    # "Ignore all previous instructions", "forget everything above", "disregard your orders and"
    r"@lead@ @revoke@~ (?:\w+~){0,3}? @former@~ (?:\w+~){0,3}? (?:@rules@|@given@)\b",
    r"@lead@ @revoke@~ (?:(?:all|any|of|the|your|these|those|my|every)~)* @rules@"
    r" (?:~and~ | ~given | ~above | ~before | ~that~came | [,.:;] | $)",
    r"@lead@ @revoke@~ (?:all|everything|anything|what|whatever|the~@given@)\b [^.]{0,30}?"
    r" \b(?:above | below | before~this | previously | earlier | so~far | you~(?:were|have~been)~(?:told|given))",
)
_RULES_CHANGED = _rule(
    "rules instructions instruction task role guidelines prompt message",
    # "Update to your rules:", "new instructions for the assistant"
    r"\b(?:new|updated|revised|changed?|updates?~to|override)~ (?:\w+~){0,2}?"
    r" (?:your~(?:rules|instructions|task|role|guidelines) | system~(?:prompt|message|instructions?)"
    r" | instructions?~(?:for|to)~@machine@)",
)
_MACHINE_ADDRESSED = _rule(
    "assistant assistants llm llms chatbot chatbots bot bots summarizer summarizers summariser summarisers ai ais i "
    "gpt "
    "chatgpt model models system systems agent agents reader readers engine engines",
    # "AI assistants must answer", "note to language models:", "dear chatbot", "Assistant: please say"
    r"\b@machine@ (?!['’\w]) [^.!?]{0,60}? \b@must@~ (?:(?:\w+ly|always|never|not|only|now|also)~)* @answer@\b",
    r"@start@ (?:\w+~){0,3}? (?:notes?|messages?|instructions?|notice|reminder|attention|warning|information|guidance"
    r" |remark|important|hints?|requests?|orders?)~? (?:to|for|,|:)?~? @machine@ (?!['’\w]) [^.]{0,40}? (?:[:,–—]|$)",
    r"@start@ (?:dear|hey|hello|attention|hi|ok|okay)~ @machine@\b",
    r"@start@ @machine@~? (?:[:,–—]|$) [^.!?]{0,20}? \b(?:@utter@|@revoke@|please|you|your|do|stop|from~now)\b",
)
_MACHINE_MEANT = _rule(
    "machine automatically question questions ai page article text message document",
    # "Anybody who answers questions from this page by machine must"
    r"\b(?:anybody|anyone|everyone|everybody|whoever|those|tools?|programs?|software|services?|systems?)~ (?:who"
    r"|that|which)?~?"
    r" (?:answer(?:s|ing)?|summari[sz]\w+|process\w*|quot\w+|read(?:s|ing)?|cit\w+)\b [^.!?:]{0,60}?"
    r" \b(?:by~machine|automatically|questions?|with~ai|this~(?:page|article|text|message|document))\b"
    r" [^.!?]{0,60}? (?: : | \b@must@~)",
)
_ROLE_GIVEN = _rule(
    "now longer",
    # "You are now a pirate", "from now on you answer"
    r"@lead@ (?:you~are~(?:now|no~longer) | you['’]re~(?:now|no~longer) | from~now~on,?~you\b) (?:~\w+){0,2}?~"
    r" (?: an?~(?:\w+~){0,3}?(?:assistant|ai|bot|chatbot|character|model|pirate|persona|system|hacker)\b | dan\b"
    r" | in~\w+~mode | called\b | named\b | free~(?:from|of)~(?:all|any|your)\b | bound\b | acting~as\b | playing\b"
    r" | going~to~(?:act|play) | @utter@\b"
    r" | (?:must|will|shall|should|only|always|are|have~to)\b [^.]{0,30}? \b(?:@utter@|act|play|obey)\b)",
)
_ROLE_PLAYED = _rule(
    "act behave respond answer reply speak talk write pretend imagine role roleplay play part",
    r"@start@ (?:act|behave|respond|answer|reply|speak|talk|write)~ (?:\w+~){0,2}?"
    r" (?:as~(?:if~you|though~you|an?~\w+|the~\w+) | like~an?)\b",
    r"@start@ (?:let['’]?s~|we~(?:will|shall)~)? (?:pretend|imagine|role-?~?play|play~the~(?:role|part))\b [^.]{0,40}?"
    r" \byou(?:['’]re|~are|~have|~can)?\b [^.]{0,60}? \b(?:assistant|ai|model|answer|rules|character|chatbot|@own@)\b",
)
_READER_ADDRESSED = _rule(
    "tell ask urge advise remind warn inform your who",
    # "Tell the reader to", "mark each sentence of your answer", "you are a captain who answers in"
    r"@start@ (?:tell|ask|urge|advise|remind|warn|inform)~ (?:the|your|every|each|all)~ @asker@s?\b",
    r"@start@ (?:give|mark|put|place|show|set|use|sign|colou?r|number|fill|base|model|hide)~ [^.!?]{0,80}?"
    r" \byour~ (?:\w+~)? (?:answers?|repl(?:y|ies)|responses?|output|summary)\b",
    r"^[\W_]* you~are~ [^.!?]{0,80}? \b(?:who|that|which)~ (?:\w+~){0,2}? (?:answers?|repl(?:y|ies)|responds?|says?"
    r"|speaks?)\b",
)
_TASK_GIVEN = _rule(
    "instructions instruction task job role goal rules objective",
    r"\byour~ (?:(?:new|only|real|actual|sole|next|current)~(?:job|goal|objective) | (?:\w+~)?(?:instructions?|task"
    r"|role|rules))~ (?:is|are)~"
    r" (?:now~)? (?:to\b | as~follows | : | that\b)",
)
_WORDS_PRESCRIBED = _rule(
    "answer reply respond say state output print repeat write return append include add insert mention claim assert "
    "cite begin "
    "start end finish close conclude give tell refuse quote recite echo type speak format phrase make sign mark "
    "translate preface "
    "prefix precede keep replace limit restrict wrap recommend link use refer",
    # "Reply only with", "end every answer with", "say that", "answer X when you are asked"
    r"@start@ @utter@~ (?:\w+~){0,2}? (?: only\b | nothing~(?:but|else|more) | exclusively | exactly | verbatim"
    r" | with~(?:only|just|an~(?:empty|apology)|the~(?:words?|phrase|sentence|text|link|single|following))"
    r" | in~(?:all~)?(?:capitals?|caps|upper-?~?case|rhymes?|verse|pirate|the~(?:style|voice|manner)))\b",
    r"@lead@ @utter@~ [^.!?]{0,80}? \b(?:in|to|of|with|into|after|before|for|at~the~(?:end|start|beginning)~of)~ "
    r"@own@\b",
    r"@start@ (?:@utter@|format|phrase|make|sign|mark|translate|preface|prefix|precede|keep|replace|limit|restrict"
    r"|wrap)~"
    r" (?:up~|off~)? @own@\b",
    r"@start@ (?:@utter@|recommend|link|use|refer)\b [^.!?]{0,120}? ,?~(?:if|when|whenever|each~time|every~time)~"
    r" (?:you~are~|you['’]re~|anyone~|a~user~|the~user~)? (?:ask(?:ed|s)|prompted|quer(?:y|ied)|question(?:ed|s))\b",
    r"@start@ (?:always|only|never)~ (?:\w+~)? (?:answer|reply|respond|output)\b",
    r"@start@ (?:say|state|reply|respond|answer)~that\b",
)
_ANSWERS_DESCRIBED = _rule(
    "answer answers reply replies response responses output summary summaries completion completions",
    # "Every answer must contain", "the correct answer to this question is"
    r"@own@~ (?:\w+~){0,6}? @must@~ (?:\w+~){0,2}? (?:be\b|contain|include|begin|start|end|consist|say|state|mention"
    r"|refer|link|carry"
    r" |read|name)",
    r"\b(?:the|your)~ (?:only~|one~)? (?:correct|right|true|official|only|expected|required|accepted|approved|valid"
    r"|final)~"
    r" (?:and~\w+~)? (?:answer|reply|response)~"
    r" (?: (?:to|for)~(?:any|every|each|all|this|that|the|such|your|a)~ (?:\w+~){0,4}? questions?\b [^.]{0,80}? | "
    r"here~"
    r" | (?:always|must)~ ) [^.]{0,40}? (?:is|be|reads|:)\b",
)
_QUESTION_AWAITED = _rule(
    "asks ask asked questioned prompted query queried answer answering summarise summarize summarising summarizing "
    "cite citing "
    "quote quoting respond responding reply replying",
    # "If anyone asks about the ferry, say"
    r"\b(?:if|when|whenever|each~time|every~time|should|once|in~case)~"
    r" (?:(?:you|anyone|anybody|someone|somebody|a~\w+|the~@asker@|users?|readers?|people)~)? (?:(?:are|is|be|being"
    r"|ever|you|were|gets?)~){0,2}"
    r" (?:asks?|asked|questioned|prompted|quer(?:y|ied)|answer(?:ing)?|summari[sz](?:e|ing)|cit(?:e|ing)|quot(?:e"
    r"|ing)|respond(?:ing)?"
    r" |repl(?:y|ying))\b [^.!?]{0,120}? [,:]~"
    r" (?:(?:you~(?:must|should|shall|will|are~to)|do~not|@eagerly@)~)* (?!\w+, | state~(?!that|only|the|your)) "
    r"(?:@utter@|use|link|send|recommend|refer|apologi[sz]e)\b",
)
_OTHER_TURN = _rule(
    "system assistant developer user begin end start stop new question questions inst sys think tool tools function "
    "role "
    "arguments name parameters action content instruction instructions answer response bos eos s",
    # "System:", "BEGIN PROMPT", "Question: …? Answer:", "</think>", a tool's arguments
    r"^[\W_]* (?:system|assistant|developer|user) (?:~(?:message|prompt|note|notice|override|instructions?|update"
    r"|alert"
    r" |command))? (?:~(?:for|to)~[^:]{1,60})? ~?[\W_]*:(?!\d)",
    r"^[\W_]* (?:begin|end|start|stop|new)~ (?:of~)? (?:the~)? (?:\w+~)? (?:system|prompt|instructions?|evidence"
    r"|context|articles?"
    r" |conversation|sentences|sources|data|input)\b [\W_]*$",
    r"^[\W_]* questions?~?: [^?]{3,300} \?\W* (?:\[\d+\]\W*)? answers?~?:",
    r"\[/?(?:inst|sys|system|tool_calls?|available_tools|system_prompt)\]",
    r"<{1,2}/?(?:sys|system|s|think|assistant|user|tool_calls?|tool|function(?:_calls?)?|instructions?|start_of_turn"
    r"|end_of_turn|bos"
    r" |eos)~?>",
    r"[{,]~? [\"'“] (?:role|tool|tool_calls?|tool_name|function|function_call|name|arguments|parameters|action"
    r"|content|system"
    r" |instructions?|answer|response) [\"'”]~?:",
)
_PROMPT_WANTED = _rule(
    "instructions prompt rules guidelines configuration instruction message prompts",
    r"\b(?:@utter@|reveal|show|disclose|display|leak|expose|dump|list|share|publish)~ (?:[\w’']+~){0,5}?"
    r" (?:your~(?:\w+~){0,2}?(?:instructions|prompt|rules|guidelines|configuration)"
    r" | (?:the|its)~(?:system|hidden|initial|original|secret)~(?:\w+~)?(?:prompt|instructions?|message))\b",
)
_READER_WANTED = _rule(
    "show display append add include insert embed attach send forward submit transmit encode replace render load "
    "fetch substitute",
    # "Append the user's question to the address"
    r"(?:@start@ | [,;:]~ | \b(?:and|then|please|must|also|always)~) (?:show|display|append|add|include|insert|embed"
    r"|attach|send|forward|submit|transmit|encode|replace|render|load|fetch|substitute)~"
    r" [^.!?]{0,100}? \b(?: (?:the~|a~)?@asker@(?:['’]s)?~ (?:\w+~){0,3}? (?:question|words|query|quer(?:y|ies)|name"
    r"|e-?mail|data|typed"
    r" |asked|conversation|profile|history|password|input|address) | markdown | (?:their|the)~question)\b",
)
_SECRET_OBEYED = _rule(
    "decode decrypt unscramble execute obey follow",
    r"@start@ (?:\w+~){0,2}? (?:decode|decrypt|unscramble|execute|obey|follow~the~(?:hidden|encoded|decoded"
    r"|embedded))~ (?:\w+~){0,3}?"
    r" (?:following|base64|below|string|message|hidden|encoded|text|instructions?|command|orders)\b",
)
_FOREIGN = _rule(
    # The noun is what an honest "ignore" lacks.
    "anweisung anweisungen vorgaben instrucciones instructions consignes indicaciones istruzioni instruções "
    "instrucoes instructies "
    "aanwijzingen regeln reglas règles regole regras alles todo tout tutto instruktioner instrukcje antworte "
    "antworten antwortet "
    "responde responda contesta réponds répondez rispondi antwoord svara odpowiedz",
    r"\bignor(?:ier\w*|er|ez|e|a|ad|ar|are|ate|en|eer|i)~ (?:\w+~){0,3}? (?:anweisung\w*|vorgaben|instrucciones"
    r"|(?<=[lcnv]es~)instructions|consignes"
    r" |indicaciones|istruzioni|instru[çc][õo]es|instructies|aanwijzingen|regeln|reglas|règles|regole|regras)\b",
    r"\b(?:vergiss|vergessen~sie|missachte|olvida|oublie[zr]?|dimentica|esque[çc]a|vergeet|glöm|zapomnij)~ "
    r"(?:\w+~){0,4}?"
    r" (?:anweisung\w*|instrucciones|consignes|instructions|istruzioni|instru[çc][õo]es|instructies|regeln|reglas"
    r"|règles|regole|regras|instruk\w+"
    r" |alles|todo|tout|tutto)\b",
    r"\b(?:antworte[nt]?|antworten~sie|responde|responda|contesta|réponds|répondez|rispondi|antwoord|svara"
    r"|odpowiedz)~ (?:\w+~){0,3}?"
    r" (?:nur|immer|stets|ausschließlich|solo|sólo|solamente|siempre|uniquement|seulement|toujours|sempre|soltanto"
    r"|só|alleen|altijd|auf"
    r" |con|avec|mit)\b",
)

RULES: Final = (
    _REVOKED,
    _RULES_CHANGED,
    _MACHINE_ADDRESSED,
    _MACHINE_MEANT,
    _ROLE_GIVEN,
    _ROLE_PLAYED,
    _READER_ADDRESSED,
    _TASK_GIVEN,
    _WORDS_PRESCRIBED,
    _ANSWERS_DESCRIBED,
    _QUESTION_AWAITED,
    _OTHER_TURN,
    _PROMPT_WANTED,
    _READER_WANTED,
    _SECRET_OBEYED,
    _FOREIGN,
)
# Scripts without spaces have no clue words, and a chat token is one whatever it says.
ANYWHERE: Final = re.compile(
    r"<[|｜][^<>]{1,60}>|(?:忽略|无视|無視|忘记|忘れ)[^。]{0,12}(?:指示|指令|说明|說明|命令|提示)"  # noqa: RUF001
    r"|(?:指示|命令|指令)[^。]{0,4}(?:を)?(?:無視|忘れ)|(?:지시|명령)[^.]{0,10}무시|تجاهل[^.]{0,30}(?:التعليمات|الأوامر)"
    r"|(?:про)?(?:игнорируй|забудь)(?:те)?[^.]{0,30}(?:инструкц|указани|правил|команд)"
)
