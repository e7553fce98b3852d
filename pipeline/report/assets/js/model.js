'use strict';
/**
 * The run as the views see it: claims as columns and by number, concepts, papers, and text folded for search.
 * Row `i` of a column is claim `i`, in the order of papers.
 */
(() => {
  const { run, claims: table } = CR.data;
  const [FROM, TO] = run.fold;
  const folded = new Map([...FROM].map((c, i) => [c, TO[i]]));
  const changed = /[^\x00-\x7f]/g;

  /** Text as it is searched: width, case, traditional hanzi and look-alikes folded, each character staying one. */
  CR.fold = (text) => text.replace(changed, (c) => folded.get(c) || c).toLowerCase();

  /** Bits of `flags`. */
  CR.FLAG = { denied: 1, hedged: 2, implicit: 4, corroborated: 8, conflicting: 16, cited: 32 };

  /** Which way a relation goes: `up`, `down` or `level`, and its sign. */
  CR.DIRECTION = {
    increases: 'up', improves: 'up', treats: 'up', decreases: 'down', regulates: 'level', binds: 'level', associated_with: 'level',
  };
  CR.SIGN = {
    increases: '↑', decreases: '↓', improves: '+', treats: '✚', regulates: '~', binds: '⊷', associated_with: '—',
  };

  const docs = run.docs.map((doc, number) => ({ ...doc, number }));
  const concepts = table.concepts.map(([key, type, id, name, zh, en, names], number) => ({
    number, key, type: run.types[type], id, name, zh, en, names, claims: 0, papers: 0,
  }));
  const sentences = table.sentences;
  const byKey = new Map(concepts.map((c) => [c.key, c]));
  const byDoc = new Map(docs.map((d) => [d.id, d]));
  const rowOf = new Map(table.id.map((id, row) => [id, row]));

  CR.model = {
    count: table.id.length,
    docs,
    concepts,
    table,
    sections: table.sections,
    models: table.modelNames,
    relation: (row) => run.relations[table.relation[row]],
    subject: (row) => concepts[table.subject[row]],
    object: (row) => concepts[table.object[row]],
    said: (row) => table.texts[table.said[row]],
    done: (row) => table.texts[table.done[row]],
    trigger: (row) => table.texts[table.trigger[row]],
    is: (row, flag) => (table.flags[row] & CR.FLAG[flag]) !== 0,
    doc: (row) => docs[sentences.doc[table.sentence[row]]],
    text: (row) => sentences.text[table.sentence[row]],
    lang: (row) => (sentences.lang[table.sentence[row]] ? 'en' : 'zh-CN'),
    section: (row) => table.sections[sentences.section[table.sentence[row]]],
    page: (row) => sentences.page[table.sentence[row]],
    modelsOf: (row) => table.models[row].map((m) => table.modelNames[m]),
    conceptOf: (key) => byKey.get(key),
    docOf: (id) => byDoc.get(id),
    rowOf: (id) => rowOf.get(id),
  };

  for (const side of ['subject', 'object']) {
    for (let row = 0; row < table.id.length; row += 1) {
      const concept = concepts[table[side][row]];
      if (side === 'subject' || concept !== concepts[table.subject[row]]) concept.claims += 1;
      (concept.seen ||= new Set()).add(sentences.doc[table.sentence[row]]);
    }
  }
  for (const concept of concepts) concept.papers = concept.seen ? concept.seen.size : 0;

  /** A concept's name in the language of the interface, where it has one there. */
  CR.label = (concept) => (CR.lang === 'zh' ? concept.zh : concept.en) || concept.name;

  /** A heading without the number before it. */
  CR.heading = (title) => title.replace(/^\s*(?:[\d.．、]+|[一二三四五六七八九十]+[、.．])\s*(?=\S)/, '') || title;

  /** A paper's name: its title, else its id. */
  CR.titleOf = (doc) => doc.title || doc.id;

  const resolvers = {
    CHEBI: (n) => `https://www.ebi.ac.uk/chebi/CHEBI:${n}`,
    HGNC: (n) => `https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/HGNC:${n}`,
    MESH: (n) => `https://meshb.nlm.nih.gov/record/ui?ui=${n}`,
    GO: (n) => `https://amigo.geneontology.org/amigo/term/GO:${n}`,
    DOID: (n) => `https://disease-ontology.org/?id=DOID:${n}`,
    HP: (n) => `https://hpo.jax.org/browse/term/HP:${n}`,
  };

  /** Where an identifier is explained; null for one of no vocabulary that we know. */
  CR.resolver = (id) => {
    const [vocabulary, number] = id.split(':');
    return Object.hasOwn(resolvers, vocabulary) && /^\w+$/.test(number || '') ? resolvers[vocabulary](number) : null;
  };

  let haystacks = null;

  /** What is searched, folded: of each sentence, concept, paper and text. */
  CR.haystacks = () => {
    haystacks ||= {
      sentences: sentences.text.map(CR.fold),
      concepts: concepts.map((c) => CR.fold([c.name, c.id || '', ...c.names].join('\n'))),
      docs: docs.map((d) => CR.fold(`${d.id}\n${d.title || ''}`)),
    };
    return haystacks;
  };
})();
