// Sorts, filters and turns the pages of each table, from the data beside it.
'use strict';
const tones = {b: 'better', w: 'worse', f: 'faint'};
const byName = new Intl.Collator(undefined, {numeric: true});

function element(name, words, around) {
  const made = document.createElement(name);
  made.textContent = words;
  around?.append(made);
  return made;
}

function show(row) {
  const line = document.createElement('tr');
  row.c.forEach((words, column) => {
    const cell = element(column ? 'td' : 'th', words, line);
    if (!column) cell.scope = 'row';
    if (tones[row.t[column]]) cell.className = tones[row.t[column]];
  });
  for (const plot of row.p) {
    const cell = element('td', '', line);
    cell.className = 'plot';
    // Of numbers and words of this page's program only.
    if (plot) cell.innerHTML = draw(plot);
  }
  return line;
}

// The same as the program draws for the first rows.
function draw({class: name, band: [from, to], interval, at, right}) {
  const line = interval && `<path d="M${interval[0]} 9H${interval[1]}"/>`;
  const arrow = right ? 'M191 4L198 9L191 14Z' : 'M9 4L2 9L9 14Z';
  const point = at === null ?
    `<path d="${arrow}"/>` : `<circle cx="${at}" cy="9" r="4"/>`;
  return `<svg viewBox="0 0 200 18" class="${name}" aria-hidden="true">` +
    `<rect class="band" x="${from}" y="0" width="${to - from}" height="18"/>` +
    `${line ?? ''}${point}</svg>`;
}

function order(a, b, {column, down}) {
  const [x, y] = [a.s[column], b.s[column]];
  const none = (x === null) - (y === null);
  // Without a number last, whichever way the others stand.
  if (none) return none;
  const up = x === null ? byName.compare(a.c[column], b.c[column]) : x - y;
  return down ? -up : up;
}

function controls(table, source) {
  const state = {column: -1, down: false, page: 0};
  const most = Number(source.dataset.most);
  const count = Number(source.dataset.count);
  // Read when it is first needed: a page must open at once.
  let rows;
  const form = document.createElement('form');
  form.className = 'controls';
  form.addEventListener('submit', (event) => event.preventDefault());
  const field = (label, input) => {
    element('label', label + ' ', form).append(input);
    input.addEventListener('input', () => {
      state.page = 0;
      update();
    });
    return input;
  };
  const filter = field('Filter', document.createElement('input'));
  filter.type = 'search';
  const verdict = field('Verdict', document.createElement('select'));
  for (const word of ['all', 'faster', 'slower', 'same', 'undecided']) {
    element('option', word, verdict);
  }
  const turn = (words, by) => {
    const button = element('button', words, form);
    button.type = 'button';
    button.addEventListener('click', () => {
      state.page += by;
      update();
    });
    return button;
  };
  const back = turn('Back', -1);
  const on = turn('On', 1);
  const said = element('output', '', form);
  const old = document.querySelector(`p.part[data-of="${table.id}"]`);
  old?.remove();
  table.parentElement.before(form);

  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    if (head.className === 'plot') return;
    const button = element('button', head.textContent);
    button.type = 'button';
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      state.down = state.column === column && !state.down;
      state.column = column;
      state.page = 0;
      heads.forEach((other) => other.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', state.down ? 'descending' : 'ascending');
      update();
    });
  });

  function chosen() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = verdict.value === 'all' ? '' : verdict.value;
    rows ??= JSON.parse(source.textContent);
    const some = rows.filter((row) => {
      const name = row.c[0].toLowerCase();
      return words.every((word) => name.includes(word)) &&
        (!wanted || row.v.split(' ').includes(wanted));
    });
    if (state.column >= 0) some.sort((a, b) => order(a, b, state));
    return some;
  }

  function update() {
    const some = chosen();
    const from = state.page * most;
    const shown = some.slice(from, from + most);
    table.tBodies[0].replaceChildren(...shown.map(show));
    say(some.length, from, shown.length);
  }

  function say(count, from, shown) {
    const part = shown < count ? `rows ${from + 1} to ${from + shown} of ` : '';
    said.textContent = `${part}${count} ${count === 1 ? 'row' : 'rows'}`;
    back.hidden = on.hidden = count <= most;
    back.disabled = from === 0;
    on.disabled = from + shown >= count;
  }
  // What stands there is what would be shown.
  say(count, 0, Math.min(count, most));
}

for (const source of document.querySelectorAll('script[data-of]')) {
  const table = document.getElementById(source.dataset.of);
  if (table) controls(table, source);
}
