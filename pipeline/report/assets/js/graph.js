'use strict';
/** The graph of concepts: shapes by type, edges by direction; a node leads to its neighbours, an edge to its claims. */
(() => {
  const { el, svg, t } = CR;
  const M = CR.model;
  let view = null; // x, y, scale of what is in sight; kept while the same graph is shown

  const size = (concept) => `${t('countClaims', { count: concept.claims })}, ${t('countPapers', { count: concept.papers })}`;

  const shape = (type, r) => {
    if (type === 'compound') return svg('circle', { r });
    if (type === 'protein') return svg('rect', { x: -r * 0.9, y: -r * 0.9, width: r * 1.8, height: r * 1.8, rx: 2 });
    return svg('path', { d: `M0 ${-r * 1.2}L${r * 1.2} 0L0 ${r * 1.2}L${-r * 1.2} 0Z` });
  };

  const showEdge = (edge, side) => {
    const cards = CR.cards(t('claims'), edge.rows.slice(0, 40), { subject: edge.from.key, object: edge.to.key });
    CR.set(side, el('p', {}, CR.term(CR.label(edge.from), edge.from.type), ' → ', CR.term(CR.label(edge.to), edge.to.type)),
      el('p', {}, el('a', { href: CR.href('claims', { subject: edge.from.key, object: edge.to.key }) }, t('allOfPair'))), cards);
    side.scrollTop = 0;
  };

  const showNode = (concept, params, side) => {
    CR.set(side, el('p', {}, CR.term(CR.label(concept), concept.type), ' ', concept.id ? CR.identifier(concept.id) : null),
      concept.names.length > 1 ? el('p', { class: 'faint' }, concept.names.slice(0, 12).join(' · ')) : null,
      el('p', { class: 'faint' }, size(concept)),
      el('ul', { class: 'plain-list' },
        (params.around || [])[0] === concept.key ? el('li', {}, el('a', { href: CR.href('graph', { ...params, around: [] }) }, t('whole')))
          : el('li', {}, el('a', { href: CR.href('graph', { ...params, around: concept.key }) }, t('around', { what: CR.label(concept) }))),
        el('li', {}, el('a', { href: CR.href('claims', { subject: concept.key }) }, t('allOfSubject'))),
        el('li', {}, el('a', { href: CR.href('claims', { object: concept.key }) }, t('allOfObject')))));
  };

  const draw = (graph, params, side) => {
    const placed = CR.layout(graph);
    const at = new Map(placed.map((n) => [n.concept.number, n]));
    const box = {
      left: Math.min(...placed.map((n) => n.x - n.width / 2)) - 30, right: Math.max(...placed.map((n) => n.x + n.width / 2)) + 30,
      top: Math.min(...placed.map((n) => n.y)) - 50, bottom: Math.max(...placed.map((n) => n.y)) + 60,
    };
    const lines = [];
    for (const edge of graph.edges) {
      const [a, b] = [at.get(edge.from.number), at.get(edge.to.number)];
      const [dx, dy] = [b.x - a.x, b.y - a.y];
      const long = Math.hypot(dx, dy) || 1;
      // Bent by direction, so that edges of two directions, or there and back, lie side by side.
      const bend = { up: 0.1, down: 0.18, level: 0.04 }[edge.direction] * Math.min(long, 260);
      const [mx, my] = [(a.x + b.x) / 2 - (dy / long) * bend, (a.y + b.y) / 2 + (dx / long) * bend];
      const gap = (n, x, y, more) => {
        const d = Math.hypot(x - n.x, y - n.y) || 1;
        return [n.x + ((x - n.x) / d) * (n.r * 1.1 + more), n.y + ((y - n.y) / d) * (n.r * 1.1 + more)];
      };
      const [[x0, y0], [x1, y1]] = [gap(a, mx, my, 2), gap(b, mx, my, 7)];
      const soft = edge.soft === edge.rows.length;
      const d = `M${x0.toFixed(1)} ${y0.toFixed(1)}Q${mx.toFixed(1)} ${my.toFixed(1)} ${x1.toFixed(1)} ${y1.toFixed(1)}`;
      const relations = [...new Set(edge.rows.map((row) => t(M.relation(row))))].join(', ');
      const label = `${a.label} → ${b.label}: ${relations} (${edge.rows.length})`;
      const node = svg('g', {
        class: `edge ${edge.direction}${edge.denied === edge.rows.length ? ' all-denied' : soft ? ' soft' : ''}`, tabindex: '0', role: 'button', 'aria-label': label,
        'data-from': edge.from.number, 'data-to': edge.to.number,
      },
      svg('title', {}, label),
      svg('path', { class: 'reach', d }),
      svg('path', { class: 'line', d, 'stroke-width': (1 + Math.min(6, 1.1 * Math.sqrt(edge.rows.length - 1))).toFixed(2), 'marker-end': `url(#to-${edge.direction})` }));
      const open = () => {
        canvas.querySelectorAll('.picked').forEach((n) => n.classList.remove('picked'));
        node.classList.add('picked');
        showEdge(edge, side);
      };
      node.addEventListener('click', open);
      node.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' || event.key === ' ') open();
      });
      lines.push(node);
    }
    const points = placed.map((n) => {
      const open = () => showNode(n.concept, params, side);
      const node = svg('g', {
        class: `node ${n.concept.type}`, transform: `translate(${n.x.toFixed(1)} ${n.y.toFixed(1)})`, tabindex: '0', role: 'button',
        'aria-label': [...new Set([n.name, n.label]), t(n.concept.type), size(n.concept)].join(', '),
        'data-node': n.concept.number,
        onclick: open,
        ondblclick: () => CR.go(CR.href('graph', { ...params, around: n.concept.key })),
        onkeydown: (event) => {
          if (event.key === 'Enter' || event.key === ' ') open();
        },
        onmouseenter: () => light(n.concept.number),
        onmouseleave: () => light(null),
        onfocus: () => light(n.concept.number),
        onblur: () => light(null),
      }, svg('title', {}, n.label), shape(n.concept.type, n.r), svg('text', { y: n.r + 13, 'text-anchor': 'middle', 'aria-hidden': 'true' }, n.name));
      return node;
    });
    const marker = (direction) => svg('marker', {
      id: `to-${direction}`, class: direction, viewBox: '0 0 10 10', refX: 5, refY: 5, markerWidth: 9, markerHeight: 9, markerUnits: 'userSpaceOnUse', orient: 'auto-start-reverse',
    }, svg('path', { d: direction === 'down' ? 'M4 0L7 0L7 10L4 10Z' : 'M0 0L10 5L0 10Z' }));
    const content = svg('g', {}, svg('g', {}, lines), svg('g', {}, points));
    const canvas = svg('svg', { class: 'canvas', tabindex: '0', role: 'group', 'aria-label': t('graph') }, svg('defs', {}, ['up', 'down', 'level'].map(marker)), content);
    const light = (number) => {
      canvas.classList.toggle('lit', number !== null);
      const near = new Set([String(number)]);
      for (const line of lines) {
        const touches = number !== null && (line.dataset.from === String(number) || line.dataset.to === String(number));
        line.classList.toggle('near', touches);
        if (touches) near.add(line.dataset.from).add(line.dataset.to);
      }
      for (const point of points) point.classList.toggle('near', near.has(point.dataset.node));
    };
    move(canvas, content, box);
    return canvas;
  };

  /** Drag to move, wheel or keys to zoom. */
  const move = (canvas, content, box) => {
    const place = () => content.setAttribute('transform', `translate(${view.x} ${view.y}) scale(${view.scale})`);
    const fit = () => {
      const { width, height } = canvas.getBoundingClientRect();
      if (!width) return;
      const scale = Math.min(1.6, width / (box.right - box.left), height / (box.bottom - box.top));
      view = { scale, x: width / 2 - (scale * (box.left + box.right)) / 2, y: height / 2 - (scale * (box.top + box.bottom)) / 2 };
      place();
    };
    const zoom = (factor, x, y) => {
      const scale = Math.min(6, Math.max(0.1, view.scale * factor));
      view = { scale, x: x - ((x - view.x) * scale) / view.scale, y: y - ((y - view.y) * scale) / view.scale };
      place();
    };
    canvas.addEventListener('wheel', (event) => {
      event.preventDefault();
      const { left, top } = canvas.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY * 0.0015), event.clientX - left, event.clientY - top);
    }, { passive: false });
    let held = null;
    canvas.addEventListener('pointerdown', (event) => {
      held = { x: event.clientX, y: event.clientY, far: false };
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!held || !event.buttons) return;
      const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
      if (!held.far && Math.hypot(dx, dy) < 4) return;
      if (!held.far) canvas.setPointerCapture(event.pointerId);
      view = { ...view, x: view.x + dx, y: view.y + dy };
      held = { x: event.clientX, y: event.clientY, far: true };
      place();
    });
    canvas.addEventListener('pointerup', () => {
      held = null;
    });
    canvas.addEventListener('keydown', (event) => {
      const steps = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] };
      const { width, height } = canvas.getBoundingClientRect();
      if (event.key in steps) {
        view = { ...view, x: view.x + steps[event.key][0], y: view.y + steps[event.key][1] };
        place();
        event.preventDefault();
      } else if (event.key === '+' || event.key === '-') zoom(event.key === '+' ? 1.25 : 0.8, width / 2, height / 2);
      else if (event.key === '0') fit();
    });
    canvas.fit = fit;
    new ResizeObserver(fit).observe(canvas);
  };

  const range = (label, key, params, low, high, value) =>
    el('label', { class: 'range' }, el('span', {}, label), el('input', {
      type: 'range', min: low, max: high, value, 'data-focus': `range ${key}`,
      oninput: CR.later(80, (event) => CR.go(CR.href('graph', { ...params, [key]: event.target.value }), true)),
    }), el('output', {}, value));

  const pick = (label, key, params, choices, chosen) =>
    el('select', { 'aria-label': label, 'data-focus': `pick ${key}`, onchange: (event) => CR.go(CR.href('graph', { ...params, [key]: event.target.value })) },
      choices.map(([value, name]) => el('option', { value, selected: value === chosen }, name)));

  CR.views.graph = {
    show(root, { params }) {
      const focus = document.activeElement && document.activeElement.dataset.focus;
      const graph = CR.network(params);
      const types = params.type || CR.data.run.types;
      const middle = params.around && M.conceptOf(params.around[0]);
      const [most, least] = [(params.most || ['40'])[0], (params.least || ['1'])[0]];
      const side = el('aside', { class: 'graph-side', 'aria-live': 'polite' });
      const names = el('datalist', { id: 'concept-names' }, [...M.concepts].sort((a, b) => b.claims - a.claims || a.number - b.number).slice(0, 400)
        .map((c) => el('option', { value: CR.label(c) })));
      const sum = graph.edges.reduce((all, e) => all + e.rows.length, 0);
      CR.set(side, el('p', {}, t('graphSummary', { nodes: graph.nodes.length, edges: graph.edges.length, claims: sum })), el('p', { class: 'faint' }, t('graphHelp')),
        CR.legend([['edge-up', `↑ ${t('positive')}`], ['edge-down', `⊣ ${t('negative')}`], ['edge-level', `~ ${t('neutral')}`], ['edge-soft', t('dashes')]]),
        CR.legend([['shape-compound', t('compound')], ['shape-protein', t('protein')], ['shape-effect', t('effect')]]));
      const controls = el('div', { class: 'graph-tools' },
        el('input', {
          type: 'search', id: 'search', list: 'concept-names', placeholder: t('findConcept'), 'aria-label': t('findConcept'), value: middle ? CR.label(middle) : '', 'data-focus': 'find',
          onchange: (event) => {
            const word = CR.fold(event.target.value.trim());
            const named = (c) => [CR.label(c), c.name, ...c.names].some((n) => CR.fold(n) === word);
            const found = word && ([...M.concepts].filter(named).sort((a, b) => b.claims - a.claims)[0] || M.concepts.find((c) => CR.haystacks().concepts[c.number].includes(word)));
            CR.go(CR.href('graph', { ...params, around: found ? found.key : [] }));
          },
        }), names,
        middle ? CR.button(`× ${t('whole')}`, () => CR.go(CR.href('graph', { ...params, around: [] })), { class: 'chip' }) : null,
        M.docs.length > 1 ? pick(t('paper'), 'paper', params, [['', t('allPapers')], ...M.docs.filter((d) => d.claims).map((d) => [d.id, CR.titleOf(d)])], (params.paper || [''])[0]) : null,
        pick(t('relation'), 'relation', params, [['', t('allRelations')], ...CR.data.run.relations.map((r) => [r, `${CR.SIGN[r]} ${t(r)}`])], (params.relation || [''])[0]),
        el('fieldset', { class: 'types' }, el('legend', { class: 'unseen' }, t('show')), CR.data.run.types.map((type) => el('label', {},
          el('input', {
            type: 'checkbox', checked: types.includes(type), 'data-focus': `type ${type}`,
            onchange: () => {
              const next = types.includes(type) ? types.filter((x) => x !== type) : [...types, type];
              CR.go(CR.href('graph', { ...params, type: next.length ? next : [] }));
            },
          }), el('span', { class: `term ${type}` }, t(`${type}s`))))),
        range(t('most'), 'most', params, 5, 120, most),
        range(t('atLeast'), 'least', params, 1, 10, least));
      const canvas = graph.nodes.length ? draw(graph, params, side) : el('p', { class: 'nothing' }, t('nothing'));
      CR.set(root, el('div', { class: 'graph-view' }, el('h1', { class: 'unseen' }, t('graph')), controls, el('div', { class: 'graph-body' }, canvas, side)));
      if (middle) showNode(middle, params, side);
      if (canvas.fit) canvas.fit();
      if (focus) root.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus();
    },
    key(key) {
      if (key === '/') document.getElementById('search')?.focus();
      else if (key === 'Escape' && CR.route().params.around) CR.go(CR.href('graph', { ...CR.route().params, around: [] }));
      else return false;
      return true;
    },
  };
})();
