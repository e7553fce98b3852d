'use strict';
/** The frame: the bar on top, the language, and which view the address asks for. */
(() => {
  const { el, t } = CR;
  const VIEWS = ['overview', 'claims', 'papers', 'graph', 'across'];
  const main = document.getElementById('main');
  let shown = '';
  let left = '';

  const bar = (view) => {
    const here = view === 'paper' ? 'papers' : view;
    CR.set(document.getElementById('bar'),
      el('a', { class: 'name', href: CR.href('overview') }, el('span', { class: 'logo', 'aria-hidden': 'true' }, '⌬'), CR.data.run.title),
      el('nav', { 'aria-label': t('claimsReport') }, VIEWS.map((name) =>
        el('a', { href: (name === 'claims' && CR.lastClaims) || CR.href(name), 'aria-current': name === here ? 'page' : null }, t(name)))),
      el('div', { class: 'bar-tools' },
        CR.button(t('otherLanguage'), () => {
          CR.lang = CR.lang === 'zh' ? 'en' : 'zh';
          CR.remember('lang', CR.lang);
          shown = '';
          CR.set(main);
          CR.show();
        }, { lang: CR.lang === 'zh' ? 'en' : 'zh-CN', class: 'language' }),
        CR.button('?', CR.showKeys, { 'aria-label': t('keyboard'), title: `${t('keyboard')} (?)` })));
    document.getElementById('skip').textContent = t('skip');
    document.documentElement.lang = CR.lang === 'zh' ? 'zh-CN' : 'en';
    document.title = `${t(here)} · ${CR.data.run.title}`;
  };

  /** A file of the report that could not be opened, or a fault of ours: told where it should have been shown. */
  CR.failed = (node, error) => {
    if (!error.message.startsWith('data/')) throw error;
    CR.set(node, el('p', { class: 'nothing' }, t('notLoaded', { file: error.message })));
  };

  /** Show what the address says. */
  CR.show = () => {
    const route = CR.route();
    const name = Object.hasOwn(CR.views, route.view) ? route.view : 'overview';
    if (shown === 'claims' && name !== 'claims') CR.lastClaims = left;
    left = location.hash;
    if (name !== shown) {
      CR.set(main);
      main.className = `view-${name}`;
      scrollTo(0, 0);
      bar(name);
      shown = name;
    }
    CR.views[name].show(main, route);
  };

  window.addEventListener('hashchange', CR.show);
  document.getElementById('skip').addEventListener('click', (event) => {
    event.preventDefault();
    main.focus();
  });
  CR.show();
})();
