"""One pass over the records of 16 patients, compiled by `kept`: only whoever compiles it imports this."""

from __future__ import annotations

from .lanes import in_widest_vectors, sum_up


def sweep(records, first, last, weight, begin, found):
    """Write highest, lowest and weighted sum, (q, b, 3, 16), of records (q, t, 16) over b stretches of time.

    first, last    (b,) each stretch's first record and the one after its last
    weight, begin  (w,) what records count in a sum, and (b,) where the weights of each stretch begin
    """
    in_widest_vectors()  # type: ignore[call-arg]
    quantities, times, _ = records.shape
    for q in range(quantities):
        for b in range(len(first)):
            row, before = 3 * (q * len(first) + b), q * times
            sum_up(found, row, records, before + first[b], before + last[b], weight, begin[b])
