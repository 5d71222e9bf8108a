"""What people of the demo operation flag and write. Marks, shops and sellers are made up and say so by their names."""

MARKS = {
    "Notabrand": ["wireless earbuds", "noise-cancelling headphones", "smart watches"],
    "Placeholder Power": ["phone chargers", "power banks", "laptop batteries"],
    "Make-Believe Blades": ["razor blades", "shaver heads", "kitchen knives"],
    "Pretend Parfum": ["eau de toilette", "perfume testers", "gift boxes of perfume"],
    "Fictional Footwear": ["running shoes", "hiking boots", "children's trainers"],
    "Hypothetical Handbags": ["handbags", "leather wallets", "belts"],
    "Imaginary Inks": ["toner cartridges", "ink sets", "printer drums"],
    "Inventaclock": ["wrist watches", "watch straps", "watch boxes with papers"],
    "Sample & Example Toys": ["building blocks", "dolls", "plush animals"],
    "Madeup Motors": ["brake pads", "oil filters", "airbag covers"],
    "Fabled Pharma": ["eye drops", "contact lenses", "skin cream"],
}
"""Each made-up mark with what is copied under it."""

SIGNS = [
    "test buy failed, the hologram is printed",
    "price is a tenth of the usual",
    "rights holder says this mark was never made in this colour",
    "serial numbers repeat across the listing's pictures",
    "no safety mark on the plug",
    "same sender as the last three seizures",
    "labels packed apart from the goods",
    "declared as samples without value",
    "declared as phone cases, the weight says otherwise",
    "box is spelt wrong on two sides",
    "buyers report burnt adapters",
    "the invoice names a company that is not on any register",
    "came up in the same order as a confirmed fake",
    "the listing was moved to a new account within an hour",
    "the batch code does not exist",
    "sent to the same forwarding address as nine others",
]

NOTES = [
    "X-ray shows two layers; asking for a manual look.",
    "Consignee has eleven more on the way, same product and weight.",
    "Test buy arrived: stitching and zip are wrong, pictures with the rights holder.",
    "Rights holder has been asked; answer usually within a day.",
    "Same return address as in four earlier cases.",
    "The hub has put it aside until tomorrow noon, local time.",
    "Account is blocked from selling; its stock is on hold.",
    "Sample drawn and sent to the laboratory.",
    "The sender's label printer has a broken line: a good mark to look out for.",
    "Linked by its bank account to two other storefronts.",
    "Invoice value was changed twice before export.",
    "Officer on duty knows; entry summary is being pulled.",
]

CLOSINGS = {
    "acted_on": [
        "Held at the hub and handed over; rights holder confirmed.",
        "Detained on entry, notice sent to the importer.",
        "Seller removed with all its listings; stock is destroyed.",
        "Container opened: the goods are out, the rest went on.",
    ],
    "genuine": [
        "The rights holder confirmed the goods.",
        "Parallel import, but real. The seller showed the chain of invoices.",
        "Laboratory: material and print are right.",
    ],
    "not_confirmed": [
        "The test buy could not be told from the real one; nothing to act on.",
        "The rights holder did not answer in time.",
    ],
    "too_late": [
        "Delivered before anyone could hold it.",
        "Left the hub an hour before the hold was in place.",
    ],
    "other": ["Goes on outside of this operation."],
}

CHAT = {
    "C0OPS": [
        "Morning all. The digest is in; please look at what waits for an answer first.",
        "Reminder: weekly call today at 15:00 Eastern.",
        "Could the hubs say how long they can hold without an entry number? We keep guessing.",
        "48 hours at ours, then it needs a piece of paper.",
        "Thanks, that helps. I will put it into the channel's description.",
        "Seasonal peak starts next week. Expect twice the parcels and half the patience.",
        "Three of the last ten turned out genuine. Please write down what made you suspicious, it helps.",
        "The new forwarding address in the east keeps coming up. Worth a look across all of your data?",
        "We see it too: 14 orders since Monday.",
        "Nice catch on the container yesterday, everybody.",
    ],
    "C0AMAZON": [
        "Anyone free to look at the chargers from this morning?",
        "On it.",
        "The account behind the last three has been opened again under another name.",
        "Flag the seller, not the listing, please: the listing is gone by noon.",
    ],
    "C0DHL": [
        "Hub asks for photos of the label in future, the number alone takes them ten minutes.",
        "Shift handover: two on hold, both acknowledged.",
        "The one from Leipzig is through already, I closed our side.",
        "Thanks, taking over.",
    ],
    "C0CBP": [
        "Two officers at the hub until 22:00 today.",
        "Please acknowledge only what we really take on; the others rely on it.",
        "Laboratory is backed up until Thursday.",
        "Noted.",
    ],
    "C0IPRC": [
        "Pattern report for the week is in the works; send me what looks alike.",
        "Perfume and chargers, again.",
        "The rights holder's contact has changed, see the shared list.",
    ],
}
"""What is said in the channels between the alerts, in this order."""
