'use strict';
/** The list of papers. */
(() => {
  const { el, t } = CR;

  CR.views.papers = {
    show(root, { params }) {
      const order = (params.sort || ['-claims'])[0];
      const column = order.replace(/^-/, '');
      const keys = { title: CR.titleOf, pages: (d) => d.pages || 0, mentions: (d) => d.mentions, claims: (d) => d.claims };
      const key = Object.hasOwn(keys, column) ? keys[column] : keys.claims;
      const way = order.startsWith('-') ? -1 : 1;
      const compare = column === 'title' ? (a, b) => way * key(a).localeCompare(key(b), CR.lang) : (a, b) => way * (key(a) - key(b));
      const docs = [...CR.model.docs].sort((a, b) => compare(a, b) || a.number - b.number);
      const most = Math.max(1, ...docs.map((d) => d.claims));
      const head = (name, kind) => el('th', { scope: 'col', class: kind, 'aria-sort': column === name ? (way > 0 ? 'ascending' : 'descending') : 'none' },
        CR.button([t(name), column === name ? (way > 0 ? ' ▲' : ' ▼') : ''], () => CR.go(CR.href('papers', { sort: order === `-${name}` ? name : `-${name}` }))));
      CR.set(root, el('div', { class: 'papers' }, el('h1', {}, t('papers')), el('table', { class: 'figures' },
        el('thead', {}, el('tr', {}, head('title'), el('th', { scope: 'col' }, t('language')), head('pages', 'number'), head('mentions', 'number'), head('claims', 'number'), el('th', { scope: 'col' }, t('warnings')))),
        el('tbody', {}, docs.map((d) => el('tr', {},
          el('th', { scope: 'row' }, d.status === 'failed' ? d.id : el('a', { href: CR.href('paper', {}, d.id), title: CR.titleOf(d) }, CR.titleOf(d)),
            el('small', { class: 'faint' }, [d.title && d.id, d.reader].filter(Boolean).join(' · '))),
          el('td', {}, d.langs.map(t).join(', ')),
          el('td', { class: 'number' }, d.pages === null ? '–' : CR.figure(d.pages)),
          el('td', { class: 'number' }, CR.figure(d.mentions)),
          el('td', { class: 'number' }, el('a', { class: 'with-bar', style: `--share: ${(d.claims / most).toFixed(3)}`, href: CR.href('claims', { paper: d.id }) }, CR.figure(d.claims))),
          el('td', { class: 'warning' }, d.status === 'failed' ? t('failed') : d.warnings.join('; '))))))));
    },
  };
})();
