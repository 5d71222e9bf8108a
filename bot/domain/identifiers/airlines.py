"""The three digits by which an air waybill names the airline that issued it (IATA airline accounting codes).

Those of the airlines that carry most air freight. An unknown prefix is no error: it only leaves eleven bare
digits open to the other reading.
"""

_LISTED = """
    001 006 014 016 020 023 027 043 044 045 047 053 055 057 064 065 071 072 074 075 076 077 079 080 081 082 083
    086 098 105 106 108 112 114 115 117 118 125 126 129 131 134 139 141 147 157 160 172 173 176 180 199 202 203
    205 214 217 229 230 232 235 239 250 257 272 281 288 289 297 312 324 356 369 390 403 406 421 423 465 479 501
    512 514 526 549 555 566 577 580 589 603 607 615 618 624 657 672 675 695 706 716 724 729 731 738 771 774 775
    781 784 803 810 829 831 851 865 876 880 881 910 932 933 957 978 988 996 997 999
"""

AIRLINE_PREFIXES = frozenset(_LISTED.split())
