"""Gold mentions in the place of a run's own: what the claims room loses, told apart from what tagging loses."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.check.align import align, name, squeeze
from pipeline.check.gold import GoldDocument
from pipeline.check.sides import gold_side
from pipeline.fold import lang_of
from pipeline.records import Mention

RULE = "gold"


def gold_mentions(gold: GoldDocument, text: str, found: Iterable[Mention]) -> tuple[Mention, ...]:
    """The gold's mentions as mentions of `text`, the run's text of the document, in its order.

    Where the run has a mention of the same span and type, or else the same name somewhere, the concept and the names
    are those of the run's. A mention whose place is not in the run's text is left out; pages and boxes are None.
    """
    ours, theirs = gold_side(gold), squeeze(text)
    alignment = align(theirs.text, ours.text)
    own = list(found)
    by_name = {(name(m.text), m.type): m for m in reversed(own)}
    by_span = {(m.start, m.end, m.type): m for m in own}
    made: list[Mention] = []
    for mention in sorted(ours.mentions, key=lambda m: m.span or (0, 0)):
        span = alignment.carry(mention.span)
        if span is None:
            continue
        start, end = theirs.at[span[0]], theirs.at[span[1] - 1] + 1
        if made and start < made[-1].end:  # two mentions that the other text does not keep apart
            continue
        written = text[start:end]
        same = by_span.get((start, end, mention.type)) or by_name.get((name(written), mention.type))
        made.append(
            Mention(
                id=f"{gold.id}:m{len(made) + 1}",
                doc=gold.id,
                start=start,
                end=end,
                text=written,
                type=mention.type,
                concept_id=same.concept_id if same else None,
                concept_name=same.concept_name if same else None,
                names=same.names if same else (written,),
                lang=lang_of(written),
                page=None,
                boxes=None,
                rule=RULE,
            )
        )
    return tuple(made)
