// The table: folders open and close, columns sort, the field searches.
(() => {
  const table = document.getElementById('files');
  if (!table) return;
  const body = table.tBodies[0];
  const top = { children: [], open: true };
  const all = [];
  const around = [top];
  for (const row of body.rows) {
    const depth = Number(row.dataset.d);
    const button = row.querySelector('button');
    const item = { row, button, children: [], path: row.dataset.path };
    item.open = !button || button.ariaExpanded === 'true';
    around.length = depth + 1;
    around[depth].children.push(item);
    around.push(item);
    all.push(item);
  }
  const search = document.getElementById('search');
  const flat = document.getElementById('flat');
  const status = document.getElementById('status');
  let column = -1;
  let order = 1;
  const key = (item) => {
    const cell = item.row.cells[column];
    return cell.dataset.v ? Number(cell.dataset.v) : -1;
  };
  const compare = (a, b) => {
    if (column < 1) {
      const up = column < 0 ? 1 : order;
      return up * (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
    }
    return order * (key(a) - key(b)) || (a.path < b.path ? -1 : 1);
  };
  const walk = (item, shown, sorted) => {
    const children = sorted ? item.children.toSorted(compare) : item.children;
    for (const child of children) {
      child.row.hidden = !shown;
      if (sorted) body.append(child.row);
      walk(child, shown && child.open, sorted);
    }
  };
  const show = (sorted) => {
    const word = search.value.trim().toLowerCase();
    const asList = flat.checked || word !== '';
    table.classList.toggle('flat', asList);
    if (!asList) {
      walk(top, true, sorted || status.textContent !== '');
      status.textContent = '';
      return;
    }
    const files = all.filter((item) => !item.button);
    const found = files.filter((it) => it.path.toLowerCase().includes(word));
    for (const item of all) item.row.hidden = true;
    for (const item of found) item.row.hidden = false;
    body.append(...found.sort(compare).map((item) => item.row));
    status.textContent = `${found.length} of ${files.length} files`;
  };
  search.addEventListener('input', () => show(false));
  flat.addEventListener('change', () => show(false));
  body.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    const item = button && all.find((item) => item.button === button);
    if (!item) return;
    item.open = !item.open;
    button.ariaExpanded = String(item.open);
    show(false);
  });
  const heads = [...table.tHead.rows[0].cells];
  for (const [at, head] of heads.entries())
    head.querySelector('button').addEventListener('click', () => {
      // Names begin with the first, numbers with the least covered.
      order = column === at ? -order : 1;
      column = at;
      for (const other of heads) other.ariaSort = 'none';
      head.ariaSort = order > 0 ? 'ascending' : 'descending';
      show(true);
    });
  const setAll = (open) => {
    for (const item of all.filter((item) => item.button)) {
      item.open = open;
      item.button.ariaExpanded = String(open);
    }
    show(false);
  };
  document.getElementById('open').onclick = () => setAll(true);
  document.getElementById('close').onclick = () => setAll(false);
  addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.target.matches('input')) return;
    event.preventDefault();
    search.focus();
  });
})();
