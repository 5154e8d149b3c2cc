"""Changes to a message that leave its meaning as it is, as pure functions.

Each takes the message and `pick`, which chooses one of several options (Hypothesis in the
metamorphic test, a fixed place in the unit test), and gives the changed message, or None where
the change does not apply ("I" for "my mother" in a message that is not about the writer).
"""
from __future__ import annotations

import re
from typing import Callable, Dict, NamedTuple, Optional, Protocol, Sequence, TypeVar

T = TypeVar("T")


class Pick(Protocol):
    """Chooses one of the options."""

    def __call__(self, options: Sequence[T], /) -> T: ...


Relation = Callable[[str, Pick], Optional[str]]

PLEASE = ("please {}", "Please, {}", "{} please", "{}, please", "pls {}", "{} plz",
          "please help {}", "{} please help")
GREETINGS = ("Hi", "hello", "Hello doctor", "Good morning", "good evening sir", "Namaste",
             "hey there", "Dear team", "namaskar madam", "Hi Spinebot")
HARMLESS = (
    "My name is Ravi.", "This is Meera writing.", "I am writing from my phone.",
    "It is raining here today.", "The weather is lovely in Bengaluru.", "It is very hot outside.",
    "Thank you for reading this.", "Thanks a lot for your help.", "Thank you in advance.",
    "We live in Jayanagar.", "I live near the railway station.", "We are from Mysuru.",
    "The clinic was recommended by a friend.", "I found your website on Google.",
    "My cousin is a patient of yours.", "I am a school teacher.", "I work in a bank.",
    "I am 42 years old.", "I speak Kannada and English.", "My English is not so good.",
    "This is my first message here.", "I hope you are all well.", "We had guests for dinner.",
    "Our dog is called Bruno.", "The children are at school.", "I had tea with my sister.",
    "Tomorrow is a holiday.", "I usually take the metro.", "My phone battery is low.",
    "Greetings from the whole family.")
JOINTS = (" ", "\n", "  ")
EMOJI = ("😟", "😢", "🙏", "😭😭", "❗", "😰", "🤕", "🆘", "👍", "😅", "🙏🏽🙏🏽", "❤️")
MINIMISING = ("probably nothing but {}", "It's probably nothing, but {}", "not a big deal but {}",
              "maybe I'm overreacting but {}", "sorry to bother you, {}",
              "silly question maybe, {}", "I'm sure it is harmless, but {}", "no rush, but {}",
              "{}, probably nothing", "{} but I don't want to make a fuss")
BLANKS = ("  ", "   ", "\t", "\u00a0", " \u2003 ")
STRETCH = range(2, 7)  # how many vowels more
_KEYBOARD = ("q wa|w qes|e wrd|r etf|t ryg|y tuh|u yij|i uok|o ipl|p ol|a qsz|s adw|d sfe|f dgr|"
             "g fht|h gjy|j hku|k jli|l kop|z xa|x zcs|c xvd|v cbf|b vng|n bmh|m nj")
NEIGHBOURS: Dict[str, str] = {key[0]: key[2:] for key in _KEYBOARD.split("|")}
_LONG_WORD = re.compile(r"[A-Za-z]{4,}")
_VOWEL = re.compile(r"(?<=[A-Za-z])[aeiouAEIOU]|[aeiouAEIOU](?=[A-Za-z])")
_SENTENCE_END = (".", "!", "?", "।", "…")


def plead(text: str, pick: Pick) -> Optional[str]:
    """With a "please"."""
    return pick(PLEASE).format(text)


def greet(text: str, pick: Pick) -> Optional[str]:
    """With a greeting in front."""
    return f"{pick(GREETINGS)}{pick((', ', ' ', '! '))}{text}"


def mistype(text: str, pick: Pick) -> Optional[str]:
    """With a letter dropped, doubled, swapped or mistaken in a word of four letters or more."""
    words = list(_LONG_WORD.finditer(text))
    if not words:
        return None
    word = pick(words)
    place = pick(range(word.start(), word.end()))
    changed = pick(SLIPS)(text, place, pick)
    return changed if changed != text else None


def mistype_twice(text: str, pick: Pick) -> Optional[str]:
    """With two such slips."""
    once = mistype(text, pick)
    return once and mistype(once, pick)


def drop_letter(text: str, place: int, pick: Pick) -> str:
    """Without the letter at `place`."""
    return text[:place] + text[place + 1:]


def double_letter(text: str, place: int, pick: Pick) -> str:
    """With the letter at `place` twice."""
    return text[:place] + text[place] + text[place:]


def swap_letters(text: str, place: int, pick: Pick) -> str:
    """With the letter at `place` changed round with its neighbour in the same word."""
    first = place if text[place + 1:place + 2].isalpha() else place - 1
    return text[:first] + text[first + 1] + text[first] + text[first + 2:]


def hit_neighbour(text: str, place: int, pick: Pick) -> str:
    """With the letter at `place` mistaken for one beside it on the keyboard."""
    letter = pick(NEIGHBOURS[text[place].lower()])
    return text[:place] + (letter.upper() if text[place].isupper() else letter) + text[place + 1:]


SLIPS: Sequence[Callable[[str, int, Pick], str]] = (
    drop_letter, double_letter, swap_letters, hit_neighbour)


def shout(text: str, pick: Pick) -> Optional[str]:
    """In upper case."""
    return text.upper() if text.upper() != text else None


