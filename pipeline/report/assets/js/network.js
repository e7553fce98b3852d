'use strict';
/** From claims to a graph that stays readable: claims of two concepts and one direction are one edge, few nodes are kept. */
(() => {
  const M = CR.model;
  const T = M.table;

  /**
   * The graph of the claims of these params (`paper`, `relation`, `type`, `around`, `least`, `most`).
   * Nodes: `{concept, claims}`; edges: `{from, to, direction, rows, denied, soft}`, `soft` of them hedged or denied; the heaviest first.
   */
  CR.network = ({ paper = [], relation = [], type = [], around = [], least = ['1'], most = ['40'] }) => {
    const papers = new Set(paper);
    const relations = new Set(relation);
    const types = new Set(type.length ? type : CR.data.run.types);
    const edges = new Map();
    for (let row = 0; row < M.count; row += 1) {
      const [from, to] = [M.subject(row), M.object(row)];
      if (from === to || !types.has(from.type) || !types.has(to.type)) continue;
      if (papers.size && !papers.has(M.doc(row).id)) continue;
      if (relations.size && !relations.has(M.relation(row))) continue;
      const direction = CR.DIRECTION[M.relation(row)];
      const key = `${from.number} ${to.number} ${direction}`;
      if (!edges.has(key)) edges.set(key, { from, to, direction, rows: [], denied: 0, soft: 0 });
      const edge = edges.get(key);
      edge.rows.push(row);
      edge.denied += M.is(row, 'denied') ? 1 : 0;
      edge.soft += M.is(row, 'denied') || M.is(row, 'hedged') ? 1 : 0;
    }
    let kept = [...edges.values()].filter((e) => e.rows.length >= Number(least[0]));
    kept.sort((a, b) => b.rows.length - a.rows.length || a.from.number - b.from.number || a.to.number - b.to.number);
    const middle = around.length ? M.conceptOf(around[0]) : null;
    if (middle) {
      // The neighbours, and what they have to do with one another.
      const near = new Set([middle.number]);
      for (const e of kept) if (e.from === middle || e.to === middle) near.add(e.from.number).add(e.to.number);
      kept = kept.filter((e) => near.has(e.from.number) && near.has(e.to.number));
    }
    const weight = new Map();
    const add = (concept, n) => weight.set(concept.number, (weight.get(concept.number) || 0) + n);
    for (const e of kept) {
      add(e.from, e.rows.length);
      add(e.to, e.rows.length);
    }
    if (middle) weight.set(middle.number, Infinity);
    const ranked = [...weight].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, Number(most[0]));
    const chosen = new Set(ranked.map(([n]) => n));
    kept = kept.filter((e) => chosen.has(e.from.number) && chosen.has(e.to.number));
    // A name without a line tells nothing.
    const joined = new Set(kept.flatMap((e) => [e.from.number, e.to.number]));
    const nodes = ranked.filter(([n]) => joined.has(n)).map(([n]) => ({
      concept: M.concepts[n], claims: kept.reduce((sum, e) => sum + (e.from.number === n || e.to.number === n ? e.rows.length : 0), 0),
    }));
    return { nodes, edges: kept, all: weight.size };
  };

  // An estimate: measuring text would tie the layout to the fonts of one machine.
  const widthOf = (text) => [...text].reduce((sum, c) => sum + (c > '\u2e80' ? 12.5 : 6.9), 0);

  /** Places for the nodes, always the same for the same graph; each with `x`, `y`, `r`, `width` of its name, and `name`. */
  CR.layout = ({ nodes, edges }) => {
    const placed = nodes.map((node) => {
      const label = CR.label(node.concept);
      const name = [...label].length > 26 ? `${[...label].slice(0, 25).join('')}…` : label;
      return { ...node, name, label, r: 5 + Math.min(14, 2.2 * Math.sqrt(node.claims)), width: widthOf(name) };
    });
    const at = new Map(placed.map((node, n) => [node.concept.number, n]));
    const links = edges.map((e) => ({ source: at.get(e.from.number), target: at.get(e.to.number), weight: e.rows.length }));
    d3.forceSimulation(placed)
      .force('link', d3.forceLink(links).distance((l) => 90 + 50 / l.weight).strength((l) => Math.min(0.7, 0.12 + 0.08 * l.weight)))
      .force('charge', d3.forceManyBody().strength(-420).distanceMax(700))
      .force('x', d3.forceX(0).strength(0.035))
      .force('y', d3.forceY(0).strength(0.085))
      .force('collide', d3.forceCollide((n) => Math.max(n.r + 14, n.width * 0.36)).iterations(2))
      .stop()
      .tick(320);
    part(placed);
    return placed;
  };

  /** Push names apart that stand in one another. */
  const part = (nodes) => {
    const half = (n) => ({ w: Math.max(n.width / 2, n.r) + 5, h: n.r / 2 + 14 });
    for (let round = 0; round < 60; round += 1) {
      let moved = false;
      for (let i = 0; i < nodes.length; i += 1) {
        for (let j = i + 1; j < nodes.length; j += 1) {
          const [a, b, p, q] = [nodes[i], nodes[j], half(nodes[i]), half(nodes[j])];
          const across = p.w + q.w - Math.abs(a.x - b.x);
          const down = p.h + q.h - Math.abs(a.y - b.y);
          if (across <= 0 || down <= 0) continue;
          moved = true;
          if (down < across) {
            const step = (a.y < b.y ? -down : down) / 2;
            a.y += step;
            b.y -= step;
          } else {
            const step = (a.x < b.x ? -across : across) / 2;
            a.x += step;
            b.x -= step;
          }
        }
      }
      if (!moved) break;
    }
  };
})();
