'use strict';
/** Plots: bars as a list whose entries are links, with the bar as SVG; tables of counts shaded by count. */
(() => {
  const { el, svg, t } = CR;

  /**
   * Bars. Each row: `label` (node or text), `href`, `parts` ([[class, number], …]), and `note` behind its sum.
   */
  CR.bars = (rows, { wide = false } = {}) => {
    const most = Math.max(1, ...rows.map((row) => row.parts.reduce((sum, [, n]) => sum + n, 0)));
    return el('ol', { class: wide ? 'bars wide' : 'bars' }, rows.map((row) => {
      const sum = row.parts.reduce((all, [, n]) => all + n, 0);
      let at = 0;
      const drawn = row.parts.filter(([, n]) => n).map(([kind, n]) => {
        const rect = svg('rect', { class: kind, x: (at / most) * 100, width: Math.max(0.4, (n / most) * 100), y: 0, height: 10 });
        at += n;
        return rect;
      });
      return el('li', {}, el('a', { href: row.href },
        el('span', { class: 'bar-label' }, row.label),
        svg('svg', { class: 'bar', viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, drawn),
        el('span', { class: 'bar-number' }, CR.figure(sum), row.note ? el('small', {}, ` ${row.note}`) : null)));
    }));
  };

  /** A legend of classes. */
  CR.legend = (entries) =>
    el('p', { class: 'legend' }, entries.map(([kind, label]) => el('span', {}, el('i', { class: `swatch ${kind}`, 'aria-hidden': 'true' }), label)));

  /**
   * A table of counts. `rows` and `columns` are heads (nodes); `cell(r, c)` gives `{count, href, sign, direction}` or null.
   */
  CR.matrix = (corner, rows, columns, cell, kind = '') => {
    const cells = rows.map((_, r) => columns.map((__, c) => cell(r, c)));
    const most = Math.max(1, ...cells.flat().map((x) => (x ? x.count : 0)));
    return el('div', { class: 'scrolling' }, el('table', { class: `matrix ${kind}` },
      el('thead', {}, el('tr', {}, el('th', {}, corner), columns.map((c) => el('th', { scope: 'col' }, el('span', {}, c))))),
      el('tbody', {}, rows.map((head, r) => el('tr', {}, el('th', { scope: 'row' }, head), cells[r].map((x) =>
        el('td', {}, x && x.count ? el('a', {
          href: x.href, class: `cell ${x.direction || ''}`, title: x.title,
          style: `--strength: ${(0.12 + 0.88 * Math.sqrt(x.count / most)).toFixed(3)}`,
        }, x.sign ? el('span', { class: 'sign', 'aria-hidden': 'true' }, x.sign) : null, CR.figure(x.count)) : null)))))));
  };

  /** A large number with what it counts. */
  CR.tile = (number, label, href, note) =>
    el(href ? 'a' : 'div', { class: 'tile', href }, el('strong', {}, CR.figure(number)), el('span', {}, label), note ? el('small', {}, note) : null);

  CR.percent = (part, whole) => t('share', { share: whole ? ((100 * part) / whole).toFixed(1) : '0' });
})();
