'use strict';
/** The table of claims: search, facets, sorting; with a claim opened, the list beside the claim and its page. */
(() => {
  const { el, t } = CR;
  const M = CR.model;
  const T = M.table;
  const HEIGHT = 62;
  const COLUMNS = ['subject', 'relation', 'object', 'sentence', 'model', 'paper'];
  let now = null; // what is shown: params, result, rows, list, elements

  const cells = (row) => {
    const [subject, object, words] = [M.subject(row), M.object(row), now.words];
    const name = (text, concept) => [
      el('span', { class: `term ${concept.type}`, lang: CR.langOf(text) }, CR.found(text, words)),
      CR.label(concept) !== text ? el('small', {}, CR.label(concept)) : null,
    ];
    const page = M.page(row);
    return [
      el('div', { class: 'c-subject', role: 'cell' }, name(M.said(row), subject)),
      el('div', { class: 'c-relation', role: 'cell' }, CR.relation(M.relation(row)),
        el('div', {}, CR.verdictMark(row), CR.badges(row, ['denied', 'hedged']), M.is(row, 'conflicting') ? el('span', { class: 'badge conflicting', title: t('conflicting') }, t('contradicted')) : null)),
      el('div', { class: 'c-object', role: 'cell' }, name(M.done(row), object)),
      el('div', { class: 'c-sentence', role: 'cell', lang: M.lang(row) }, el('span', {}, CR.found(M.text(row), words))),
      el('div', { class: 'c-model', role: 'cell' }, M.modelsOf(row).join(', ')),
      el('div', { class: 'c-paper', role: 'cell' }, el('span', {}, CR.titleOf(M.doc(row))),
        el('small', {}, [M.section(row) && CR.heading(M.section(row)), page ? t('pageNumber', { page }) : null].filter(Boolean).join(' · '))),
    ];
  };

  const line = (index) => {
    const row = now.rows[index];
    const chosen = index === now.at;
    return el('div', {
      class: chosen ? 'row chosen' : 'row', role: 'row', 'aria-rowindex': index + 2,
      'aria-selected': chosen, onclick: () => openClaim(index),
    }, cells(row));
  };

  const heads = (order) => COLUMNS.map((column) => {
    const way = order === column ? 'ascending' : order === `-${column}` ? 'descending' : null;
    const next = way === 'ascending' ? `-${column}` : way === 'descending' ? '' : column;
    return el('div', { role: 'columnheader', class: `c-${column}`, 'aria-sort': way || 'none' },
      CR.button([t(column), el('span', { class: 'order', 'aria-hidden': 'true' }, way === 'ascending' ? ' ▲' : way ? ' ▼' : '')],
        () => change({ ...now.params, sort: next }), { title: t('sortBy', { what: t(column) }), 'data-focus': `sort ${column}` }));
  });

  const change = (params, quietly) => CR.go(CR.href('claims', params), quietly);
  const openClaim = (index) => change({ ...now.params, claim: T.id[now.rows[index]] });
  const closeClaim = () => {
    const { claim, ...others } = now.params;
    change(others);
  };

  const build = (root) => {
    const search = el('input', {
      type: 'search', id: 'search', placeholder: t('search'), 'aria-label': t('search'), title: t('searchHelp'), autocomplete: 'off',
      spellcheck: 'false',
      oninput: CR.later(60, (event) => {
        const { claim, ...others } = now.params;
        change({ ...others, q: event.target.value }, true);
      }),
    });
    const list = CR.list(HEIGHT, line, { role: 'rowgroup', 'aria-label': t('claims') });
    now = {
      root, search, list, facets: el('aside', { class: 'side', 'aria-label': t('filters') }), chips: el('div', { class: 'chips' }),
      count: el('span', { class: 'total', role: 'status' }), heads: el('div', { class: 'heads', role: 'row' }),
      detail: el('div', { class: 'detail' }), nothing: el('p', { class: 'nothing', hidden: true }, t('noMatch')), at: -1, params: null,
    };
    const tools = el('div', { class: 'tools' },
      CR.button(t('copyLink'), CR.copyLink), CR.button(t('exportCsv'), () => CR.saveCsv(now.rows)), CR.button(t('printList'), () => window.print()));
    now.table = el('div', { class: 'table', role: 'table', 'aria-label': t('claims') },
      el('div', { role: 'rowgroup', class: 'heads-group' }, now.heads), list.node, now.nothing);
    now.layout = el('div', { class: 'claims-view' }, now.facets,
      el('section', { class: 'middle' }, el('h1', { class: 'unseen' }, t('claims')), el('div', { class: 'search-line' }, search, now.count, tools), now.chips, now.table), now.detail);
    CR.set(root, now.layout);
  };

  const same = (a, b) => a && JSON.stringify(a) === JSON.stringify(b);

  const show = (root, { params }) => {
    const { claim, ...filters } = params;
    const fresh = !now || now.root !== root || !now.layout.isConnected;
    if (fresh) build(root);
    const { claim: was, ...before } = now.params || {};
    now.params = params;
    const { q = [''], sort = [''] } = filters;
    const opened = claim ? M.rowOf(claim[0]) : undefined;
    // A claim that is judged stays in its list while claims are open, whatever the filter says of it.
    if (fresh || !same(before, filters) || (now.judged && !claim)) {
      now.judged = false;
      const focus = document.activeElement && document.activeElement.dataset.focus;
      if (document.activeElement !== now.search) now.search.value = q[0];
      now.words = CR.words(q[0]);
      now.result = CR.filter(filters);
      now.rows = CR.sorted(now.result.rows, sort[0]);
      const all = M.count;
      now.count.textContent = now.rows.length === all ? t('countClaims', { count: all }) : t('countSome', { count: now.rows.length, all });
      const top = now.facets.scrollTop;
      CR.set(now.facets, CR.facetPanel(now.result, (key, value) => change(CR.toggled(now.params, key, value))));
      now.facets.scrollTop = top;
      const chips = CR.chips(filters, now.result, change);
      CR.set(now.chips, chips, chips.length > 1 || q[0] || Object.values(now.result.chosen).some((values) => !values.size) ? CR.button(t('clear'), () => change({}), { class: 'quiet' }) : null);
      CR.set(now.heads, heads(sort[0]));
      now.table.setAttribute('aria-rowcount', now.rows.length + 1);
      now.nothing.hidden = now.rows.length > 0;
      now.at = opened === undefined ? -1 : now.rows.indexOf(opened);
      now.list.show(now.rows.length);
      if (focus) now.layout.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus();
    }
    now.at = opened === undefined ? -1 : now.rows.indexOf(opened);
    if (!claim) {
      now.layout.classList.remove('opened');
      CR.set(now.detail);
      now.view = null;
      if (was || fresh) now.list.refresh();
      if (was) now.list.reveal(Math.max(0, now.rows.indexOf(M.rowOf(was[0]))), true);
      return;
    }
    const wasOpen = now.layout.classList.contains('opened');
    now.layout.classList.add('opened');
    if (opened === undefined) {
      now.view = null;
      CR.set(now.detail, el('p', { class: 'nothing' }, t('unknownClaim', { id: claim[0] })));
      return;
    }
    const place = now.at < 0 ? null : el('span', { class: 'faint' }, t('place', { number: now.at + 1, all: now.rows.length }));
    const verdict = CR.verdictTools(opened, () => {
      now.judged = true;
      now.list.refresh();
    });
    now.view = CR.claimView(opened, filters, [
      place,
      CR.button('‹', () => move(-1), { title: `${t('previous')} (k)`, 'aria-label': t('previous') }),
      CR.button('›', () => move(1), { title: `${t('next')} (j)`, 'aria-label': t('next') }),
      CR.button(t('copyLink'), CR.copyLink),
      CR.button('×', closeClaim, { title: `${t('close')} (Esc)`, 'aria-label': t('close') }),
    ], verdict.node);
    now.verdict = verdict;
    CR.set(now.detail, now.view.facts, now.view.pages);
    now.list.refresh();
    if (now.at >= 0) now.list.reveal(now.at, !wasOpen);
    CR.say(`${M.said(opened)} ${t(M.relation(opened))} ${M.done(opened)}`);
  };

  const move = (step) => {
    if (!now.rows.length) return;
    const index = Math.min(now.rows.length - 1, Math.max(0, now.at + step));
    if (now.params.claim) {
      if (index !== now.at) CR.go(CR.href('claims', { ...now.params, claim: T.id[now.rows[index]] }), true);
      return;
    }
    now.at = index;
    now.list.refresh();
    now.list.reveal(index);
    now.list.node.focus({ preventScroll: true });
    CR.say(`${M.said(now.rows[index])} ${t(M.relation(now.rows[index]))} ${M.done(now.rows[index])}`);
  };

  CR.views.claims = {
    show,
    /** Keys of this view; true where one was taken. */
    key(key) {
      if (key === 'j' || key === 'ArrowDown') move(1);
      else if (key === 'k' || key === 'ArrowUp') move(-1);
      else if (key === 'Enter' && now.at >= 0 && !now.params.claim) openClaim(now.at);
      else if (key === 'Escape' && now.params.claim) closeClaim();
      else if (now.params.claim && now.view && '123'.includes(key)) now.verdict.press(Number(key));
      else if (now.params.claim && now.view && key === 'n') now.verdict.write();
      else if (key === '/') now.search.focus();
      else if (key === '+' && now.view) now.view.turn(1);
      else if (key === '-' && now.view) now.view.turn(-1);
      else return false;
      return true;
    },
    /** The claims that are listed now, for print. */
    rows: () => (now ? now.rows : []),
    opened: () => (now && now.params.claim ? M.rowOf(now.params.claim[0]) : undefined),
  };
})();
