'use strict';
/** The keyboard. */
(() => {
  const { el, t } = CR;
  const VIEWS = ['overview', 'claims', 'papers', 'graph', 'across'];
  let help = null;

  const close = () => {
    if (!help) return false;
    help.close();
    help.remove();
    help = null;
    return true;
  };

  CR.showKeys = () => {
    if (close()) return;
    const keys = [
      ['/', 'keySearch'], ['j k ↓ ↑', 'keyMove'], ['Enter', 'keyOpen'], ['Esc', 'keyClose'], ['1 2 3', 'keyVerdict'], ['n', 'keyNote'], ['+ −', 'keyZoom'], ['1 – 5', 'keyViews'], ['?', 'keyHelp'],
    ];
    help = el('dialog', { class: 'help', 'aria-label': t('keyboard') }, el('h2', {}, t('keyboard')),
      el('dl', {}, keys.map(([key, word]) => [el('dt', {}, key.split(' ').map((k) => (k === '–' ? ' – ' : el('kbd', {}, k)))), el('dd', {}, t(word))])),
      CR.button(t('close'), close));
    document.body.append(help);
    help.showModal();
    help.addEventListener('close', close);
  };

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help) return;
    const { target, key } = event;
    const typing = target.matches('input:not([type="checkbox"]), textarea, select');
    if (typing) {
      if (key === 'Escape') target.blur();
      return;
    }
    // Buttons and links take their own Enter; what scrolls or moves by arrows takes those.
    if (key === 'Enter' && target.matches('a, button, summary, [role="button"], label, input')) return;
    if (key.startsWith('Arrow') && target.matches('.page-frame, .canvas')) return;
    const number = VIEWS[Number(key) - 1];
    const view = Object.hasOwn(CR.views, CR.route().view) ? CR.views[CR.route().view] : null;
    let taken = true;
    if (key === '?') CR.showKeys();
    else if (view && view.key && view.key(key)) taken = true;
    else if (number) CR.go(CR.href(number));
    else taken = false;
    if (!taken && key === '/') {
      CR.go(CR.href('claims'));
      setTimeout(() => document.getElementById('search')?.focus(), 50);
      taken = true;
    }
    if (taken) event.preventDefault();
  });
})();
