"""Claims of many papers and sentences assembled into statements, each with its evidence.

The model is INDRA's (Gyori et al. 2017, Mol Syst Biol 13:954): a statement stands once, what says it is its evidence,
and more specific statements support more general ones. `concepts` decides what is one thing, `papers` what is one
paper, `links` how statements stand to one another.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple, get_args

from pipeline.assemble.concepts import agents
from pipeline.assemble.figures import Figures, figures, of_papers
from pipeline.assemble.links import linked
from pipeline.assemble.papers import Papers, Place, papers_of
from pipeline.assemble.records import Agent, Assembly, Contradiction, Source, Statement, Support
from pipeline.claims.meet import SYMMETRIC
from pipeline.fold import name_key, squeeze_cased
from pipeline.kinds import MENTION_TYPES
from pipeline.records import Certainty, Claim, Mention, Relation

__all__ = [
    "Agent", "Assembly", "Contradiction", "Figures", "Source", "Statement", "Support", "assemble", "assemble_runs",
    "figures", "of_papers",
]  # fmt: skip


class Said(NamedTuple):
    """What makes a statement."""

    subject: Agent
    relation: Relation
    object: Agent
    negated: bool


def assemble(claims: Sequence[Claim], mentions: Sequence[Mention]) -> Assembly:
    """The statements of one run's claims; `mentions` are the run's, those that the claims name among them."""
    return assemble_runs([Source("", claims, mentions)])


def assemble_runs(sources: Sequence[Source]) -> Assembly:
    """The statements of several runs, each of another name. A file that several hold counts once, as the first has it.

    Statements of most papers come first, then of most sentences. Evidence stands in the order of papers and claims.
    """
    papers = papers_of(sources)
    agent = agents((s.run, papers.of[s.run, m.doc], m) for s in sources for m in s.mentions)
    groups: dict[Said, list[tuple[str, Claim]]] = defaultdict(list)
    for source in sources:
        for claim in source.claims:
            ends = agent[source.run, claim.subject.mention], agent[source.run, claim.object.mention]
            groups[_said(claim, *ends)].append((source.run, claim))
    made: list[Statement] = []
    heads: dict[str, list[Claim]] = {}
    for said, group in groups.items():
        evidence = _evidence(group, papers)
        if evidence:
            made.append(_statement(said, [support for support, _ in evidence]))
            heads[made[-1].id] = [claim for _, claim in evidence]
    made.sort(key=lambda s: (-len(s.papers), -s.sentences, s.subject.key, s.object.key, s.relation, s.negated))
    return Assembly(*linked(made, heads))


def _said(claim: Claim, subject: Agent, target: Agent) -> Said:
    """What a claim says; of a relation without direction, the ends by type and key."""
    if claim.relation in SYMMETRIC:
        subject, target = sorted((subject, target), key=lambda a: (MENTION_TYPES.index(a.type), a.key))
    return Said(subject, claim.relation, target, claim.negated)


def _evidence(group: Iterable[tuple[str, Claim]], papers: Papers) -> list[tuple[Support, Claim]]:
    """The claims that count, with those that repeat them in another file of their paper put to them.

    Of such the one with a page counts. What only the second reading of a file says counts not at all.
    """
    met: Counter[tuple[Place, str]] = Counter()
    same: dict[tuple[str, str, int], list[tuple[str, Claim]]] = defaultdict(list)
    for run, claim in group:
        place, sentence = (run, claim.doc), squeeze_cased(claim.evidence.text)
        # What a document says twice to the letter is two places.
        same[papers.of[place], sentence, met[place, sentence]].append((run, claim))
        met[place, sentence] += 1
    found: list[tuple[Support, Claim]] = []
    for (paper, _, _), voices in same.items():
        first = [voice for voice in voices if (voice[0], voice[1].doc) not in papers.repeats]
        if first:
            head = min(first, key=lambda voice: voice[1].evidence.page is None)
            copies = tuple((voice[0], voice[1].id) for voice in voices if voice is not head)
            found.append((_support(*head, paper, copies), head[1]))
    return found


def _support(run: str, claim: Claim, paper: str, copies: tuple[tuple[str, str], ...]) -> Support:
    at = claim.evidence
    return Support(
        run=run,
        doc=claim.doc,
        paper=paper,
        claim=claim.id,
        certainty=claim.certainty,
        model=claim.model,
        citations=claim.citations,
        subject=claim.subject.text,
        trigger=claim.trigger.text,
        object=claim.object.text,
        start=at.start,
        end=at.end,
        text=at.text,
        section=at.section,
        lang=at.lang,
        page=at.page,
        copies=copies,
    )


def _statement(said: Said, evidence: Sequence[Support]) -> Statement:
    certainty = Counter(e.certainty for e in evidence)
    models = Counter(key for e in evidence for key in dict.fromkeys(map(name_key, e.model)))
    written: dict[str, str] = {}
    for model in sorted(m for e in evidence for m in e.model):
        written.setdefault(name_key(model), model)
    ranked = sorted(models.items(), key=lambda m: (-m[1], m[0]))
    return Statement(
        id=_digest(said),
        subject=said.subject,
        relation=said.relation,
        object=said.object,
        negated=said.negated,
        papers=tuple(dict.fromkeys(e.paper for e in evidence)),
        sentences=len({(e.paper, squeeze_cased(e.text)) for e in evidence}),
        certainty={kind: certainty[kind] for kind in get_args(Certainty)},
        models={written[key]: count for key, count in ranked},
        evidence=tuple(evidence),
    )


def _digest(said: Said) -> str:
    """What is said, as sixteen hexadecimal digits of its SHA-256: the same in every run, whatever else is in it."""
    text = "\t".join((said.subject.key, said.relation, said.object.key, "not" if said.negated else ""))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
