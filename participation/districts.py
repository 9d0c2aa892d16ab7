"""Where a proposal is about: the districts of Strasbourg. Names are proper nouns, so they are not translated."""

DISTRICTS = (
    "Centre-ville",
    "Bourse, Esplanade, Krutenau",
    "Conseil des Quinze",
    "Cronenbourg",
    "Elsau",
    "Gare",
    "Hautepierre",
    "Koenigshoffen",
    "Meinau",
    "Montagne-Verte",
    "Neudorf",
    "Neuhof",
    "Orangerie",
    "Port du Rhin",
    "Poteries",
    "Robertsau, Wacken",
    "Tribunal, Contades",
    "Une autre commune de l’Eurométropole",
)
