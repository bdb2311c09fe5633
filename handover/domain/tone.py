"""Tone of a visitor's message: a simple measure, meant to show a turn for the worse, not to judge a person.

It starts at 0. Each abuse or outrage takes 0.7, each word of displeasure 0.4, each glad one gives 0.4; three
exclamation marks take 0.2; shouting (most of a longer text in capitals) takes 0.3. The sum is kept within -1 and 1.
It knows no irony and no context: a complaint in plain words is one by its topic, not by its tone.

Words that are often meant otherwise ("dumm", "Schrott", "joke") count only beside what they are thrown at.
`tests/unit/handover/test_tone.py` holds how often it is right and how often it cries wolf.
"""

from __future__ import annotations

import re

_OUTRAGE = re.compile(
    # outrage
    r"\b(?:unverschämt\w*|frechheit\w*|skandal\w*|inakzeptab\w*|lächerlich\w*|unerhört\w*|zumutung\w*|sauerei"
    r"|schweinerei|stinksauer|wütend|wutentbrannt"
    r"|unter aller (?:sau|kanone|würde)|nie wieder (?:bei|etwas|was|bestell|kauf)\w*|nie mehr bei|schnauze voll"
    r"|schäm(?:t|en)? (?:euch|sich|dich)|schämen|danke für nichts"
    r"|(?:ein|schlechter|der) witz\b(?! ge)|mir reicht'?s|das reicht jetzt|über den tisch gezogen|abzock\w*"
    r"|betrüger\w*|saftladen|unfähig\w*"
    r"|outrag\w*|unacceptable|ridiculous|disgrac\w*|scandalous|appalling\w*|disgust\w*|furious|livid|fuming"
    r"|laughable|pathetic|shambles|atrocious"
    r"|never again|never (?:order|buy|shop)ing\w*|ashamed|thanks for nothing|beneath contempt"
    r"|sick (?:and tired )?of|(?:is|are|what) a (?:complete |bad |total )?joke|impertinen\w*"
    r"|rip(?:ping|ped)?[ -](?:\w+ )?off|scammers?|crooks?|fraudsters?|incompetent"
    # abuse
    r"|\w*schei(?:ß|ss)\w*|beschissen\w*|kack\w*|\w*arsch(?:loch|löcher|geige)\w*|verarsch\w*|(?:voll)?idiot\w*"
    r"|trottel\w*|(?<!ich )depp\w*|blödmann|hurensohn\w*|wichser\w*|hirnlos\w*"
    r"|(?<!und )dämlich\w*|nutzlos\w*|drecks\w+|mist(?:ding|laden|stück|kerl)\w*|fick\w*|verpiss\w*|leck mich"
    r"|geh sterben|ihr könnt mich|(?:dein|das|halts?|halt's|die) (?:maul|fresse|klappe)"
    r"|idiots?|morons?|(?:bull)?shit\w*|crap\w*|\w*fuck\w*|fck\w*|assholes?|arsehole\w*|bastards?|dimwit\w*"
    r"|retard\w*|brainless|useless|piss off|screw you|go to hell"
    r"|damn you|shut (?:up|your)|sucks?\b|(?:i )?hate (?:you|this|it|your)|garbage (?:bot|service|company)|(?:is"
    r"|are|thing is) garbage|rubbish (?:bot|service|company)|this rubbish)\b"
    # what is thrown at somebody
    r"|\b(?:du|ihr|sie|bist|seid|sind|so|echt|zu|völlig|total|der|euer|dein|ihr)\s(?:(?:bist|seid|sind|ist|ein|so"
    r"|echt|doch|ja|bot|chatbot)\s){0,3}(?:dumm|blöd|doof|behindert)\b"
    r"|\b(?:dumm|blöd|doof)(?:e|er|es)\s(?:bot|chatbot|ding|maschine|kiste|computer|verein|laden|programm|assistent)\b"
    r"|\b(?:so ein|was für ein|son|nur noch)e?n?\s(?:absoluter\s)?(?:schrott|mist|scheiß|dreck|drecks?laden|laden"
    r"|verein|haufen)\b"
    r"|\b(?:you|you're|are|is|so|this|what a|fucking)\s(?:(?:are|is|so|really|all|just|bot"
    r"|chatbot)\s){0,3}(?:stupid|dumb|thick)\b"
    r"|\b(?:stupid|dumb)\s(?:bot|chatbot|machine|thing|computer|company|people|assistant|idiots?)\b"
    r"|\b(?:du|ihr|sie)\snerv(?:st|t|en)\b|\b(?:worst|terrible|awful|schlechteste[rn]?"
    r"|schlimmste[rn]?)\s(?:chat)?(?:bot|service|company|support)\b"
    r"|^\W*(?:get lost|schrott|mist|unfähig|dumm|blöd|crap|rubbish|garbage)\W*$"
    r"|[😡🤬👿💩🖕]",
    re.IGNORECASE,
)
_DISPLEASURE = re.compile(
    r"\b(?:ärger\w*|verärgert|frech|sauer|enttäusch\w*|schlecht\w*|katastroph\w*|unmöglich\w*|mies\w*|furchtbar\w*"
    r"|schrecklich\w*|anwalt|betrug"
    r"|viel zu spät|nervt?|nervst|nerven|genervt|unzufrieden\w*|beschwer\w*|beschwehr\w*|meckern|unfreundlich\w*"
    r"|schlimmste\w*|peinlich\w*|chaos|dreist\w*|unzuverlässig\w*|ausreden"
    r"|ignoriert|keiner (?:hilft|kümmert|meldet|sagt|zuständig)\w*|niemand (?:hilft|kümmert|meldet|sagt"
    r"|informiert)\w*|null sterne|verbraucher(?:schutz|zentrale)|was soll (?:das|der)|nie wieder"
    r"|annoy\w*|angry|upset|disappoint\w*|terribl\w*|awful|horribl\w*|worst|lawyer|scam|fed up|much too late"
    r"|far too late|unhappy|dissatisfied|complain\w*|poor service|bad service"
    r"|unfriendly|rude(?:ly|ness)?|embarrassing|what a mess|let down|unreliable|nobody (?:cares|helps|tells"
    r"|listens|says|informs)|no one (?:cares|helps|listens|ever helps)|zero stars|bad review"
    r"|excuses|frustrat\w*)\b|[😠😤🙄👎😒]",
    re.IGNORECASE,
)
_GLAD = re.compile(
    r"\b(?:danke\w*|vielen dank|super|toll\w*|prima|klasse|perfekt\w*|freut|freundlich\w*|hilfreich\w*|wunderbar\w*"
    r"|thank\w*|great|perfect\w*|excellent|wonderful|helpful|lovely|awesome|brilliant)\b|[😊🙂😀😃👍❤🙏🥰]",
    re.IGNORECASE,
)
_READ = 4000
"""Characters. The tone of what is longer shows before."""
_SHOUTING_LENGTH = 12


def tone(text: str) -> float:
    """-1 (angry) to 1 (glad)."""
    text = text[:_READ]
    rest, outrage = _OUTRAGE.subn(" ", text)
    score = 0.4 * len(_GLAD.findall(rest)) - 0.4 * len(_DISPLEASURE.findall(rest)) - 0.7 * outrage
    if "!!!" in text:
        score -= 0.2
    letters = [character for character in text if character.isalpha()]
    if len(letters) >= _SHOUTING_LENGTH and sum(map(str.isupper, letters)) > 0.7 * len(letters):
        score -= 0.3
    return round(max(-1.0, min(1.0, score)), 2)
