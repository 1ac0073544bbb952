"""What the sample shop may sell: one entry per subcategory.

Pure data. :mod:`aisle.sample.world` draws products from it.
"""

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["replenished", "occasional", "one_off", "durable"]


@dataclass(frozen=True)
class Subcategory:
    """One subcategory and how its products are bought.

    Attributes
    ----------
    category, name
        Where the products stand in the shop.
    kind
        ``replenished`` goods run out after ``interval_days`` and are bought again;
        ``occasional`` goods may be bought again at any time; a customer buys a
        ``one_off`` product once, and only one ``durable`` of the whole subcategory.
    price_low, price_high
        The range of list prices.
    nouns, details, materials
        Words that titles and descriptions are made of.
    sentence
        Ends every description of the subcategory.
    interval_days
        Days that one purchase of a replenished product lasts.
    demand
        How often the subcategory is looked at, relative to the others.
    share
        Its share of the products, relative to the others.
    peak_month, season_strength
        The month of most interest, and how strongly interest follows the year (0 to 1).
    sizes
        Variants of every product, smallest first; empty for none.
    complement
        The subcategory whose products are bought together with these; empty for none.
    """

    category: str
    name: str
    kind: Kind
    price_low: float
    price_high: float
    nouns: tuple[str, ...]
    details: tuple[str, ...]
    materials: tuple[str, ...]
    sentence: str
    interval_days: float = 0.0
    demand: float = 1.0
    share: float = 1.0
    peak_month: int = 0
    season_strength: float = 0.0
    sizes: tuple[str, ...] = ()
    complement: str = ""


