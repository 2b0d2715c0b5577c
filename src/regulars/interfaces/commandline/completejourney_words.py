"""Word lists for the demo: invented people, and names of categories for the grocer's abbreviations."""

from typing import Final

FIRST_NAMES: Final = """
Aaliyah Aaron Abigail Adam Adriana Ahmed Aiko Aisha Alan Alejandro Alexis Alice Amara Amir Ana Andre Andrea Angela Anh
Anika Anthony Antonio Arjun Ashley Ayesha Beatriz Benjamin Bianca Brandon Brian Camila Carlos Carmen Caroline
Catherine Chidi Chloe Chris Claire Connor Dana Daniel Darius Deborah Deepak Dennis Diana Diego Dmitri Dominic Donna
Elena Eli Elijah Elizabeth Emeka Emily Emma Eric Esther Ethan Fatima Felix Fernando Fiona Frank Gabriel George Grace
Greta Hana Hannah Hassan Heather Hector Helen Hiroshi Ibrahim Imani Ingrid Isaac Isabel Ivan Jada Jamal James Jasmine
Javier Jennifer Jerome Jin José Joshua Juan Julia Kai Karen Keisha Kenji Kevin Kofi Lars Latoya Laura Leila Leo Linh
Lucia Luis Malik Marcus María Marisol Mark Martha Mateo Maya Mei Michael Miguel Mohammed Nadia Naomi Natalie Nia Nina
Noah Noor Olga Olivia Omar Patricia Paul Pedro Peter Priya Quinn Rachel Raj Ramón Raúl Rebecca Ricardo Robert Rosa
Ruth Ryan Samir Sandra Sara Sean Shanice Simone Sofía Stephen Sunita Tamara Tariq Teresa Thomas Tiana Tyrone Valeria
Victor Wei William Xavier Yara Yuki Yusuf Zoë
"""

LAST_NAMES: Final = """
Abdi Acosta Adams Adeyemi Aguilar Ahmed Ali Allen Alvarez Anderson Bailey Baker Banerjee Barnes Bauer Begum Bell
Bennett Bianchi Brooks Brown Butler Campbell Carter Castillo Chang Chavez Chen Chopra Clark Cohen Coleman Collins Cook
Cooper Cox Cruz Das Davis Delgado Desai Diallo Diaz Dubois Edwards Estrada Evans Fernández Fischer Fisher Flores
Foster Garcia Gomez Gonzalez Goldberg Gray Green Griffin Gupta Gutierrez Haddad Hall Hansen Harris Hassan Henderson
Hernandez Hill Hoang Howard Huang Hughes Hussain Ibrahim Ito Jackson James Jensen Jimenez Johnson Jones Joshi Kaur
Kelly Khan Kim King Kowalski Kumar Lam Larsen Le Lee Levy Lewis Li Lin Long Lopez Martin Martinez Mehta Mendoza Mensah
Mitchell Mohamed Moore Morales Morgan Morris Murphy Müller Nakamura Navarro Nelson Nguyen Novak Núñez Nwosu O'Brien
Okafor Okoye Ortiz Osei Owens Park Parker Patel Pereira Pérez Perry Peterson Petrov Phillips Powell Price Ramirez
Reddy Reed Reyes Richardson Rivera Roberts Robinson Rodriguez Rogers Romero Rossi Ruiz Russell Salazar Sanchez Santos
Sato Schmidt Scott Shah Sharma Silva Singh Smith Stewart Sullivan Suzuki Tanaka Taylor Thomas Thompson Torres Tran
Turner Vargas Vasquez Walker Wang Ward Washington Watson White Williams Wilson Wong Wood Wright Yang Young
"""

# One area code for every hundred households, because 555-0100 to 555-0199 are the only numbers that belong to nobody.
AREA_CODES: Final = (
    "212 203 215 216 240 267 302 305 312 313 330 336 404 410 412 419 443 502 513 540 585 607 614 617 718 740"
)

# Category, and a pattern over "DEPARTMENT / PRODUCT CATEGORY / PRODUCT TYPE". The first that matches wins; the last
# always does.
CATEGORIES: Final = (
    ("Fuel", r"GASOLINE|^FUEL /"),
    ("Gift cards", r"GIFT CARD"),
    ("Tobacco", r"CIGARETTES|CIGARS|TOBACCO"),
    ("Beer, wine and spirits", r"^SPIRITS|BEERS/ALES|BEERALE|WINE /|LIQUOR"),
    (
        "Pharmacy and health",
        r"PHARMACY|VITAMIN|ANALGESIC|ANTACID|COLD AND FLU|SINUS|LAXATIVE|FIRST AID|SMOKING CESS|"
        r"DIETARY AID|HOME HEALTH|EYE AND EAR",
    ),
    ("Baby", r"BABY|DIAPER|INFANT"),
    (
        "Beauty and personal care",
        r"^COSMETICS|HBC|HAIR CARE|DEODORANT|ORAL HYG|SHAVING|HAND/BODY|SOAP - |FEMININE|MAKEUP|"
        r"FRAGRANCE|PERSONAL CARE|FOOT CARE|SUNTAN|FAMILY PLAN|ADULT INCON",
    ),
    ("Pets", r"/ (DOG|CAT) (FOOD|LITTER)|PET CARE|BIRD SEED"),
    ("Natural and organic", r"^NUTRITION|ORGANIC"),
    ("Fruit and vegetables", r"^PRODUCE|^SALAD BAR|^TRAVEL"),
    ("Flowers and garden", r"^FLORAL|^GARDEN"),
    ("Seafood", r"^SEAFOOD|FRZN SEAFOOD"),
    ("Meat", r"^MEAT"),
    ("Deli and ready to eat", r"^DELI|^CHEF SHOPPE|^RESTAURANT"),
    ("Bakery", r"^PASTRY|BAKED BREAD|BAKED SWEET"),
    ("Frozen food", r"FROZEN|FRZN|ICE CREAM"),
    ("Dairy and eggs", r"MILK|CHEESE|YOGURT|BUTTER /|EGGS|MARGARINE|DAIRY|REFRGRATD DOUGH"),
    ("Coffee and tea", r"COFFEE|/ TEAS|COCOA"),
    ("Soft drinks and water", r"SOFT DRINK|WATER - |ISOTONIC|JUICE|NEW AGE|DRNK MX"),
    ("Snacks and sweets", r"SNACK|SNKS|CANDY|COOKIE|CRACKER|POPCORN|CHIPS"),
    (
        "Household",
        r"PAPER (TOWEL|HOUSE)|PLASTIC HOUSE|TISS|DETERG|LAUNDRY|BLEACH|CLEANG|AIR CARE|BAGS/TRSH|BROOM|"
        r"DISPOSIBLE|IRONING|INSECTICIDE|BATTERIES",
    ),
    ("General merchandise", r"^DRUG GM|^GM MERCH|^TOYS|^AUTOMOTIVE|^PHOTO|^HOUSEWARES|^ELECT"),
    ("Pantry", r"^GROCERY"),
    ("Other", r""),
)
