'use strict';
/** What is taken away from a page: a table of the claims listed, a link, print. */
(() => {
  const { el, t } = CR;
  const M = CR.model;
  const T = M.table;
  const MOST_PRINTED = 2000;
  const COLUMNS = [
    ['id', (r) => T.id[r]], ['paper', (r) => M.doc(r).id], ['title', (r) => M.doc(r).title || ''], ['section', (r) => M.section(r)], ['page', (r) => M.page(r) || ''],
    ['subject', (r) => M.said(r)], ['subject_type', (r) => M.subject(r).type], ['subject_id', (r) => M.subject(r).id || ''], ['subject_name', (r) => M.subject(r).name],
    ['relation', (r) => M.relation(r)], ['trigger', (r) => M.trigger(r)],
    ['object', (r) => M.done(r)], ['object_type', (r) => M.object(r).type], ['object_id', (r) => M.object(r).id || ''], ['object_name', (r) => M.object(r).name],
    ['negated', (r) => M.is(r, 'denied')], ['certainty', (r) => (M.is(r, 'hedged') ? 'hedged' : 'asserted')], ['model', (r) => M.modelsOf(r).join('|')], ['sentence', (r) => M.text(r)],
    ['verdict', (r) => (CR.verdictOf(r) ? CR.VERDICTS[CR.verdictOf(r)] : '')], ['note', (r) => CR.noteOf(r)],
  ];

  const cell = (value) => {
    // A spreadsheet takes what begins so for a formula, and the text is a stranger's; as `export` does it.
    const text = String(value).replace(/^(?='*[-=+@\t\r\n＝＋－＠])/, "'");
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };

  /** Claims as a CSV file, with the mark by which Excel knows UTF-8. */
  CR.csv = (rows) => `\ufeff${[COLUMNS.map(([name]) => name), ...rows.map((r) => COLUMNS.map(([, get]) => get(r)))].map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;

  CR.saveCsv = (rows) => {
    const href = URL.createObjectURL(new Blob([CR.csv(rows)], { type: 'text/csv;charset=utf-8' }));
    const link = el('a', { href, download: 'claims.csv' });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(href), 1000);
  };

  CR.copyLink = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
    } catch {
      // not allowed everywhere from disk: the old way
      const box = el('textarea', { value: location.href, class: 'unseen' });
      document.body.append(box);
      box.select();
      document.execCommand('copy');
      box.remove();
    }
    CR.toast(t('copied'));
  };

  CR.toast = (text) => {
    CR.say(text);
    const note = el('div', { class: 'toast', 'aria-hidden': 'true' }, text);
    document.body.append(note);
    setTimeout(() => note.remove(), 1600);
  };

  const printed = (row) =>
    el('li', {}, el('p', {}, CR.inLine(row), M.modelsOf(row).length ? el('small', {}, ` · ${M.modelsOf(row).join(', ')}`) : null, ' ', CR.verdictBadge(row), CR.noteOf(row) ? el('i', {}, CR.noteOf(row)) : null),
      el('p', { lang: M.lang(row) }, M.text(row)),
      el('p', { class: 'faint' }, [T.id[row], CR.titleOf(M.doc(row)), M.section(row), M.page(row) ? t('pageNumber', { page: M.page(row) }) : null].filter(Boolean).join(' · ')));

  // The table holds the rows in sight only; what is printed is the whole of what was filtered.
  window.addEventListener('beforeprint', () => {
    const box = document.getElementById('printed');
    const listing = CR.route().view === 'claims' && CR.views.claims.opened() === undefined;
    document.body.classList.toggle('print-list', listing);
    if (!listing) return;
    const rows = CR.views.claims.rows();
    CR.set(box, el('h1', {}, `${CR.data.run.title}: ${t('countSome', { count: rows.length, all: M.count })}`),
      rows.length > MOST_PRINTED ? el('p', {}, t('printedMany', { count: MOST_PRINTED, all: rows.length })) : null,
      el('ol', {}, rows.slice(0, MOST_PRINTED).map(printed)));
  });
  window.addEventListener('afterprint', () => CR.set(document.getElementById('printed')));
})();
