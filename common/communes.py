"""The 33 communes of the Eurométropole of Strasbourg, by INSEE code. Names are proper nouns: they are not translated.

Source: INSEE, code officiel géographique 2019 (composition of the metropolis since 2017), as published in the geo data
of the State under the Licence Ouverte. The names are in the order of a French dictionary. The points are those of La
Poste, base officielle des codes postaux, under the same licence: the middle of each commune, to about ten metres.
"""

from typing import NamedTuple


class Point(NamedTuple):
    """A place on the earth, in degrees (WGS 84)."""

    latitude: float
    longitude: float


COMMUNES = {
    "67001": "Achenheim",
    "67043": "Bischheim",
    "67049": "Blaesheim",
    "67065": "Breuschwickersheim",
    "67118": "Eckbolsheim",
    "67119": "Eckwersheim",
    "67124": "Entzheim",
    "67131": "Eschau",
    "67137": "Fegersheim",
    "67152": "Geispolsheim",
    "67182": "Hangenbieten",
    "67204": "Hœnheim",
    "67212": "Holtzheim",
    "67218": "Illkirch-Graffenstaden",
    "67247": "Kolbsheim",
    "67256": "Lampertheim",
    "67267": "Lingolsheim",
    "67268": "Lipsheim",
    "67296": "Mittelhausbergen",
    "67309": "Mundolsheim",
    "67326": "Niederhausbergen",
    "67343": "Oberhausbergen",
    "67350": "Oberschaeffolsheim",
    "67363": "Osthoffen",
    "67365": "Ostwald",
    "67378": "Plobsheim",
    "67389": "Reichstett",
    "67447": "Schiltigheim",
    "67471": "Souffelweyersheim",
    "67482": "Strasbourg",
    "67506": "Vendenheim",
    "67519": "La Wantzenau",
    "67551": "Wolfisheim",
}

POINTS = {
    "67001": Point(48.5805, 7.6254),
    "67043": Point(48.6215, 7.7586),
    "67049": Point(48.5022, 7.6087),
    "67065": Point(48.5784, 7.5989),
    "67118": Point(48.5790, 7.6822),
    "67119": Point(48.6853, 7.6963),
    "67124": Point(48.5359, 7.6332),
    "67131": Point(48.4832, 7.7296),
    "67137": Point(48.4974, 7.6886),
    "67152": Point(48.5143, 7.6581),
    "67182": Point(48.5570, 7.6119),
    "67204": Point(48.6242, 7.7537),
    "67212": Point(48.5568, 7.6443),
    "67218": Point(48.5200, 7.7313),
    "67247": Point(48.5621, 7.5862),
    "67256": Point(48.6551, 7.6941),
    "67267": Point(48.5545, 7.6809),
    "67268": Point(48.4894, 7.6567),
    "67296": Point(48.6144, 7.6939),
    "67309": Point(48.6395, 7.7150),
    "67326": Point(48.6233, 7.7052),
    "67343": Point(48.6073, 7.6831),
    "67350": Point(48.5919, 7.6461),
    "67363": Point(48.5901, 7.5618),
    "67365": Point(48.5471, 7.7076),
    "67378": Point(48.4613, 7.7349),
    "67389": Point(48.6475, 7.7570),
    "67447": Point(48.6119, 7.7441),
    "67471": Point(48.6319, 7.7419),
    "67482": Point(48.5713, 7.7675),
    "67506": Point(48.6675, 7.7393),
    "67519": Point(48.6593, 7.8314),
    "67551": Point(48.5869, 7.6631),
}
