'use strict';
/** One claim: its sentence marked, what is known of it, what it rests on, and the page that it came from. */
(() => {
  const { el, t } = CR;
  const M = CR.model;
  const T = M.table;
  // Characters of context on either side: a hanzi says as much as two or three letters.
  // Cards that are shown at once.
  const FEW = 12;
  const AROUND = { 'zh-CN': 90, en: 220 };

  /**
   * A claim as two elements, the facts and the pages, which fill themselves when the paper's data are there. `params` are
   * those of the list that it is opened from.
   */
  CR.claimView = (row, params, tools, verdict) => {
    const facts = el('article', { class: 'claim', 'aria-label': t('claims') }, head(row, tools, verdict), el('p', { class: 'wait' }, t('loading')));
    const pages = el('div', { class: 'claim-page' });
    const view = { facts, pages, turn: () => {} };
    const doc = M.doc(row);
    view.ready = CR.load(`paper-${doc.number}`).then(
      (paper) => {
        const claim = paper.claims[T.id[row]];
        CR.set(facts, head(row, tools, verdict), body(row, claim, paper, doc, params));
        const shown = pagesOf(row, claim, paper, doc);
        if (shown) {
          CR.set(pages, shown.node);
          view.turn = shown.turn;
          shown.reveal();
        } else {
          CR.set(pages, el('p', { class: 'no-picture' }, t(doc.pages ? 'noPicture' : 'noPages', { page: M.page(row) })));
          pages.classList.add('empty');
        }
        return CR.load('across').then((across) => facts.append(...elsewhere(row, across, params)));
      },
    ).catch((error) => CR.failed(facts, error));
    return view;
  };

  const head = (row, tools, verdict) =>
    el('header', { class: 'claim-head' },
      el('div', { class: 'claim-tools' }, tools),
      el('h1', { class: 'statement' },
        CR.term(M.said(row), M.subject(row).type), el('span', { class: 'arrow' }, CR.relation(M.relation(row))),
        CR.term(M.done(row), M.object(row).type)),
      el('p', { class: 'badges' }, CR.badges(row, ['denied', 'hedged', 'implicit', 'corroborated', 'conflicting'])), verdict);

  const body = (row, claim, paper, doc, params) => [
    sentence(row, claim, paper, doc),
    el('dl', { class: 'facts' }, facts(row, claim, paper, doc)),
    citations(claim, paper),
    ofPair(row),
    siblings(row, claim, paper, params),
    linked('sameInOther', claim.corroborates, params, 'same'),
    linked('opposite', claim.conflicts, params, 'opposite'),
    el('nav', { class: 'further' },
      el('a', { href: CR.href('claims', { subject: M.subject(row).key }) }, t('allOfSubject')),
      el('a', { href: CR.href('claims', { object: M.object(row).key }) }, t('allOfObject')),
      el('a', { href: CR.href('claims', { subject: M.subject(row).key, object: M.object(row).key }) }, t('allOfPair'))),
  ];

  /** The spans of a claim: what is marked in its sentence. */
  CR.claimSpans = (claim, paper, types) => {
    const spans = [];
    const mention = (number, kind, title) => {
      const [start, end, type] = paper.mentions[number];
      spans.push({ start, end, class: `mark ${kind} ${types[type]}`, title });
    };
    const words = (span, kind) => {
      if (span) spans.push({ start: span[0], end: span[1], class: `mark ${kind}`, title: t(kind) });
    };
    mention(claim.subject, 'subject', t('subject'));
    mention(claim.object, 'object', t('object'));
    for (const via of claim.via) mention(via, 'via', t('via'));
    words(claim.trigger, 'trigger');
    words(claim.hedge, 'hedge');
    words(claim.negation, 'negation');
    return spans;
  };

  const sentence = (row, claim, paper, doc) => {
    const { text } = paper;
    const types = CR.data.run.types;
    const spans = CR.claimSpans(claim, paper, types);
    const paragraph = text.lastIndexOf('\n', claim.start - 1) + 1;
    const after = text.indexOf('\n', claim.end);
    const stop = after < 0 ? text.length : after;
    const lang = M.lang(row);
    let [from, to] = [Math.max(paragraph, claim.start - AROUND[lang]), Math.min(stop, claim.end + AROUND[lang])];
    // No word is cut in two.
    while (from > paragraph && from < claim.start && /\w\w/.test(text.slice(from - 1, from + 1))) from += 1;
    while (to < stop && to > claim.end && /\w\w/.test(text.slice(to - 1, to + 1))) to -= 1;
    const subject = paper.mentions[claim.subject];
    const away = subject[0] < claim.start || subject[0] >= claim.end;
    const missing = [['denied', 'negation'], ['hedged', 'hedge']].filter(([flag, kind]) => M.is(row, flag) && !claim[kind]);
    return [
      el('blockquote', { class: 'evidence', lang },
        el('span', { class: 'context' }, from > paragraph ? '… ' : '', text.slice(from, claim.start)),
        el('span', { class: 'own' }, CR.marked(text, claim.start, claim.end, spans)),
        el('span', { class: 'context' }, text.slice(claim.end, to), to < stop ? ' …' : '')),
      away && from > subject[0] ? el('p', { class: 'antecedent' }, el('small', {}, t('subjectElsewhere')), ' ',
        el('q', { lang }, CR.marked(text, Math.max(text.lastIndexOf('\n', subject[0] - 1) + 1, subject[0] - 40),
          Math.min(text.length, subject[1] + 60), spans.slice(0, 1)))) : null,
      missing.map(([flag]) => el('p', { class: 'unplaced' }, el('b', {}, `${t(flag)}: `), t('cueUnknown'))),
      key([['subject', 'markS'], ['trigger', 'markT'], ['object', 'markO'], claim.negation && ['negation', 'markN'], claim.hedge && ['hedge', 'markH'],
        claim.via.length && ['via']].filter(Boolean)),
      el('p', { class: 'read-on' }, el('a', { href: CR.href('paper', { at: claim.start }, doc.id) }, t('inPaper'))),
    ];
  };

  /** What the marks mean: each name marked as the words are, with the letters of its box on the page. */
  const key = (kinds) =>
    el('p', { class: 'legend marks' }, kinds.map(([kind, flag]) => el('span', {}, el('span', { class: `mark ${kind}` }, t(kind)), flag ? el('small', {}, t(flag)) : null)));

  const facts = (row, claim, paper, doc) => {
    const rows = [];
    const add = (label, ...values) => rows.push(el('dt', {}, label), el('dd', {}, values));
    const concept = (label, number) => {
      const [, , type, meaning, rule] = paper.mentions[number];
      const [id, name, names, candidates] = paper.meanings[meaning];
      add(label, el('div', {}, CR.term(name || paper.text.slice(...paper.mentions[number]), CR.data.run.types[type]), ' ',
        id ? CR.identifier(id) : el('span', { class: 'faint' }, t('noIdentifier'))),
        names.length > 1 ? el('div', { class: 'faint' }, names.join(' · ')) : null,
        candidates.length ? el('div', {}, `${t('candidates')}: `, candidates.join(', ')) : null,
        el('div', { class: 'faint' }, t('foundBy', { rule: paper.rules[rule] })));
    };
    concept(t('subject'), claim.subject);
    add(t('relation'), CR.relation(M.relation(row)), ' ', el('q', { lang: M.lang(row) }, M.trigger(row)));
    concept(t('object'), claim.object);
    for (const via of claim.via) concept(t('via'), via);
    add(t('certainty'), t(M.is(row, 'hedged') ? 'hedged' : 'asserted'), ' · ', t(M.is(row, 'denied') ? 'denied' : 'affirmed'));
    const models = M.modelsOf(row);
    if (models.length) add(t('model'), models.map((m, n) => [n ? ', ' : '', el('a', { href: CR.href('claims', { model: m }) }, m)]));
    add(t('paper'), el('a', { href: CR.href('paper', {}, doc.id) }, CR.titleOf(doc)),
      el('div', { class: 'faint' }, [M.section(row), M.page(row) ? t('pageNumber', { page: M.page(row) }) : null].filter(Boolean).join(' · ')));
    add(t('rule'), el('code', {}, claim.rule), ' ', el('small', { class: 'faint' }, T.id[row]));
    return rows;
  };

  const citations = (claim, paper) => {
    if (!claim.citations.length) return null;
    const known = new Map(paper.references.map(([number, text]) => [number, text]));
    return el('section', { class: 'cited' }, el('h2', {}, t('citations')), el('ol', {}, claim.citations.map((number) =>
      el('li', { value: number }, known.get(number) || el('span', { class: 'faint' }, t('noReference'))))));
  };

  const card = (row, params) =>
    el('li', { class: 'card' }, CR.claimLink(row, params),
      el('p', { lang: M.lang(row) }, M.text(row)),
      el('small', { class: 'faint' }, [CR.titleOf(M.doc(row)), M.section(row), ...M.modelsOf(row)].filter(Boolean).join(' · ')));

  /** Claims as cards, under a heading. */
  CR.cards = (title, rows, params, kind) =>
    rows.length ? el('section', { class: `linked ${kind || ''}` }, el('h2', {}, title),
      el('ul', {}, rows.slice(0, FEW).map((row) => card(row, params))),
      rows.length > FEW ? el('details', {}, el('summary', {}, t('more', { count: rows.length - FEW })), el('ul', {}, rows.slice(FEW).map((row) => card(row, params)))) : null) : null;

  /** What is said of a claim's two concepts, here and in all papers, each way of it with its number of claims and papers. */
  const ofPair = (row) => {
    const ways = new Map();
    for (let r = 0; r < M.count; r += 1) {
      if (T.subject[r] !== T.subject[row] || T.object[r] !== T.object[row]) continue;
      const key = `${T.relation[r]} ${M.is(r, 'denied')}`;
      if (!ways.has(key)) ways.set(key, { relation: M.relation(r), denied: M.is(r, 'denied'), claims: 0, papers: new Set() });
      const way = ways.get(key);
      way.claims += 1;
      way.papers.add(M.doc(r).paper);
    }
    const found = [...ways.values()].sort((a, b) => b.claims - a.claims);
    if (found.length === 1 && found[0].claims === 1) return null;
    const [subject, object] = [M.subject(row).key, M.object(row).key];
    return el('section', { class: 'of-pair' }, el('h2', {}, t('ofThesePair')), el('ul', {}, found.map(({ relation, denied, claims, papers }) => el('li', {},
      CR.relation(relation), ' ', denied ? el('span', { class: 'badge denied' }, t('denied')) : null,
      el('a', { href: CR.href('claims', { subject, object, relation, negation: denied ? 'denied' : 'affirmed' }) },
        `${t('countClaims', { count: claims })}, ${t('countPapers', { count: papers.size })}`)))));
  };

  /** What else the sentence says. */
  const siblings = (row, claim, paper, params) => {
    const rows = Object.keys(paper.claims).filter((id) => paper.claims[id].start === claim.start).map(M.rowOf).filter((r) => r !== row);
    return rows.length ? el('section', { class: 'siblings' }, el('h2', {}, t('sameSentence')), el('ul', {}, rows.map((r) => el('li', {}, CR.claimLink(r, params))))) : null;
  };

  const linked = (title, ids, params, kind) => CR.cards(t(title), ids.map(M.rowOf).filter((row) => row !== undefined), params, kind);

  /** What other papers say of it: the same, and the opposite. */
  const elsewhere = (row, across, params) => {
    const number = CR.statementOf(row, across);
    if (number === undefined) return [];
    const own = M.doc(row).paper;
    const others = (n) => across.statements[n][5].filter((r) => M.doc(r).paper !== own);
    const same = others(number);
    const against = across.statements[number][10].flatMap(others);
    const count = new Set(same.map((r) => M.doc(r).paper)).size;
    return [
      CR.cards(t('alsoIn', { count }), same, params, 'same'),
      CR.cards(t('contradictedIn'), against, params, 'opposite'),
    ].filter(Boolean);
  };

  const pagesOf = (row, claim, paper, doc) => {
    const boxes = [{ kind: 'sentence', at: claim.boxes }];
    const mention = (number, kind, mark, title) => {
      const [start, end, type, , , at] = paper.mentions[number];
      boxes.push({ kind: `${kind} ${CR.data.run.types[type]}`, mark, at, title: `${title}: ${paper.text.slice(start, end)}` });
    };
    const word = (kind, mark) => {
      const at = claim[`${kind}Boxes`];
      if (at) boxes.push({ kind, mark, at, title: `${t(kind)}: ${paper.text.slice(...claim[kind])}` });
    };
    mention(claim.subject, 'subject', t('markS'), t('subject'));
    mention(claim.object, 'object', t('markO'), t('object'));
    word('trigger', t('markT'));
    word('hedge', t('markH'));
    word('negation', t('markN'));
    const pages = [...new Set(boxes.flatMap((b) => b.at.map((box) => box[0])))].sort((a, b) => a - b);
    if (!pages.some((page) => paper.pages[page])) return null;
    return CR.pages(doc, paper, pages, boxes, M.page(row));
  };
})();
