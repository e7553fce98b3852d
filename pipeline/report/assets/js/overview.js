'use strict';
/** The run at a glance; every figure leads to the claims that it counts. */
(() => {
  const { el, t } = CR;
  const M = CR.model;
  const T = M.table;
  const TOP = 12;

  const kindOf = (row) => (M.is(row, 'denied') ? 'denied' : M.is(row, 'hedged') ? 'hedged' : 'plain');

  /** Counts of claims by a key, split by how they are made. */
  const tally = (keyOf) => {
    const found = new Map();
    for (let row = 0; row < M.count; row += 1) {
      const key = keyOf(row);
      if (!found.has(key)) found.set(key, { plain: 0, hedged: 0, denied: 0, all: 0 });
      const counts = found.get(key);
      counts[kindOf(row)] += 1;
      counts.all += 1;
    }
    return found;
  };
  const parts = (counts, shade = '') => [[`plain ${shade}`, counts.plain], [`hedged ${shade}`, counts.hedged], [`denied ${shade}`, counts.denied]];

  const tiles = () => {
    const count = (flag) => T.flags.reduce((sum, flags) => sum + (flags & CR.FLAG[flag] ? 1 : 0), 0);
    const ok = M.docs.filter((d) => d.status !== 'failed');
    const pages = ok.reduce((sum, d) => sum + (d.pages || 0), 0);
    const [denied, hedged, cited] = ['denied', 'hedged', 'cited'].map(count);
    const types = CR.data.run.types.map((type) => M.concepts.filter((c) => c.type === type).length);
    return el('div', { class: 'tiles' },
      CR.tile(ok.length, t('papers'), CR.href('papers'), pages ? t('countPages', { count: pages }) : null),
      CR.tile(M.count, t('claims'), CR.href('claims')),
      types.map((number, n) => CR.tile(number, t(`${CR.data.run.types[n]}s`), CR.href('claims', { subjectType: n < 2 ? CR.data.run.types[n] : null, objectType: n === 2 ? 'effect' : null }))),
      CR.tile(hedged, t('hedged'), CR.href('claims', { certainty: 'hedged' }), CR.percent(hedged, M.count)),
      CR.tile(denied, t('denied'), CR.href('claims', { negation: 'denied' }), CR.percent(denied, M.count)),
      CR.tile(cited, t('cited'), CR.href('claims', { marks: 'cited' }), CR.percent(cited, M.count)));
  };

  const relations = () => {
    const found = tally((row) => M.relation(row));
    const rows = CR.data.run.relations.filter((r) => found.has(r)).map((r) => ({
      label: CR.relation(r), href: CR.href('claims', { relation: r }), parts: parts(found.get(r), CR.DIRECTION[r]), note: CR.percent(found.get(r).all, M.count),
    }));
    return CR.block(t('byRelation'), CR.bars(rows), CR.legend([['plain', t('plain')], ['hedged', t('hedged')], ['denied', t('denied')]]));
  };

  const types = () => {
    const names = CR.data.run.types;
    const found = tally((row) => `${M.subject(row).type} ${M.object(row).type}`);
    return CR.block(t('byTypes'), CR.matrix(`${t('subject')} ＼ ${t('object')}`, names.map((n) => CR.term(t(n), n)), names.map((n) => CR.term(t(n), n)),
      (r, c) => {
        const counts = found.get(`${names[r]} ${names[c]}`);
        return counts && { count: counts.all, href: CR.href('claims', { subjectType: names[r], objectType: names[c] }) };
      }, 'types-matrix'));
  };

  const top = (type) => {
    const found = M.concepts.filter((c) => c.type === type);
    found.sort((x, y) => y.claims - x.claims || y.papers - x.papers || x.number - y.number);
    const rows = found.slice(0, TOP).map((concept) => ({
      label: el('span', { class: `term ${concept.type}`, title: concept.id || null }, CR.label(concept)),
      href: CR.href('claims', { about: concept.key }), parts: [[type, concept.claims]],
      note: concept.papers > 1 ? `· ${t('countPapers', { count: concept.papers })}` : null,
    }));
    return rows.length ? CR.block(t(`top${type[0].toUpperCase()}${type.slice(1)}s`), CR.bars(rows)) : null;
  };

  /** What the compounds of most claims do to what is most acted on. */
  const doings = () => {
    const ranked = (side, fits, most) => {
      const counts = new Map();
      for (let row = 0; row < M.count; row += 1) if (fits(row)) counts.set(T[side][row], (counts.get(T[side][row]) || 0) + 1);
      return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, most).map(([n]) => M.concepts[n]);
    };
    const subjects = ranked('subject', (row) => M.subject(row).type === 'compound', 10);
    const chosen = new Set(subjects.map((c) => c.number));
    const objects = ranked('object', (row) => chosen.has(T.subject[row]), 14);
    if (subjects.length < 2 || objects.length < 2) return null;
    const cells = new Map();
    for (let row = 0; row < M.count; row += 1) {
      const key = `${T.subject[row]} ${T.object[row]}`;
      if (!cells.has(key)) cells.set(key, { up: 0, down: 0, level: 0, count: 0 });
      const cell = cells.get(key);
      cell.count += 1;
      if (!M.is(row, 'denied')) cell[CR.DIRECTION[M.relation(row)]] += 1;
    }
    const head = (c) => el('a', { href: CR.href('graph', { around: c.key }), class: `term ${c.type}`, title: CR.label(c) }, CR.label(c));
    return CR.block(t('whatTheyDo'), el('p', { class: 'faint' }, t('whatTheyDoHelp')),
      CR.matrix(`${t('subject')} ＼ ${t('object')}`, subjects.map(head), objects.map(head), (r, c) => {
        const cell = cells.get(`${subjects[r].number} ${objects[c].number}`);
        if (!cell) return null;
        const direction = cell.up && cell.down ? 'mixed' : cell.up ? 'up' : cell.down ? 'down' : 'level';
        return {
          count: cell.count, direction, sign: { up: '↑', down: '↓', mixed: '↕', level: '~' }[direction],
          href: CR.href('claims', { subject: subjects[r].key, object: objects[c].key }),
          title: `${CR.label(subjects[r])} → ${CR.label(objects[c])}`,
        };
      }, 'fixed'),
      CR.legend([['up', `↑ ${t('positive')}`], ['down', `↓ ${t('negative')}`], ['mixed', `↕ ${t('mixed')}`], ['level', `~ ${t('neutral')}`]]));
  };

  const sections = () => {
    const facet = CR.FACETS.section;
    const found = [...tally((row) => facet.of(row))].sort((a, b) => b[1].all - a[1].all || a[0] - b[0]).slice(0, TOP);
    return CR.block(t('bySection'), CR.bars(found.map(([v, counts]) => ({
      label: facet.label(v), href: CR.href('claims', { section: facet.param(v) }), parts: parts(counts),
    }))));
  };

  const papers = () => {
    const found = tally((row) => M.doc(row).number);
    const rows = [...found].sort((a, b) => b[1].all - a[1].all || a[0] - b[0]).slice(0, TOP).map(([n, counts]) => ({
      label: CR.titleOf(M.docs[n]), href: CR.href('paper', {}, M.docs[n].id), parts: parts(counts),
    }));
    return CR.block(t('papers'), CR.bars(rows, { wide: true }),
      found.size > TOP ? el('p', {}, el('a', { href: CR.href('papers') }, t('more', { count: M.docs.length - TOP }))) : null);
  };

  const agreement = () => {
    const { corroborations = 0, conflicts = 0 } = CR.data.run.run.counts;
    return CR.block(t('across'), el('ul', { class: 'plain-list' },
      el('li', {}, el('a', { href: CR.href('claims', { marks: 'corroborated' }) }, el('b', {}, CR.figure(corroborations))), ' ', t('pairsSame')),
      el('li', {}, el('a', { href: CR.href('claims', { marks: 'conflicting' }) }, el('b', {}, CR.figure(conflicts))), ' ', t('pairsOpposite'))),
    el('p', {}, el('a', { href: CR.href('across', { show: 'same' }) }, t('agreements')), ' · ', el('a', { href: CR.href('across', { show: 'against' }) }, t('contradictions'))));
  };

  const troubles = () => {
    const { run, failures, notes, docs } = CR.data.run;
    const lines = [
      run.state === 'finished' ? null : el('li', { class: 'severe' }, t('unfinished')),
      failures.map((f) => el('li', { class: 'severe' }, el('b', {}, f.path), ` ${t('failed')}: ${f.message}`)),
      docs.flatMap((d) => d.warnings.map((w) => el('li', {}, el('a', { href: CR.href('paper', {}, d.id) }, d.id), `: ${w}`))),
      notes.map((note) => el('li', {}, note)),
    ].flat().filter(Boolean);
    return CR.block(t('troubles'), lines.length ? el('ul', { class: 'troubles' }, lines) : el('p', { class: 'faint' }, t('noTroubles')),
      el('p', { class: 'faint' }, t('madeBy', { program: run.program, version: run.version })));
  };

  CR.views.overview = {
    show(root) {
      CR.set(root, el('div', { class: 'overview' },
        el('h1', {}, CR.data.run.title), tiles(),
        el('div', { class: 'grid even' }, relations(), types()),
        el('div', { class: 'grid three' }, ['compound', 'protein', 'effect'].map(top)),
        doings(),
        el('div', { class: 'grid' }, papers(), el('div', {}, sections(), agreement())),
        troubles()));
    },
  };
})();