def bare(text: str, pick: Pick) -> Optional[str]:
    """Without the final punctuation, without capitals, or without both."""
    without = text.rstrip("".join(_SENTENCE_END))
    different = [form for form in (without, text.lower(), without.lower()) if form != text]
    return pick(different) if different else None


def harmless_before(text: str, pick: Pick) -> Optional[str]:
    """After a harmless sentence."""
    return pick(HARMLESS) + pick(JOINTS) + text


def harmless_after(text: str, pick: Pick) -> Optional[str]:
    """Before a harmless sentence; the message gets a full stop, or a line of its own."""
    joint = pick(JOINTS)
    stop = "" if text.endswith(_SENTENCE_END) or "\n" in joint else "."
    return text + stop + joint + pick(HARMLESS)


def stretch(text: str, pick: Pick) -> Optional[str]:
    """With one vowel held."""
    vowels = list(_VOWEL.finditer(text))
    if not vowels:
        return None
    vowel = pick(vowels)
    return text[:vowel.end()] + vowel.group() * pick(STRETCH) + text[vowel.end():]


def decorate(text: str, pick: Pick) -> Optional[str]:
    """With emoji at the end."""
    return text + pick((" ", "")) + pick(EMOJI)


def space_out(text: str, pick: Pick) -> Optional[str]:
    """With odd blanks: one gap wider, or all of them, or some around the message."""
    blank = pick(BLANKS)
    gaps = [place for place, sign in enumerate(text) if sign == " "]
    if not gaps:
        return blank + text + blank
    place = pick(gaps)
    return pick((text[:place] + blank + text[place + 1:], text.replace(" ", blank),
                 blank + text + blank))


def minimise(text: str, pick: Pick) -> Optional[str]:
    """With words that make little of it."""
    return pick(MINIMISING).format(text)


class Relative(NamedTuple):
    """Somebody to speak of instead of the writer."""

    name: str
    subject: str
    possessive: str
    object: str
    reflexive: str


_SHE, _HE = ("she", "her", "her", "herself"), ("he", "his", "him", "himself")
RELATIVES = tuple(Relative(name, *forms) for names, forms in (
    (("my mother", "my wife", "my grandmother", "my daughter", "Amma", "my mother-in-law"), _SHE),
    (("my father", "my husband", "my grandfather", "my son", "Papa", "my neighbour"), _HE),
) for name in names)
_OTHERS = re.compile(
    r"\b(?:he|she|him|her|his|hers|we|us|our|they|them|their|father|dad|papa|mother|mum|mom|mummy|"
    r"amma|maa|wife|husband|hubby|son|daughter|boy|girl|kid|child|baby|brother|sister|grand\w+|"
    r"gran\w*|nana\w*|nani|dada\w*|uncle|aunt\w*|cousin|friend|neighbour|colleague|patient|"
    r"flatmate|roommate|toddler|lady|main|mera|meri|mere|mujhe)\b", re.I)
_VERBS = ("feel|keep|need|take|have|leak|lean|sit|stand|walk|wake|want|get|tell|strain|find|see|"
          "hear|drop|hold|think|live|wet|lie|try|wobble|trip|say|use|only|stagger|pee|go|do|wash")
_OWN = re.compile(
    r"\b(?:(?P<am>I am|I['’]?m)|(?P<has>I have|I['’]ve|Ive)|(?P<does>I don['’]?t)|"
    rf"(?P<havent>I haven['’]?t)|I (?P<verb>{_VERBS})|(?P<is>am(?= I\b))|(?P<i>I)|(?P<my>my)|"
    r"(?P<mine>mine)|(?P<self>myself)|(?P<me>me))\b", re.I)
_FIRST_PERSON = re.compile(r"\b(?:I|I['’]?m|my|myself)\b", re.I)


def tell_of_another(text: str, pick: Pick) -> Optional[str]:
    """About a relative: the writer's "I" and "my" become "my mother" and "her"."""
    if _OTHERS.search(text) or not _FIRST_PERSON.search(text):
        return None
    relative = pick(RELATIVES)
    named = False

    def replace(found: re.Match[str]) -> str:
        nonlocal named
        kind = found.lastgroup or ""
        if kind == "is":
            return "is"
        if kind in ("mine", "self", "me"):
            return {"mine": f"{relative.name}'s", "self": relative.reflexive,
                    "me": relative.object}[kind]
        first, named = not named, named or kind != "my" or found.start() == 0
        if kind == "my":  # "My legs ..." names her; "can't feel my legs" has no room for a name
            return f"{relative.name}'s" if first and found.start() == 0 else relative.possessive
        subject = relative.name if first else relative.subject
        return f"{subject}{_verb(kind, found['verb'])}"

    return _OWN.sub(replace, text)


def _verb(kind: str, verb: Optional[str]) -> str:
    """What follows the subject, in the third person."""
    if verb is None:
        return {"am": " is", "has": " has", "does": " doesn't", "havent": " hasn't", "i": ""}[kind]
    irregular = {"have": "has", "do": "does", "go": "goes", "try": "tries", "only": "only",
                 "wash": "washes"}
    return " " + irregular.get(verb.lower(), f"{verb.lower()}s")


RELATIONS: Dict[str, Relation] = {
    "please": plead, "greeting": greet, "one typo": mistype, "two typos": mistype_twice,
    "upper case": shout, "bare": bare, "harmless before": harmless_before,
    "harmless after": harmless_after, "about another": tell_of_another,
    "stretched vowel": stretch, "emoji": decorate, "odd blanks": space_out,
    "minimised": minimise}
