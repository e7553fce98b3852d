'use strict';
/**
 * The address: every state of a view is behind the `#`, so that it can be linked to and walked back from.
 * `#/claims?q=…&relation=increases&relation=treats&claim=ID`.
 */
(() => {
  /** What the address says: `view`, the `rest` of the path, `params` (names to lists of values). */
  CR.route = () => {
    const hash = location.hash.startsWith('#/') ? location.hash.slice(2) : '';
    const [path, query] = [hash.split('?')[0], hash.slice(hash.indexOf('?') + 1 || hash.length)];
    const [view, ...rest] = path.split('/');
    const params = Object.create(null); // names are a stranger's: `__proto__` too
    for (const [key, value] of new URLSearchParams(query)) (params[key] ||= []).push(value);
    return { view: view || 'overview', rest: decode(rest.join('/')), params };
  };

  const decode = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // a link that was cut short
    }
  };

  /** The address of a view: `rest` behind its name, `params` with texts or lists of them; empty ones are left out. */
  CR.href = (view, params, rest) => {
    const query = new URLSearchParams();
    for (const [key, values] of Object.entries(params || {})) {
      for (const value of Array.isArray(values) ? values : [values]) {
        if (value !== null && value !== undefined && value !== '') query.append(key, value);
      }
    }
    const search = String(query);
    return `#/${view}${rest ? `/${encodeURIComponent(rest)}` : ''}${search ? `?${search}` : ''}`;
  };

  /** Go there; `quietly` leaves no step to walk back to, as while typing. */
  CR.go = (href, quietly) => {
    if (href === location.hash) return;
    if (quietly) {
      history.replaceState(null, '', href);
      CR.show();
    } else {
      location.hash = href;
    }
  };
})();
