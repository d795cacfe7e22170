"""The sample company's words, one file per language."""

from sheetcrm.sample.words import en, es, ru
from sheetcrm.sample.words.vocabulary import Words

WORDS: dict[str, Words] = {"es": es.WORDS, "en": en.WORDS, "ru": ru.WORDS}

__all__ = ["WORDS", "Words"]
