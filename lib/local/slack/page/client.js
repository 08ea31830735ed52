// Sends what a person does and swaps the regions of the page that changed. Nothing here decides anything.
const { user, at, search } = document.body.dataset;
const regions = ['people', 'places', 'main', 'modal'];
const shown = {};
let refreshing = false;
let again = false;

async function send(act) {
  const response = await fetch(`/as/${user}/act`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(act),
  });
  const { refused, warning } = await response.json();
  if (refused || warning) toast(refused ?? `⚠️ ${warning}`);
  await refresh();
}

function toast(text) {
  const element = document.getElementById('toast');
  element.textContent = text;
  element.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => (element.hidden = true), 6000);
}

async function refresh() {
  if (refreshing) return void (again = true);
  refreshing = true;
  try {
    const response = await fetch(`/as/${user}/parts?${new URLSearchParams({ at, q: search })}`);
    if (response.ok) for (const [region, html] of Object.entries(await response.json())) swap(region, html);
  } finally {
    refreshing = false;
  }
  if (again) {
    again = false;
    await refresh();
  }
}

function swap(region, html) {
  if (region === 'title') document.title = html;
  if (!regions.includes(region) || shown[region] === html) return;
  shown[region] = html;
  const element = document.getElementById(region);
  const kept = remember(element);
  element.innerHTML = html;
  restore(element, kept);
  if (region === 'modal') showModal(element);
  if (region === 'main') settle(kept.atEnd);
}

/** What was typed, focused and scrolled in a region, to survive its replacement. */
function remember(element) {
  const log = document.getElementById('log');
  return {
    values: [...element.querySelectorAll('input, textarea, select')].map((each) => [
      keyOf(each),
      each.type,
      each.value,
      each.checked,
    ]),
    open: [...element.querySelectorAll('details[open]')].map((each) => each.querySelector('[id]')?.id),
    focus: element.contains(document.activeElement) ? keyOf(document.activeElement) : '',
    view: element.querySelector('dialog')?.dataset.view,
    atEnd: !log || log.scrollHeight - log.scrollTop - log.clientHeight < 80,
    top: log?.scrollTop ?? 0,
  };
}

function restore(element, kept) {
  const sameView = kept.view === element.querySelector('dialog')?.dataset.view;
  for (const value of sameView ? kept.values : []) restoreValue(...value);
  for (const id of kept.open)
    if (id) document.getElementById(id)?.closest('details')?.setAttribute('open', '');
  if (kept.focus) document.getElementById(kept.focus)?.focus();
  const log = document.getElementById('log');
  if (log) log.scrollTop = kept.top;
}

function restoreValue(key, type, value, checked) {
  const found = key && document.getElementById(key);
  if (!found || found.type !== type) return;
  if (type === 'checkbox' || type === 'radio') found.checked = checked;
  else if (found.tagName !== 'SELECT' || [...found.options].some((option) => option.value === value))
    found.value = value;
}

function keyOf(element) {
  return element.id || '';
}

function showModal(element) {
  const dialog = element.querySelector('dialog');
  if (dialog && !dialog.open) dialog.showModal();
}

/** Scrolls to the newest message (or the linked one) and marks the conversation read. */
function settle(toEnd) {
  const log = document.getElementById('log');
  const linked = location.hash && document.getElementById(location.hash.slice(1));
  if (linked) linked.scrollIntoView();
  else if (log && toEnd && at !== 'home') log.scrollTop = log.scrollHeight;
  if (at !== 'home' && document.visibilityState === 'visible' && !document.querySelector('.log.blocked'))
    markRead();
}

let lastRead = '';
function markRead() {
  const newest = [...document.querySelectorAll('.message')].at(-1)?.id ?? '';
  if (newest === lastRead) return;
  lastRead = newest;
  void send({ act: 'read', channel: at });
}

/** Everything filled in on a surface, by block and action. */
function answersOn(surface) {
  const answers = {};
  for (const control of surface.querySelectorAll('[data-answer]')) {
    const blockId = control.closest('[data-block]').dataset.block;
    answers[blockId] = { ...answers[blockId], [control.dataset.action]: valueOf(control) };
  }
  return answers;
}

function valueOf(control) {
  if (control.tagName !== 'FIELDSET') return control.value === '' ? null : control.value;
  const ticked = [...control.querySelectorAll('input:checked')].map((input) => input.value);
  if (control.dataset.control === 'radio') return ticked[0] ?? null;
  return ticked;
}

async function act(control, value) {
  if (control.dataset.confirm && !(await confirmed(JSON.parse(control.dataset.confirm)))) return refresh();
  if (control.dataset.open) window.open(control.dataset.open, '_blank', 'noopener');
  const surface = control.closest('[data-surface]');
  const blockId = control.closest('[data-block]').dataset.block;
  const target = JSON.parse(surface.dataset.surface);
  control.setAttribute('aria-busy', 'true');
  await send({
    act: 'click',
    ...target,
    blockId,
    actionId: control.dataset.action,
    value,
    answers: answersOn(surface),
  });
  control.removeAttribute('aria-busy');
}

function confirmed({ title, text, confirm, deny, style }) {
  const dialog = document.getElementById('confirm');
  const [no, yes] = dialog.querySelectorAll('button');
  dialog.querySelector('h2').textContent = title;
  dialog.querySelector('p').textContent = text;
  no.textContent = deny;
  yes.textContent = confirm;
  yes.className = style === 'danger' ? 'danger' : 'primary';
  dialog.returnValue = 'deny';
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'confirm'), { once: true }),
  );
}

function closeModal(dialog) {
  void send({ act: 'close', viewId: dialog.dataset.view });
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  for (const menu of document.querySelectorAll('details.overflow[open]'))
    if (!menu.contains(event.target) || button) menu.removeAttribute('open');
  if (!button) return;
  if (button.dataset.control === 'button') void act(button);
  if (button.dataset.control === 'option') void act(button, button.dataset.value);
  if (button.dataset.shortcut) {
    const target = JSON.parse(button.closest('[data-surface]').dataset.surface);
    void send({ act: 'shortcut', callbackId: button.dataset.shortcut, ...target });
  }
  if ('close' in button.dataset) closeModal(button.closest('dialog'));
});

document.addEventListener('change', (event) => {
  const control = event.target.closest('[data-answer]');
  if (!control) return;
  const input = control.closest('[data-input]');
  if (!input || 'dispatch' in input.dataset) void act(control, valueOf(control));
});

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.method === 'dialog' || form.classList.contains('search')) return;
  event.preventDefault();
  if (form.id === 'composer') {
    const text = form.elements.text.value.trim();
    form.elements.text.value = '';
    if (text) void send({ act: 'write', channel: form.dataset.channel, text });
    return;
  }
  const dialog = form.closest('dialog[data-view]');
  if (dialog) void send({ act: 'submit', viewId: dialog.dataset.view, answers: answersOn(dialog) });
});

// Escape closes a modal for the app as well, so the server must hear of it.
document.addEventListener(
  'cancel',
  (event) => {
    if (!event.target.dataset?.view) return;
    event.preventDefault();
    closeModal(event.target);
  },
  true,
);

const live = new EventSource(`/as/${user}/live`);
let waiting;
live.addEventListener('changed', () => {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, 40);
});
showModal(document.getElementById('modal'));
settle(true);
if (at === 'home') void send({ act: 'home' });
