// Keys of the inbox: j and k move, Enter opens (the browser's own), / searches. Without this file everything still works.
// One-letter keys can be switched off and stay off (WCAG 2.1.4).
'use strict';
(() => {
  const STORE = 'quytrinh.phim-tat';
  const help = document.querySelector('[data-keys]');
  if (!help) return;
  const links = [...document.querySelectorAll('[data-item] .item-title a')];
  const search = document.getElementById('q');
  if (links.length === 0) return;
  const toggle = help.querySelector('button');
  let on = true;
  try { on = localStorage.getItem(STORE) !== 'tat'; } catch { /* storage may be barred */ }

  const say = () => { toggle.textContent = on ? help.dataset.off : help.dataset.on; };
  help.hidden = false;
  say();
  toggle.addEventListener('click', () => {
    on = !on;
    say();
    try { localStorage.setItem(STORE, on ? 'bat' : 'tat'); } catch { /* the choice then lasts for this page */ }
  });

  const move = (by) => {
    const at = links.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + by));
    links[next].focus();
    links[next].closest('[data-item]').scrollIntoView({ block: 'nearest' });
  };

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target.closest('input, textarea, select');
    if (event.key === 'Escape' && typing === search) { search.blur(); return; }
    if (!on || typing) return;
    if (event.key === 'j') { move(1); event.preventDefault(); }
    if (event.key === 'k') { move(-1); event.preventDefault(); }
    if (event.key === '/' && search) { search.focus(); search.select(); event.preventDefault(); }
  });
})();
