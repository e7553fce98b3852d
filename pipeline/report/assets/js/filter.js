'use strict';
/**
 * Which claims are shown, and how many there are of each kind. Values of one facet are joined by or, facets by and; the
 * counts of a facet are those with its own choice left out, so that a curator sees what another choice would bring.
 */
(() => {
  const M = CR.model;
  const T = M.table;
  const S = T.sentences;
  const { relations, types } = CR.data.run;
  const listed = (values, name) => ({ size: values.length, param: (v) => values[v], label: (v) => name(values[v]) });
  const flagged = (on, off, flag) => ({
    size: 2, of: (row) => (T.flags[row] & flag ? 1 : 0), param: (v) => [off, on][v], label: (v) => CR.t([off, on][v]),
  });
  const concept = (side) => ({
    size: M.concepts.length, large: true, of: (row) => T[side][row], param: (v) => M.concepts[v].key,
    label: (v) => CR.label(M.concepts[v]), concept: (v) => M.concepts[v],
  });
  // Headings of one name in many papers are one section.
  const headings = [...new Set(M.sections.map((s) => CR.heading(s).trim()))];
  const headingOf = M.sections.map((s) => headings.indexOf(CR.heading(s).trim()));
  const marks = ['corroborated', 'conflicting', 'cited', 'implicit'];
  // Of all flags that there may be: a list a claim would be made anew at each filtering.
  const marksOf = Array.from({ length: 64 }, (_, flags) => marks.map((__, n) => n).filter((n) => flags & CR.FLAG[marks[n]]));
  const NONE = [0];

  /** The facets, in the order in which they are shown. `of` gives a claim's value, `all` its values. */
  CR.FACETS = {
    relation: { ...listed(relations, CR.t), of: (row) => T.relation[row] },
    subject: concept('subject'),
    object: concept('object'),
    about: { ...concept(), hidden: true, of: null, all: (row) => (T.subject[row] === T.object[row] ? [T.subject[row]] : [T.subject[row], T.object[row]]) },
    certainty: flagged('hedged', 'asserted', CR.FLAG.hedged),
    negation: { ...flagged('denied', 'affirmed', CR.FLAG.denied), name: 'polarity' },
    verdict: { ...listed(CR.VERDICTS, CR.t), of: CR.verdictOf },
    subjectType: { ...listed(types, CR.t), of: (row) => types.indexOf(M.subject(row).type) },
    objectType: { ...listed(types, CR.t), of: (row) => types.indexOf(M.object(row).type) },
    model: {
      size: M.models.length, large: true, param: (v) => (v ? M.models[v] : '-'), label: (v) => (v ? M.models[v] : CR.t('noModel')),
      all: (row) => (T.models[row].length ? T.models[row] : NONE),
    },
    section: {
      size: headings.length, large: true, of: (row) => headingOf[S.section[T.sentence[row]]],
      param: (v) => headings[v] || '-', label: (v) => headings[v] || CR.t('noSection'),
    },
    paper: {
      size: M.docs.length, large: true, of: (row) => S.doc[T.sentence[row]], param: (v) => M.docs[v].id,
      label: (v) => CR.titleOf(M.docs[v]), hint: (v) => M.docs[v].id,
    },
    language: { ...listed(['zh', 'en'], CR.t), of: (row) => S.lang[T.sentence[row]] },
    marks: {
      ...listed(marks, CR.t), all: (row) => marksOf[T.flags[row]],
    },
  };
  const keys = Object.keys(CR.FACETS);

  /** The words of a search: apart by blanks, but for what stands in quotes; folded. */
  CR.words = (search) =>
    [...CR.fold(search).matchAll(/"([^"]+)"?|(\S+)/g)].map((m) => m[1] || m[2]).filter((w) => w !== '"');

  const matching = (search) => {
    const words = CR.words(search);
    if (!words.length) return null;
    const hay = CR.haystacks();
    const ids = T.id;
    const tests = words.map((word) => {
      const hits = (texts) => Uint8Array.from(texts, (text) => (text.includes(word) ? 1 : 0));
      const [inSentence, inConcept, inDoc] = [hits(hay.sentences), hits(hay.concepts), hits(hay.docs)];
      return (row) =>
        inSentence[T.sentence[row]] || inConcept[T.subject[row]] || inConcept[T.object[row]] ||
        inDoc[S.doc[T.sentence[row]]] || ids[row].toLowerCase() === word;
    });
    return (row) => tests.every((test) => test(row));
  };

  /** What is chosen, out of the address: facet names to sets of values. Values that this run lacks choose nothing. */
  CR.chosen = (params) => {
    const chosen = {};
    for (const key of keys) {
      const facet = CR.FACETS[key];
      const wanted = new Set(params[key] || []);
      if (!wanted.size) continue;
      const values = new Set();
      for (let v = 0; v < facet.size; v += 1) if (wanted.has(facet.param(v))) values.add(v);
      chosen[key] = values;
    }
    return chosen;
  };

  /** The claims that fit: their `rows` in order of papers, and the `counts` of each facet's values. */
  CR.filter = (params) => {
    const chosen = CR.chosen(params);
    const fits = matching((params.q || [''])[0]);
    const counts = Object.fromEntries(keys.map((key) => [key, new Uint32Array(CR.FACETS[key].size)]));
    const active = Object.keys(chosen);
    const rows = [];
    for (let row = 0; row < M.count; row += 1) {
      if (fits && !fits(row)) continue;
      let missed = null;
      let misses = 0;
      for (const key of active) {
        const facet = CR.FACETS[key];
        const values = chosen[key];
        if (facet.of ? !values.has(facet.of(row)) : !facet.all(row).some((v) => values.has(v))) {
          missed = key;
          misses += 1;
          if (misses > 1) break;
        }
      }
      if (misses === 0) rows.push(row);
      if (misses > 1) continue;
      for (const key of misses ? [missed] : keys) {
        const facet = CR.FACETS[key];
        if (facet.of) counts[key][facet.of(row)] += 1;
        else for (const v of facet.all(row)) counts[key][v] += 1;
      }
    }
    return { rows, counts, chosen };
  };

  const collators = {};
  const ranks = {};

  /** The place of each of many names in the order of the interface's language (Chinese by its sounds). */
  const ranked = (what, names) => {
    const key = `${what} ${CR.lang}`;
    if (!ranks[key]) {
      collators[CR.lang] ||= new Intl.Collator(CR.lang === 'zh' ? 'zh-CN' : 'en', { numeric: true });
      const order = names.map((_, n) => n).sort((a, b) => collators[CR.lang].compare(names[a], names[b]) || a - b);
      ranks[key] = new Uint32Array(names.length);
      order.forEach((n, place) => {
        ranks[key][n] = place;
      });
    }
    return ranks[key];
  };

  /** The columns that a table can be sorted by: claims to numbers. */
  const SORTS = {
    subject: () => {
      const rank = ranked('concepts', M.concepts.map(CR.label));
      return (row) => rank[T.subject[row]];
    },
    object: () => {
      const rank = ranked('concepts', M.concepts.map(CR.label));
      return (row) => rank[T.object[row]];
    },
    relation: () => (row) => T.relation[row],
    sentence: () => (row) => M.text(row).length,
    model: () => {
      const rank = ranked('models', M.models);
      return (row) => (T.models[row].length ? rank[T.models[row][0]] : M.models.length);
    },
    paper: () => {
      const rank = ranked('docs', M.docs.map(CR.titleOf));
      return (row) => rank[S.doc[T.sentence[row]]];
    },
  };

  /** Rows in the order of a column; `-subject` is the other way round. What is equal stays in the order of papers. */
  CR.sorted = (rows, order) => {
    const column = (order || '').replace(/^-/, '');
    if (!Object.hasOwn(SORTS, column)) return rows;
    const key = SORTS[column]();
    const way = order.startsWith('-') ? -1 : 1;
    return [...rows].sort((a, b) => way * (key(a) - key(b)) || a - b);
  };
})();
