'use strict';
/** What claims can be filtered by: a list of choices for each facet, with how many claims each would leave. */
(() => {
  const { el, t } = CR;
  const FEW = 6;
  const MANY = 200;
  const open = new Set(['relation', 'subject', 'object', 'certainty', 'negation']);
  const unfolded = new Set();
  const sought = {};

  /** The params of the address with one value of a facet turned on or off. */
  CR.toggled = (params, key, value) => {
    const values = params[key] || [];
    const next = values.includes(value) ? values.filter((v) => v !== value) : [...values, value];
    const { claim, ...others } = params;
    return { ...others, [key]: next };
  };

  /** The facets as elements; `choose(key, value)` is called when one is ticked, `redraw` when only the list changes. */
  CR.facetPanel = ({ counts, chosen }, choose) => {
    const panel = el('div', { class: 'facets' });
    for (const [key, facet] of Object.entries(CR.FACETS)) {
      if ((facet.size < 2 || facet.hidden) && !chosen[key]) continue;
      panel.append(one(key, facet, counts[key], chosen[key] || new Set(), choose));
    }
    return panel;
  };

  const one = (key, facet, counts, chosen, choose) => {
    const list = el('ul', {});
    const draw = () => CR.set(list, entries(key, facet, counts, chosen, choose, draw));
    const finder = facet.large && facet.size > 12 ? el('input', {
      type: 'search', class: 'finder', placeholder: t('findIn', { what: t(key).toLowerCase() }), 'aria-label': t('findIn', { what: t(key).toLowerCase() }),
      value: sought[key] || '', 'data-focus': `find ${key}`,
      oninput: (event) => {
        sought[key] = event.target.value;
        draw();
      },
    }) : null;
    draw();
    return el('details', {
      class: 'facet', open: open.has(key) || chosen.size > 0,
      ontoggle: (event) => (event.target.open ? open.add(key) : open.delete(key)),
    }, el('summary', {}, t(facet.name || key), chosen.size ? el('span', { class: 'chosen' }, CR.figure(chosen.size)) : null), finder, list);
  };

  const entries = (key, facet, counts, chosen, choose, redraw) => {
    const words = sought[key] ? CR.words(sought[key]) : [];
    let values = [];
    for (let v = 0; v < facet.size; v += 1) if (counts[v] || chosen.has(v)) values.push(v);
    if (words.length) {
      const named = (v) => (facet.concept ? CR.haystacks().concepts[v] : CR.fold(`${facet.label(v)} ${facet.hint ? facet.hint(v) : ''}`));
      values = values.filter((v) => words.every((w) => named(v).includes(w)));
    }
    values.sort((a, b) => chosen.has(b) - chosen.has(a) || counts[b] - counts[a] || a - b);
    const limit = unfolded.has(key) || words.length ? MANY : FEW + 1;
    const shown = values.slice(0, Math.max(values.length <= limit ? limit : limit - 1, chosen.size));
    const most = Math.max(1, counts[values[0]] || 0);
    const items = shown.map((v) => {
      const param = facet.param(v);
      const concept = facet.concept && facet.concept(v);
      return el('li', {}, el('label', { title: facet.hint ? facet.hint(v) : concept && concept.id ? concept.id : null },
        el('input', { type: 'checkbox', checked: chosen.has(v), 'data-focus': `${key} ${param}`, onchange: () => choose(key, param) }),
        key === 'relation' ? CR.relation(param)
          : el('span', { class: concept ? `term ${concept.type}` : 'value' }, facet.label(v)),
        el('span', { class: 'count', style: `--share: ${(counts[v] / most).toFixed(3)}` }, CR.figure(counts[v]))));
    });
    const rest = values.length - shown.length;
    if (unfolded.has(key) && values.length > FEW + 1) {
      items.push(el('li', {}, CR.button(t('fewer'), () => (unfolded.delete(key), redraw()), { class: 'quiet' })));
    } else if (rest > 0 && !words.length) {
      items.push(el('li', {}, CR.button(t('more', { count: rest }), () => (unfolded.add(key), redraw()), { class: 'quiet' })));
    }
    return items;
  };

  /** The choices made, each with a button that takes it back. */
  CR.chips = (params, { chosen }, change) => {
    const chips = [];
    for (const [key, values] of Object.entries(chosen)) {
      for (const v of values) {
        const facet = CR.FACETS[key];
        const label = facet.label(v);
        chips.push(CR.button([el('small', {}, `${t(facet.name || key)} `), label, el('span', { 'aria-hidden': 'true' }, ' ×')],
          () => change(CR.toggled(params, key, facet.param(v))), { class: 'chip', 'aria-label': t('remove', { what: label }) }));
      }
    }
    return chips;
  };
})();
