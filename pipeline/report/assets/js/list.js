'use strict';
/** A list of which only the rows in sight are elements: twenty thousand claims scroll as twenty do. */
(() => {
  const { el } = CR;
  const SPARE = 8;

  /**
   * A list. `height` is a row's, `render(index)` makes its element. The element is `node`; `show(count)` shows as many
   * rows from the top on, `reveal(index)` scrolls one into sight, `refresh()` makes all anew.
   */
  CR.list = (height, render, attributes) => {
    const inner = el('div', { class: 'list-inner', role: 'presentation' });
    const node = el('div', { class: 'list', tabindex: '0', ...attributes }, inner);
    let count = 0;
    let drawn = new Map();
    let asked = false;

    const draw = () => {
      asked = false;
      const first = Math.max(0, Math.floor(node.scrollTop / height) - SPARE);
      const last = Math.min(count, Math.ceil((node.scrollTop + (node.clientHeight || 800)) / height) + SPARE);
      const next = new Map();
      for (let index = first; index < last; index += 1) {
        let row = drawn.get(index);
        if (!row) {
          row = render(index);
          row.style.top = `${index * height}px`;
          row.style.height = `${height}px`;
          inner.append(row);
        }
        next.set(index, row);
      }
      for (const [index, row] of drawn) if (!next.has(index)) row.remove();
      drawn = next;
    };
    const soon = () => {
      if (!asked) {
        asked = true;
        requestAnimationFrame(draw);
      }
    };
    node.addEventListener('scroll', soon, { passive: true });
    new ResizeObserver(soon).observe(node);

    const refresh = () => {
      inner.replaceChildren();
      drawn = new Map();
      inner.style.height = `${count * height}px`;
      draw();
    };
    return {
      node,
      refresh,
      show(rows) {
        count = rows;
        node.scrollTop = 0;
        refresh();
      },
      reveal(index, middle) {
        const top = index * height;
        const room = node.clientHeight;
        if (middle) node.scrollTop = top - room / 2 + height / 2;
        else if (top < node.scrollTop) node.scrollTop = top;
        else if (top + height > node.scrollTop + room) node.scrollTop = top + height - room;
        draw();
      },
    };
  };
})();
