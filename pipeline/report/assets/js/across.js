'use strict';
/** Statements: what several papers say, and what is contradicted, both sides side by side. */
(() => {
  const { el, t } = CR;
  const M = CR.model;
  const MANY = 100;
  let byRow = null;

  /** The number of a claim's statement, undefined for one that stands for none. */
  CR.statementOf = (row, across) => {
    if (!byRow) {
      byRow = new Map();
      across.statements.forEach(([, , , , , rows, copies], n) => [...rows, ...copies].forEach((r) => byRow.set(r, n)));
    }
    return byRow.get(row);
  };

  const line = ([subject, relation, object, negated]) =>
    el('span', { class: 'in-line' }, CR.term(CR.label(M.concepts[subject]), M.concepts[subject].type), ' ',
      CR.relation(CR.data.run.relations[relation]), ' ', CR.term(CR.label(M.concepts[object]), M.concepts[object].type),
      negated ? [' ', el('span', { class: 'badge denied' }, t('denied'))] : null);

  const size = ([, , , , papers, rows]) => `${t('countPapers', { count: papers })}, ${t('countClaims', { count: rows.length })}`;

  const evidence = (rows) =>
    el('ul', { class: 'evidences' }, rows.map((row) => el('li', {},
      el('a', { href: CR.href('claims', { claim: M.table.id[row] }), class: 'evidence-link' },
        el('span', { lang: M.lang(row) }, M.text(row)), ' ', CR.badges(row, ['hedged'])),
      el('small', { class: 'faint' }, [CR.titleOf(M.doc(row)), M.section(row) && CR.heading(M.section(row)), ...M.modelsOf(row)].filter(Boolean).join(' · ')))));

  const short = (rows, few) => (rows.length <= few ? evidence(rows) : [
    evidence(rows.slice(0, few)),
    el('details', {}, el('summary', {}, t('more', { count: rows.length - few })), evidence(rows.slice(few))),
  ]);

  const others = (label, numbers, all) =>
    numbers.length ? el('p', { class: 'relatives' }, el('small', {}, `${t(label)}: `), numbers.slice(0, 6).map((n) => [line(all[n]), ' '])) : null;

  const agreement = (statement, all) => {
    const [, , , , , rows, , general, specific] = statement;
    return el('li', { class: 'card' }, el('h2', {}, line(statement), ' ', el('small', { class: 'faint' }, size(statement))),
      short(rows, 3), others('general', general, all), others('specific', specific, all));
  };

  const contradiction = ([one, other, by, , models], all) =>
    el('li', { class: 'card versus' },
      [one, other].map((n) => el('div', { class: 'side-of' }, el('h2', {}, line(all[n]), ' ', el('small', { class: 'faint' }, size(all[n]))), short(all[n][5], 3))),
      el('p', { class: 'faint shared-model' }, [t(by === 'denied' ? 'byDenied' : 'byDirection'), models.length ? `${t('model')}: ${models.join(', ')}` : null].filter(Boolean).join(' · ')));

  CR.views.across = {
    show(root, { params }) {
      const asked = (params.show || [])[0];
      const q = (params.q || [''])[0];
      const limit = Number((params.limit || [MANY])[0]) || MANY;
      CR.load('across').then(({ statements, contradictions }) => {
        const words = CR.words(q);
        const hay = CR.haystacks().concepts;
        const named = (n) => words.every((w) => hay[statements[n][0]].includes(w) || hay[statements[n][2]].includes(w) || statements[n][5].some((r) => CR.haystacks().sentences[M.table.sentence[r]].includes(w)));
        const several = statements.map((_, n) => n).filter((n) => statements[n][4] > 1);
        const agreeing = several.filter(named);
        const opposed = contradictions.filter(([a, b]) => named(a) || named(b));
        // Without a wish, the list that has something.
        const against = asked ? asked === 'against' : !several.length && contradictions.length > 0;
        const shown = against ? opposed : agreeing;
        const tab = (label, count, value) => el('a', { href: CR.href('across', { show: value, q }), class: 'tab', 'aria-current': (value === 'against') === against ? 'true' : null },
          t(label), ' ', el('span', { class: 'count' }, CR.figure(count)));
        const list = el('ul', { class: 'statements' }, shown.slice(0, limit).map((s) => (against ? contradiction(s, statements) : agreement(statements[s], statements))));
        const more = shown.length > limit ? CR.button(t('more', { count: shown.length - limit }), () => CR.go(CR.href('across', { ...params, limit: limit + MANY }), true)) : null;
        const empty = shown.length ? null : el('p', { class: 'nothing' }, q ? t('nothing') : t(against ? 'noContradictions' : 'noAgreements'));
        const kept = root.querySelector('.across');
        if (kept) {
          CR.set(kept.querySelector('.tabs'), tab('agreements', agreeing.length, 'same'), tab('contradictions', opposed.length, 'against'));
          CR.set(kept.querySelector('.results'), list, empty, more);
          return;
        }
        CR.set(root, el('div', { class: 'across' }, el('h1', {}, t('across')),
          el('div', { class: 'search-line' },
            el('nav', { class: 'tabs' }, tab('agreements', agreeing.length, 'same'), tab('contradictions', opposed.length, 'against')),
            el('input', { type: 'search', id: 'search', value: q, placeholder: t('findConcept'), 'aria-label': t('findConcept'),
              oninput: CR.later(120, (event) => CR.go(CR.href('across', { ...CR.route().params, q: event.target.value }), true)) })),
          el('div', { class: 'results' }, list, empty, more)));
      }).catch((error) => CR.failed(root, error));
    },
    key(key) {
      if (key !== '/') return false;
      document.getElementById('search')?.focus();
      return true;
    },
  };
})();
