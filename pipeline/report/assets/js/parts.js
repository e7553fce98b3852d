'use strict';
/** Small parts that several views share: names of concepts, relations, badges, marked text, links. */
(() => {
  const { el, t } = CR;
  const M = CR.model;
  // Text within the interface's Chinese or English pages says its own language, so that its glyphs are the right ones.
  CR.langOf = (text) => (/[\u3400-\u9fff]/.test(text) ? 'zh-CN' : 'en');

  /** A name, coloured and lined by its type. */
  CR.term = (text, type) => el('span', { class: `term ${type}`, lang: CR.langOf(text) }, text);

  /** A relation with its sign, coloured by direction. */
  CR.relation = (name) =>
    el('span', { class: `relation ${CR.DIRECTION[name]}` },
      el('span', { class: 'sign', 'aria-hidden': 'true' }, CR.SIGN[name]), ' ', t(name));

  /** Badges for what holds of a claim. */
  CR.badges = (row, which = ['denied', 'hedged', 'conflicting']) =>
    which.filter((flag) => M.is(row, flag)).map((flag) => el('span', { class: `badge ${flag}` }, t(flag)));

  /** A claim in a line: subject, relation, object. */
  CR.inLine = (row) =>
    el('span', { class: 'in-line' },
      CR.term(M.said(row), M.subject(row).type), ' ', CR.relation(M.relation(row)), ' ',
      CR.term(M.done(row), M.object(row).type), ' ', CR.badges(row, ['denied', 'hedged']));

  /** A link to a claim within what is listed now, or by itself. */
  CR.claimLink = (row, params, ...children) =>
    el('a', { class: 'claim-link', href: CR.href('claims', { ...params, claim: M.table.id[row] }) },
      children.length ? children : CR.inLine(row));

  /** An identifier, as a link to who explains it where that is known. */
  CR.identifier = (id) => {
    const href = CR.resolver(id);
    return href ? el('a', { class: 'identifier', href, rel: 'noreferrer noopener', target: '_blank' }, id) : el('span', { class: 'identifier' }, id);
  };

  /** Text with the words of a search marked. */
  CR.found = (text, words) => {
    if (!words.length) return [text];
    const folded = CR.fold(text);
    if (folded.length !== text.length) return [text];
    const hit = new Uint8Array(text.length);
    for (const word of words) {
      for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) hit.fill(1, at, at + word.length);
    }
    const parts = [];
    for (let at = 0; at < text.length; ) {
      let end = at + 1;
      while (end < text.length && hit[end] === hit[at]) end += 1;
      parts.push(hit[at] ? el('mark', { class: 'hit' }, text.slice(at, end)) : text.slice(at, end));
      at = end;
    }
    return parts;
  };

  /**
   * Text from `start` to `end` with spans marked; `spans` have `start`, `end`, `class`, and may have `title`, `on`.
   * Where two overlap, the later in the list lies inside the earlier.
   */
  CR.marked = (text, start, end, spans) => {
    const inside = spans.filter((s) => s.start < end && s.end > start).map((s, order) => ({ ...s, order }));
    const cuts = [...new Set([start, end, ...inside.flatMap((s) => [Math.max(s.start, start), Math.min(s.end, end)])])];
    cuts.sort((a, b) => a - b);
    const parts = [];
    for (let n = 0; n + 1 < cuts.length; n += 1) {
      let node = document.createTextNode(text.slice(cuts[n], cuts[n + 1]));
      const over = inside.filter((s) => s.start <= cuts[n] && s.end >= cuts[n + 1]).reverse();
      // No button elements: text does not break inside them as it should.
      for (const span of over) {
        node = el('span', {
          class: span.class, title: span.title, 'data-at': span.at, onclick: span.on, role: span.on && 'button', tabindex: span.on && '0',
          onkeydown: span.on && ((event) => event.key === 'Enter' && span.on(event)),
        }, node);
      }
      parts.push(node);
    }
    return parts;
  };

  /** A button with a text. */
  CR.button = (label, onclick, more) => el('button', { type: 'button', onclick, ...more }, label);

  /** A heading with what stands under it. */
  CR.block = (title, ...children) => el('section', { class: 'block' }, el('h2', {}, title), children);
})();
