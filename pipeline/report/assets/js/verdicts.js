'use strict';
/**
 * What a curator thinks of claims: right, wrong or unsure, and a note. Kept in the browser under the key of the run's
 * claims; `Download CSV` takes it along.
 */
(() => {
  const { el, t } = CR;
  const M = CR.model;
  const KEY = `verdicts.${CR.data.run.key}`;

  /** The verdicts, by number: none is 0. */
  CR.VERDICTS = ['unjudged', 'right', 'wrong', 'unsure'];
  CR.VERDICT_MARKS = ['', '✓', '✗', '?'];
  const codes = new Uint8Array(M.count);
  let notes = new Map();
  let refused = false; // whether the browser keeps nothing, as was told

  /** What is kept, `{claim: [verdict, note]}`; what is none of ours is passed over. */
  const kept = () => {
    let found = null;
    try {
      found = JSON.parse(CR.recall(KEY) || '{}');
    } catch {
      // cut short, or another's
    }
    const rows = Object.entries(found && typeof found === 'object' ? found : {});
    return new Map(rows.filter(([id, value]) => M.rowOf(id) !== undefined && Array.isArray(value))
      .map(([id, [verdict, note]]) => [M.rowOf(id), [Math.max(0, CR.VERDICTS.indexOf(verdict)), String(note || '')]]));
  };

  const take = (all) => {
    codes.fill(0);
    notes = new Map();
    for (const [row, [code, note]] of all) {
      codes[row] = code;
      if (note) notes.set(row, note);
    }
  };
  take(kept());

  CR.verdictOf = (row) => codes[row];
  CR.noteOf = (row) => notes.get(row) || '';

  const judge = (row, code, note) => {
    // Another window may have kept more since, where a browser keeps anything.
    const all = refused || CR.recall(KEY) === null ? new Map([...codes].map((c, r) => [r, [c, CR.noteOf(r)]])) : kept();
    all.set(row, [code, note]);
    take(all);
    const said = {};
    for (const [r, [c, n]] of all) if (c || n) said[M.table.id[r]] = [CR.VERDICTS[c], n];
    if (!CR.remember(KEY, JSON.stringify(said)) && !refused) {
      refused = true;
      CR.toast(t('verdictsLost'));
    }
  };

  /** A claim's verdict as its mark; null without one. */
  CR.verdictMark = (row) => (codes[row] ? el('span', { class: `badge verdict ${CR.VERDICTS[codes[row]]}`, title: [t(CR.VERDICTS[codes[row]]), CR.noteOf(row)].filter(Boolean).join(': '), role: 'img', 'aria-label': t(CR.VERDICTS[codes[row]]) },
    CR.VERDICT_MARKS[codes[row]]) : null);

  /** A claim's verdict as a badge; null without one. */
  CR.verdictBadge = (row) => (codes[row] ? el('span', { class: `badge verdict ${CR.VERDICTS[codes[row]]}` },
    `${CR.VERDICT_MARKS[codes[row]]} ${t(CR.VERDICTS[codes[row]])}`) : null);

  /** Where a claim is judged: `node`, `press(n)` for its keys, `write()` to go to the note. `changed` is called after each. */
  CR.verdictTools = (row, changed) => {
    const note = el('input', {
      type: 'text', class: 'note', value: CR.noteOf(row), placeholder: t('note'), 'aria-label': t('note'), maxlength: '500', autocomplete: 'off',
      oninput: () => {
        judge(row, codes[row], note.value.trim());
        changed();
      },
    });
    const press = (code) => {
      judge(row, codes[row] === code ? 0 : code, note.value.trim());
      buttons.forEach((button, n) => button.setAttribute('aria-pressed', String(codes[row] === n + 1)));
      CR.say(t(CR.VERDICTS[codes[row]]));
      changed();
    };
    const buttons = CR.VERDICTS.slice(1).map((name, n) => CR.button([`${CR.VERDICT_MARKS[n + 1]} ${t(name)} `, el('kbd', {}, String(n + 1))], () => press(n + 1),
      { class: `judge ${name}`, 'aria-pressed': String(codes[row] === n + 1) }));
    return { node: el('div', { class: 'judging', role: 'group', 'aria-label': t('verdict') }, buttons, note), press, write: () => note.focus() };
  };
})();
