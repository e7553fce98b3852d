'use strict';
/**
 * The report's one global: what data files hand over, how elements are made, what is remembered.
 * All text from papers goes in as text nodes; nothing here takes HTML.
 */
const CR = { views: {}, data: {} };

(() => {
  const waiting = {};

  /** Called by the files of data/, which are scripts since a page from disk may load nothing else. */
  CR.put = (name, value) => {
    CR.data[name] = value;
    if (waiting[name]) waiting[name].resolve(value);
  };

  /** The value of data/NAME.js: a promise, loaded when first asked for. */
  CR.load = (name) => {
    if (name in CR.data) return Promise.resolve(CR.data[name]);
    if (!waiting[name]) {
      const made = {};
      made.promise = new Promise((resolve, reject) => {
        made.resolve = resolve;
        const script = document.createElement('script');
        script.src = `data/${name}.js`;
        script.onerror = () => {
          delete waiting[name];
          reject(new Error(`data/${name}.js`));
        };
        document.head.append(script);
      });
      waiting[name] = made;
    }
    return waiting[name].promise;
  };

  const fill = (node, attributes, children) => {
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
      else if (key === 'value' || key === 'checked') node[key] = value;
      else if (key === 'style') node.style.cssText = value;
      else node.setAttribute(key, value === true ? '' : String(value));
    }
    for (const child of children.flat(3)) {
      if (child !== null && child !== undefined && child !== false) node.append(child);
    }
    return node;
  };

  /** An element: tag, attributes (`onclick` and the like are listeners), children (texts, elements, lists of them). */
  CR.el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

  /** The same in SVG. */
  CR.svg = (tag, attributes, ...children) =>
    fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);

  /** Put new children in the place of a node's own. */
  CR.set = (node, ...children) => {
    node.replaceChildren(...children.flat(3).filter((c) => c !== null && c !== undefined && c !== false));
    return node;
  };

  // A page from disk may be refused its storage.
  CR.recall = (key) => {
    try {
      return localStorage.getItem(`claim-report.${key}`);
    } catch {
      return null;
    }
  };
  /** False where it holds for this page only. */
  CR.remember = (key, value) => {
    try {
      localStorage.setItem(`claim-report.${key}`, value);
      return true;
    } catch {
      return false;
    }
  };

  /** Tell those who listen to the page. */
  CR.say = (text) => {
    document.getElementById('said').textContent = text;
  };

  /** The last of a burst of calls, some milliseconds after it. */
  CR.later = (milliseconds, call) => {
    let timer = 0;
    return (...given) => {
      clearTimeout(timer);
      timer = setTimeout(() => call(...given), milliseconds);
    };
  };
})();
