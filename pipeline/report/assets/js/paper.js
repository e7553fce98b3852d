'use strict';
/** A paper: its text with mentions coloured, and beside each paragraph the claims of its sentences. */
(() => {
  const { el, t } = CR;
  const M = CR.model;
  let card = null; // what is told of a mention

  /** What is known of a mention, beside it. */
  const tell = (paper, number, button) => {
    const [start, end, type, meaning, rule] = paper.mentions[number];
    const [id, name, names, candidates, concept] = paper.meanings[meaning];
    const known = concept >= 0 ? M.concepts[concept] : null;
    const text = paper.text.slice(start, end);
    closeCard();
    card = el('div', { class: 'mention-card', role: 'dialog', 'aria-label': text, tabindex: '-1' },
      el('p', {}, CR.term(name || text, CR.data.run.types[type]), ' ', el('span', { class: 'faint' }, t(CR.data.run.types[type]))),
      el('p', {}, id ? CR.identifier(id) : el('span', { class: 'faint' }, t('noIdentifier'))),
      names.length > 1 ? el('p', { class: 'faint' }, names.join(' · ')) : null,
      candidates.length ? el('p', {}, `${t('candidates')}: ${candidates.join(', ')}`) : null,
      el('p', { class: 'faint' }, t('foundBy', { rule: paper.rules[rule] })),
      known ? el('p', {}, el('a', { href: CR.href('claims', { about: known.key }) }, `${t('claimsOfConcept')} (${CR.figure(known.claims)})`)) : null);
    document.body.append(card);
    const box = button.getBoundingClientRect();
    const left = Math.min(box.left, innerWidth - card.offsetWidth - 12);
    const below = box.bottom + 6 + card.offsetHeight < innerHeight;
    card.style.left = `${Math.max(8, left) + scrollX}px`;
    card.style.top = `${(below ? box.bottom + 6 : box.top - card.offsetHeight - 6) + scrollY}px`;
    card.focus({ preventScroll: true });
    card.from = button;
  };
  const closeCard = () => {
    if (!card) return false;
    const { from } = card;
    card.remove();
    card = null;
    if (from.isConnected) from.focus({ preventScroll: true });
    return true;
  };
  document.addEventListener('click', (event) => {
    if (card && !card.contains(event.target) && !event.target.closest('.mention')) closeCard();
  });

  const build = (doc, paper, at) => {
    const { text } = paper;
    const types = CR.data.run.types;
    const claims = Object.entries(paper.claims).map(([id, claim]) => ({ id, row: M.rowOf(id), ...claim }));
    const sentences = new Map(claims.map((c) => [c.start, c.end]));
    const headings = new Map(paper.sections.map(([title, level, start]) => [start, { title, level }]));
    const spans = paper.mentions.map(([start, end, type], number) => ({
      start, end, class: `mention ${types[type]}`, at: number, title: undefined,
      on: (event) => tell(paper, number, event.currentTarget),
    }));
    const body = el('div', { class: 'paper-text', lang: doc.langs[0] === 'zh' ? 'zh-CN' : 'en' });
    let page = 0;
    let target = null;
    for (let start = 0; start < text.length; ) {
      const found = text.indexOf('\n', start);
      const end = found < 0 ? text.length : found;
      const own = claims.filter((c) => c.start >= start && c.start < end);
      const inside = spans.filter((s) => s.start < end && s.end > start);
      const cuts = [...sentences].filter(([a]) => a >= start && a < end)
        .map(([a, b]) => ({ start: a, end: b, class: at >= a && at < b ? 'claiming here' : 'claiming', at: `s${a}` }));
      const named = headings.get(start);
      // A label may open a paragraph (摘要：…): that is no line of its own.
      const heading = named && end - start <= named.title.length + 2 ? named : null;
      const marked = CR.marked(text, start, end, [...cuts, ...inside]);
      const first = inside.map((s) => paper.mentions[s.at][5][0]).find(Boolean);
      const turned = first && first[0] > page ? first[0] : 0;
      if (turned) page = turned;
      const node = heading
        ? el(`h${Math.min(4, heading.level + 1)}`, { id: `at-${start}`, class: 'heading' }, marked)
        : el('p', {}, marked);
      const row = el('div', { class: 'paragraph' },
        turned ? el('a', { class: 'page-mark', href: paper.pages[turned] ? CR.href('paper', { page: turned }, doc.id) : null }, t('pageNumber', { page: turned })) : null,
        node,
        own.length ? el('div', { class: 'own', role: 'group', 'aria-label': t('claimsHere') }, own.map((c) => el('div', {
          class: at >= c.start && at < c.end ? 'claim-line here' : 'claim-line',
          onmouseenter: () => body.querySelectorAll(`[data-at="s${c.start}"]`).forEach((n) => n.classList.add('lit')),
          onmouseleave: () => body.querySelectorAll('.lit').forEach((n) => n.classList.remove('lit')),
        }, CR.claimLink(c.row, { paper: doc.id })))) : null);
      if (at >= start && at <= end) target = row;
      body.append(row);
      start = end + 1;
    }
    return { body, target };
  };

  const outline = (doc, paper) =>
    el('nav', { class: 'outline', 'aria-label': t('contents') }, el('h2', {}, t('contents')),
      el('ol', {}, paper.sections.filter(([, level]) => level > 0).map(([title, level, start]) => el('li', { class: `level-${level}` },
        el('a', { href: CR.href('paper', { at: start }, doc.id) }, title)))),
      Object.keys(paper.pages).length ? [el('h2', {}, t('pagePictures')), el('p', { class: 'page-links' }, Object.keys(paper.pages).map((p) =>
        el('a', { href: CR.href('paper', { page: p }, doc.id) }, p)))] : null,
      paper.glosses.length ? [el('h2', {}, t('glosses')), el('ul', { class: 'glosses' }, paper.glosses.map(([start, , names, type]) => el('li', {},
        el('a', { href: CR.href('paper', { at: start }, doc.id), class: type ? `term ${type}` : '' }, names.map(([name]) => name).join(' = ')))))] : null);

  const picture = (doc, paper, page) => {
    const kinds = CR.data.run.types;
    const boxes = [...paper.mentions.map(([start, end, type, , , at]) => ({ kind: `mention ${kinds[type]}`, at, title: paper.text.slice(start, end) })),
      ...[...new Map(Object.values(paper.claims).map((c) => [c.start, c])).values()].map((c) => ({ kind: 'claiming', at: c.boxes }))];
    return CR.pages(doc, paper, [page], boxes, page, true);
  };

  CR.views.paper = {
    show(root, { rest, params }) {
      closeCard();
      const doc = M.docOf(rest);
      if (!doc || doc.status === 'failed') {
        CR.set(root, el('p', { class: 'nothing' }, t('unknownPaper', { id: rest })));
        return;
      }
      const at = Number((params.at || [-1])[0]);
      const page = Number((params.page || [0])[0]);
      if (!root.querySelector('.paper')) CR.set(root, el('p', { class: 'wait' }, t('loading')));
      CR.load(`paper-${doc.number}`).then((paper) => {
        const { body, target } = build(doc, paper, at);
        const shown = page ? picture(doc, paper, page) : null;
        CR.set(root, el('div', { class: page ? 'paper with-page' : 'paper' }, outline(doc, paper),
          el('article', {},
            el('header', {}, el('p', { class: 'faint' }, [doc.id, doc.pages ? t('countPages', { count: doc.pages }) : null, doc.langs.map(t).join(', ')].filter(Boolean).join(' · '), ' · ',
              el('a', { href: CR.href('claims', { paper: doc.id }) }, `${t('allClaimsOfPaper')} (${CR.figure(doc.claims)})`)),
              CR.legend(CR.data.run.types.map((k) => [k, t(k)]))),
            doc.warnings.length ? el('ul', { class: 'troubles' }, doc.warnings.map((w) => el('li', {}, w))) : null,
            body,
            paper.references.length ? el('section', { class: 'references' }, el('h2', {}, t('references')), el('ol', {}, paper.references.map(([number, text]) =>
              el('li', number === null ? { class: 'unnumbered' } : { value: number }, text)))) : null),
          shown ? el('div', { class: 'beside' }, el('p', { class: 'beside-head' }, el('a', { href: CR.href('paper', {}, doc.id) }, t('close'))), shown.node) : null));
        if (shown) shown.reveal();
        if (target) target.scrollIntoView({ block: 'center' });
        else if (!page) scrollTo(0, 0);
      }).catch((error) => CR.failed(root, error));
    },
    key(key) {
      return key === 'Escape' && closeCard();
    },
  };
})();
