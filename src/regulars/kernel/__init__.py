"""The shared vocabulary: ids, money, time, errors, words. Pure: no Django, no database, no clock, no network."""
