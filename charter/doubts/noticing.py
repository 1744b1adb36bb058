"""Noticing: which earlier signatures a newly confirmed one may repeat, written down for the scheme desk alone."""

import json
from datetime import datetime
from uuid import UUID, uuid5

from migrations.database import execute_many, fetch

MAX_NOTICED = 10  # the desk needs one to see a repetition; a franchise's name would give it hundreds

# In one statement, whatever it finds, so that the answer takes as long for a stranger as for a repeated signature.
# A chain's own places are made distinct first: thousands at one address would each be compared with all the others.
# Uses signatory_likeness, signatory_site, premises_place_mac and premises_noticed.
SHARED = """
select signatory.number, signatory.id, found.reason from (
    select theirs.number as other, 'name' as reason from signatory as ours
        join signatory as theirs on theirs.likeness = ours.likeness where ours.number = $1
    union select theirs.number, 'website' from signatory as ours
        join signatory as theirs on theirs.site = ours.site where ours.number = $1
    union select theirs.signatory, 'address'
        from (select distinct place_mac from premises where signatory = $1) as ours
        join premises as theirs on theirs.place_mac = ours.place_mac and theirs.signatory <> $1
    union select theirs.signatory, 'premises'
        from (select distinct postcode, folded from premises where signatory = $1) as ours
        join premises as theirs on theirs.postcode = ours.postcode and theirs.folded = ours.folded
            and theirs.signatory <> $1
) as found join signatory on signatory.number = found.other
where found.other <> $1 and signatory.merged_into is null and signatory.state not in ('applied', 'held', 'withdrawn')
    and not exists (
        select 1 from possible_duplicate as turned where turned.signatory = found.other and turned.other = $1
    )
order by signatory.number, found.reason
"""


async def notice_duplicates(signatory: int, *, id: UUID, now: datetime) -> None:
    """Write down what a signatory shares with earlier ones, once for each pair; inside the transaction of its cause.

    Called when a signature is confirmed and not when it is sent: a stranger's signature that nobody stands behind is
    nobody's work, and the answer to signing takes no longer for a name that is known.
    """
    reasons: dict[tuple[int, UUID], list[str]] = {}
    for row in await fetch(SHARED, signatory):
        reasons.setdefault((row["number"], row["id"]), []).append(row["reason"])
    noted = list(reasons.items())[:MAX_NOTICED]
    await execute_many(
        "insert into possible_duplicate (id, signatory, other, reasons, noticed_at) values ($1, $2, $3, $4, $5) "
        "on conflict (signatory, other) do nothing",
        # The two ids make the pair's: nothing random is needed for what is there once.
        [(uuid5(id, str(theirs)), signatory, other, json.dumps(shared), now) for (other, theirs), shared in noted],
    )