ASSORTMENT: Final[tuple[Subcategory, ...]] = (
    Subcategory(
        "Coffee and tea", "Coffee beans", "replenished", 6, 24,
        ("coffee beans", "espresso beans"),
        ("Dark roast", "Mild roast", "Organic", "Decaf", "Single-estate", "House"),
        ("arabica", "robusta", "arabica and robusta"),
        "Whole beans for filter or espresso, packed fresh.",
        interval_days=28, demand=1.4, share=1.3, complement="Coffee filters",
    ),
    Subcategory(
        "Coffee and tea", "Tea", "replenished", 3, 15,
        ("breakfast tea", "green tea", "herbal tea"),
        ("Loose-leaf", "Organic", "Bagged", "Spiced"),
        ("black leaf", "green leaf", "herbs"),
        "For the pot or the cup.",
        interval_days=42,
    ),
    Subcategory(
        "Coffee and tea", "Coffee filters", "replenished", 2, 9,
        ("coffee filters", "cone filters"),
        ("Unbleached", "Large", "Small"),
        ("paper", "bamboo paper"),
        "Keeps the grounds out of the cup.",
        interval_days=56, demand=0.5, share=0.7,
    ),
    Subcategory(
        "Pets", "Dog food", "replenished", 9, 48,
        ("dog food", "dog biscuits"),
        ("Chicken", "Lamb", "Grain-free", "Puppy", "Senior"),
        ("dry", "wet"),
        "A complete meal for dogs.",
        interval_days=24, demand=1.1, share=1.1, complement="Pet toys",
    ),
    Subcategory(
        "Pets", "Cat food", "replenished", 6, 34,
        ("cat food", "cat pouches"),
        ("Salmon", "Chicken", "Kitten", "Indoor", "Senior"),
        ("dry", "wet"),
        "A complete meal for cats.",
        interval_days=20, demand=1.1, share=1.1,
    ),
    Subcategory(
        "Pets", "Pet toys", "one_off", 3, 18,
        ("rope toy", "feather wand", "chew bone", "squeaky ball"),
        ("Sturdy", "Soft", "Floating"),
        ("cotton", "rubber", "felt"),
        "Keeps cats and dogs busy.",
        demand=0.7, share=0.9,
    ),
    Subcategory(
        "Household", "Detergent", "replenished", 5, 22,
        ("laundry liquid", "washing powder", "laundry capsules"),
        ("Colour", "Sensitive", "Fresh", "Concentrated"),
        ("plant-based", "classic"),
        "Cleans at low temperature.",
        interval_days=35, demand=1.3, share=1.1, complement="Paper goods",
    ),
    Subcategory(
        "Household", "Paper goods", "replenished", 3, 16,
        ("kitchen roll", "toilet tissue", "paper tissues"),
        ("Three-ply", "Recycled", "Extra soft"),
        ("recycled paper", "paper"),
        "Stock up before it runs out.",
        interval_days=30, demand=1.2,
    ),
    Subcategory(
        "Household", "Light bulbs", "occasional", 3, 19,
        ("light bulb", "spot bulb", "candle bulb"),
        ("Warm white", "Daylight", "Dimmable"),
        ("glass", "frosted glass"),
        "Lasts for years and uses little power.",
        demand=0.6, share=0.8, peak_month=11, season_strength=0.4,
    ),
    Subcategory(
        "Beauty", "Shampoo", "replenished", 3, 21,
        ("shampoo", "shampoo bar"),
        ("Repair", "Volume", "Daily", "Anti-dandruff"),
        ("argan oil", "oat milk", "nettle"),
        "For clean hair every day.",
        interval_days=45, demand=1.1, complement="Conditioner",
    ),
    Subcategory(
        "Beauty", "Conditioner", "replenished", 3, 21,
        ("conditioner", "hair mask"),
        ("Repair", "Volume", "Daily"),
        ("argan oil", "oat milk", "coconut"),
        "Leaves hair soft after washing.",
        interval_days=50, demand=0.7, share=0.8,
    ),
    Subcategory(
        "Beauty", "Skin care", "occasional", 6, 58,
        ("day cream", "night cream", "face serum"),
        ("Hydrating", "Sensitive", "Firming"),
        ("hyaluron", "shea butter", "aloe"),
        "Cares for dry and tired skin.",
        demand=1.1, share=1.1,
    ),
    Subcategory(
        "Baby", "Nappies", "replenished", 8, 32,
        ("nappies", "nappy pants"),
        ("Newborn", "Overnight", "Eco", "Active"),
        ("cotton", "bamboo"),
        "Dry through the night.",
        interval_days=16, demand=0.9, share=0.9, complement="Baby wipes",
    ),
    Subcategory(
        "Baby", "Baby wipes", "replenished", 2, 11,
        ("baby wipes", "water wipes"),
        ("Unscented", "Sensitive", "Biodegradable"),
        ("cotton", "cellulose"),
        "Gentle to a baby's skin.",
        interval_days=20, demand=0.7, share=0.7,
    ),
    Subcategory(
        "Baby", "Baby toys", "one_off", 5, 36,
        ("rattle", "stacking rings", "cloth book", "play mat"),
        ("Wooden", "Soft", "Bright"),
        ("beech", "cotton", "silicone"),
        "For the first two years.",
        demand=0.7, share=0.9, peak_month=12, season_strength=0.5,
    ),
    Subcategory(
        "Kitchen", "Cookware", "one_off", 18, 140,
        ("frying pan", "saucepan", "casserole"),
        ("Non-stick", "Induction", "Heavy"),
        ("steel", "cast iron", "aluminium"),
        "Heats evenly and cleans easily.",
        demand=1.1, share=1.2, complement="Utensils",
    ),
    Subcategory(
        "Kitchen", "Utensils", "one_off", 4, 24,
        ("spatula", "ladle", "whisk", "tongs"),
        ("Heat-proof", "Long", "Slim"),
        ("silicone", "beech", "steel"),
        "Does not scratch the pan.",
        demand=0.7, share=0.9,
    ),
    Subcategory(
        "Kitchen", "Knives", "one_off", 9, 110,
        ("chef's knife", "bread knife", "paring knife"),
        ("Forged", "Serrated", "Light"),
        ("steel", "ceramic"),
        "Stays sharp for long.",
        demand=0.8, share=0.9,
    ),
    Subcategory(
        "Home", "Lamps", "one_off", 14, 150,
        ("table lamp", "floor lamp", "pendant lamp"),
        ("Arched", "Round", "Slim"),
        ("brass", "linen", "oak"),
        "Warm light for dark evenings.",
        demand=0.9, peak_month=11, season_strength=0.3, complement="Light bulbs",
    ),
    Subcategory(
        "Home", "Bedding", "one_off", 18, 120,
        ("duvet cover", "fitted sheet"),
        ("Washed", "Striped", "Plain"),
        ("cotton", "linen", "flannel"),
        "Soft from the first night.",
        demand=0.9, sizes=("single", "double", "king"),
    ),
    Subcategory(
        "Home", "Decorations", "occasional", 3, 42,
        ("fairy lights", "wreath", "candle set", "baubles"),
        ("Festive", "Golden", "Frosted"),
        ("glass", "pine", "wax"),
        "Makes the winter bright.",
        demand=0.9, peak_month=12, season_strength=0.9,
    ),
    Subcategory(
        "Appliances", "Washing machines", "durable", 280, 900,
        ("washing machine",),
        ("Quiet", "Compact", "Large"),
        ("8 kg", "9 kg", "6 kg"),
        "Spins at up to 1,400 turns.",
        demand=0.5, share=0.7,
    ),
    Subcategory(
        "Appliances", "Vacuum cleaners", "durable", 70, 420,
        ("vacuum cleaner", "hand vacuum"),
        ("Cordless", "Bagless", "Pet"),
        ("light", "powerful"),
        "Picks up dust and hair.",
        demand=0.7, share=0.8,
    ),
    Subcategory(
        "Appliances", "Heaters", "durable", 28, 190,
        ("fan heater", "oil radiator"),
        ("Silent", "Compact", "Wall"),
        ("ceramic", "steel"),
        "Warms a cold room quickly.",
        demand=0.9, share=0.8, peak_month=12, season_strength=0.95,
    ),
    Subcategory(
        "Garden", "Seeds and bulbs", "occasional", 2, 14,
        ("tomato seeds", "tulip bulbs", "herb seeds", "meadow mix"),
        ("Organic", "Early", "Hardy"),
        ("untreated stock", "a paper sachet"),
        "Sow in spring, enjoy all summer.",
        demand=1.2, share=1.1, peak_month=4, season_strength=0.8,
    ),
    Subcategory(
        "Garden", "Barbecues", "durable", 45, 480,
        ("barbecue", "kettle grill"),
        ("Charcoal", "Portable", "Family"),
        ("steel", "cast iron"),
        "For long evenings outside.",
        demand=0.8, share=0.7, peak_month=6, season_strength=0.9,
        complement="Charcoal",
    ),
    Subcategory(
        "Garden", "Charcoal", "occasional", 5, 22,
        ("charcoal", "briquettes"),
        ("Restaurant", "Long-burning", "Quick"),
        ("beech", "coconut shell"),
        "Burns hot and long.",
        demand=0.9, share=0.6, peak_month=7, season_strength=0.85,
    ),
    Subcategory(
        "Clothing", "T-shirts", "one_off", 8, 45,
        ("T-shirt", "long-sleeved shirt"),
        ("Plain", "Striped", "Relaxed"),
        ("cotton", "organic cotton", "linen"),
        "Cut to be worn every day.",
        demand=1.2, share=1.2, peak_month=6, season_strength=0.4,
        sizes=("S", "M", "L", "XL"),
    ),
    Subcategory(
        "Clothing", "Jackets", "one_off", 35, 260,
        ("rain jacket", "winter jacket", "fleece jacket"),
        ("Light", "Lined", "Hooded"),
        ("wool", "nylon", "fleece"),
        "Keeps wind and rain out.",
        demand=1.0, peak_month=11, season_strength=0.7,
        sizes=("S", "M", "L", "XL"), complement="Socks",
    ),
    Subcategory(
        "Clothing", "Socks", "occasional", 3, 18,
        ("socks", "hiking socks"),
        ("Ribbed", "Warm", "Ankle"),
        ("cotton", "wool", "bamboo"),
        "Three pairs to a pack.",
        demand=1.0, share=0.8, peak_month=12, season_strength=0.3,
    ),
)  # fmt: skip

