'use strict';
/** Pictures of pages with boxes drawn over them: the sentence light, subject, trigger, object and cues strong. */
(() => {
  const { el, svg, t } = CR;
  const [LEAST, MOST, STEP] = [0.5, 4, 1.25];
  let zoom = null; // as the reader set it, kept from claim to claim; null: so that the text fills the frame

  /** Where the text of a page begins and ends from left to right, by what is known of it, as shares of its width. */
  const textOf = (paper, page) => {
    const width = paper.pages[page][1];
    const boxes = paper.mentions.flatMap((m) => m[5]).concat(Object.values(paper.claims).flatMap((c) => c.boxes)).filter((b) => b[0] === page);
    const left = Math.min(width, ...boxes.map((b) => b[1]));
    const right = Math.max(0, ...boxes.map((b) => b[3]));
    return right > left ? [Math.max(0, left / width - 0.02), Math.min(1, right / width + 0.02)] : [0, 1];
  };

  /**
   * The pages of a claim or paper, in a frame of their own that scrolls. `paper` is the paper's data, `pages` the numbers
   * to show, `boxes` a list of `{kind, mark, title, at: [[page, x0, top, x1, bottom], …]}`, `first` the page to begin
   * with. `whole`: pages fill the frame, rather than their text.
   */
  CR.pages = (doc, paper, pages, boxes, first, whole = false) => {
    const frame = el('div', { class: 'page-frame', tabindex: '0', role: 'region', 'aria-label': t('pagePictures') });
    frame.append(...pages.map((page) => figure(doc, paper, page, boxes)));
    const shown = pages.filter((page) => paper.pages[page]);
    const [left, right] = shown.length && !whole ? textOf(paper, shown.includes(first) ? first : shown[0]) : [0, 1];
    const full = Math.min(1.8, 1 / (right - left));
    const size = () => frame.style.setProperty('--zoom', (zoom || full).toFixed(3));
    const turn = (step) => {
      const [high, wide] = [frame.scrollHeight, frame.scrollWidth];
      const [middle, centre] = [frame.scrollTop + frame.clientHeight / 2, frame.scrollLeft + frame.clientWidth / 2];
      zoom = step === 0 ? null : Math.min(MOST, Math.max(LEAST, (zoom || full) * STEP ** step));
      size();
      frame.scrollTop = (middle * frame.scrollHeight) / high - frame.clientHeight / 2;
      frame.scrollLeft = zoom ? (centre * frame.scrollWidth) / wide - frame.clientWidth / 2 : left * frame.scrollWidth;
    };
    size();
    const reveal = () => {
      frame.scrollLeft = left * frame.scrollWidth;
      const target = frame.querySelector('rect.sentence') || frame.querySelector(`[data-page="${first}"]`);
      if (!target) return;
      const [to, own] = [target.getBoundingClientRect(), frame.getBoundingClientRect()];
      frame.scrollTop += to.top - own.top - Math.max(16, (own.height - to.height) / 3);
      if (to.right > own.right || to.left < own.left) frame.scrollLeft += to.left - own.left - 24;
    };
    const tools = el('div', { class: 'page-tools', role: 'toolbar', 'aria-label': t('pagePictures') },
      el('span', {}, pages.map((p) => t('pageNumber', { page: p })).join(' · ')),
      CR.button('−', () => turn(-1), { title: t('further'), 'aria-label': t('further') }),
      CR.button('↔', () => turn(0), { title: t('fit'), 'aria-label': t('fit') }),
      CR.button('+', () => turn(1), { title: t('closer'), 'aria-label': t('closer') }));
    return { node: el('div', { class: 'page-view' }, tools, frame), reveal, turn };
  };

  const figure = (doc, paper, page, boxes) => {
    const picture = paper.pages[page];
    if (!picture) return el('p', { class: 'no-picture', 'data-page': page }, t('noPicture', { page }));
    const [file, width, height] = picture;
    const rects = [];
    for (const { kind, mark, title, at } of boxes) {
      at.filter((box) => box[0] === page).forEach(([, x0, top, x1, bottom], nth) => {
        rects.push(svg('rect', { class: kind, x: x0, y: top, width: x1 - x0, height: bottom - top, rx: 1.2 },
          title ? svg('title', {}, title) : null));
        if (mark && nth === 0) {
          const wide = 2.6 + 3.4 * [...mark].reduce((sum, c) => sum + (c > '\u2e80' ? 1.5 : 1), 0);
          rects.push(svg('g', { class: `flag ${kind}`, transform: `translate(${x0} ${top})` },
            svg('rect', { x: -0.6, y: -5.6, width: wide, height: 5.8, rx: 1.2 }),
            svg('text', { x: wide / 2 - 0.6, y: -1.1 }, mark)));
        }
      });
    }
    return el('figure', { class: 'page', 'data-page': page },
      el('img', {
        src: `pages/${file}`, alt: t('pageOf', { page, title: CR.titleOf(doc) }), width, height, decoding: 'async',
        draggable: 'false',
      }),
      svg('svg', { class: 'boxes', viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true' }, rects),
      el('figcaption', {}, t('pageNumber', { page })));
  };
})();
