// The sources: a link opens its section; n and p go from miss to miss.
(() => {
  const show = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    if (!target) return;
    const section = target.closest('details.file');
    if (section) section.open = true;
    target.scrollIntoView();
  };
  addEventListener('hashchange', show);
  addEventListener('click', (event) => {
    // A second click on the same link changes no hash.
    if (event.target.closest('a[href^="#"]')) setTimeout(show);
  });
  show();
  const kind = (line) =>
    ['missed', 'part'].find((it) => line?.classList.contains(it));
  // The first lines of groups of the same kind.
  const starts = () => [...document.querySelectorAll('.l.missed, .l.part')]
    .filter((line) => kind(line.previousElementSibling) !== kind(line));
  const where = document.getElementById('where');
  let here = null;
  const move = (step) => {
    const all = starts();
    if (!all.length) {
      where.textContent = 'Nothing is missed.';
      return;
    }
    const hash = here || document.getElementById(location.hash.slice(1));
    let at = all.indexOf(here);
    if (at < 0 && hash) {
      // From the line or file that was opened last.
      const behind = Node.DOCUMENT_POSITION_FOLLOWING;
      at = all.findIndex((it) => hash.compareDocumentPosition(it) & behind);
      at = at < 0 ? (step > 0 ? -1 : 0) : at - (step > 0 ? 1 : 0);
    } else if (at < 0 && step < 0) {
      at = 0;
    }
    at = (at + step + all.length) % all.length;
    here?.classList.remove('here');
    here = all[at];
    here.classList.add('here');
    const section = here.closest('details.file');
    if (section) section.open = true;
    here.scrollIntoView({ block: 'center' });
    const line = here.querySelector('.n').textContent;
    const path = here.closest('pre').dataset.path;
    const part = kind(here) === 'part' ? 'ran in part' : 'missed';
    where.textContent =
      `${path}, line ${line}: ${part} (${at + 1} of ${all.length})`;
  };
  const buttons = [['next', 1], ['previous', -1]];
  for (const [id, step] of buttons)
    document.getElementById(id).onclick = () => move(step);
  addEventListener('keydown', (event) => {
    if (event.target.matches('input') || event.ctrlKey || event.metaKey) return;
    if (event.key === 'n') move(1);
    if (event.key === 'p') move(-1);
  });
})();
