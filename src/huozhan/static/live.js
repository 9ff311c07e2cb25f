// Live updates. On /events the server sends "change" with the id of what something happened to (an order, a payment);
// every [data-live] that names this id fetches itself anew from its data-live-src.
// EventSource reconnects by itself; after a gap everything on the page is fetched once, so nothing that was missed stays old.

const path = document.body.dataset.events;
const waiting = new Set();
const asking = new Set();

// Somebody types in it, or is asked something: it waits.
const isBusy = (element) =>
  element.querySelector("dialog[open]") || element.contains(document.activeElement?.closest("input, textarea, select"));

const place = (src) => [...document.querySelectorAll("[data-live]")].find((element) => element.dataset.liveSrc === src);

// By its address, not by its element, which an answer replaces. One answer at a time: an older one never comes last.
async function renew(src) {
  const element = place(src);
  if (!element) return;
  if (asking.has(src)) return later(src, 80);
  if (isBusy(element)) return later(src, 2000);
  asking.add(src);
  try {
    const answer = await fetch(src, { headers: { "HX-Request": "true" } });
    const text = await answer.text();
    if (answer.ok) replace(src, text);
  } finally {
    asking.delete(src);
  }
}

// Nothing is awaited before the replacement: a dialog may have been opened while the answer came.
function replace(src, text) {
  const element = place(src);
  if (!element) return;
  if (isBusy(element)) return later(src, 2000);
  const fresh = document.createElement("template");
  fresh.innerHTML = text;
  const [root] = fresh.content.children;
  element.replaceWith(fresh.content);
  if (root) window.htmx?.process(root);
}

function later(src, ms) {
  if (!src || waiting.has(src)) return;
  waiting.add(src);
  setTimeout(() => {
    waiting.delete(src);
    renew(src).catch(() => {});
  }, ms);
}

const refresh = (selector) => document.querySelectorAll(selector).forEach((element) => later(element.dataset.liveSrc, 80));

function listen() {
  const source = new EventSource(path);
  let opened = false;
  source.addEventListener("open", () => {
    if (opened) refresh("[data-live]");
    opened = true;
  });
  source.addEventListener("change", (event) => refresh(`[data-live="${CSS.escape(event.data)}"]`));
  addEventListener("pagehide", () => source.close(), { once: true });
  addEventListener("pageshow", (event) => event.persisted && (listen(), refresh("[data-live]")), { once: true });
}

if (path) listen();