# One more category with one product: an audit finding waiting to be made.
SINGLE_PRODUCT: Final = Subcategory(
    "Gift cards", "Gift cards", "occasional", 25, 25,
    ("gift card",), ("Printed",), ("paper",),
    "Lets them choose.",
    demand=0.35, share=0.0, peak_month=12, season_strength=0.6,
)  # fmt: skip

# Invented names, five to a category in the order of the assortment's categories.
BRANDS: Final[dict[str, tuple[str, ...]]] = {
    "Coffee and tea": ("Morrowby", "Kaldera", "Fernhill", "Tamsin", "Northcup"),
    "Pets": ("Waggle", "Brindle", "Pawsome Farm", "Milo's", "Rufford"),
    "Household": ("Cleanwell", "Brightside", "Soaply", "Homestead", "Purely"),
    "Beauty": ("Aurelle", "Nettleby", "Verra", "Oatlight", "Sable"),
    "Baby": ("Tinytoe", "Lullamy", "Cuddlekin", "Softly", "Pipkin"),
    "Kitchen": ("Hearthstone", "Coppervale", "Panmore", "Edgeware", "Ladleton"),
    "Home": ("Linnea", "Glowhouse", "Oakmere", "Nestwell", "Candela"),
    "Appliances": ("Voltera", "Domani", "Arcton", "Whirlow", "Kestrel"),
    "Garden": ("Greenacre", "Sproutly", "Emberfield", "Bramble", "Allotment"),
    "Clothing": ("Threadneedle", "Fjordal", "Marlowe", "Weft", "Outbound"),
    "Gift cards": ("Aisle",),
}

COLOURS: Final = (
    "black", "white", "blue", "green", "red", "grey", "natural", "yellow",
)  # fmt: skip
