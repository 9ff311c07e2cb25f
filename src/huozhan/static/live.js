// Live updates. On /events the server sends "change" with the id of what something happened to (an order, a payment);
// every [data-live] that names this id fetches itself anew from its data-live-src.
// EventSource reconnects by itself; after a gap everything on the page is fetched once, so nothing that was missed stays old.

const path = document.body.dataset.events;
const pending = new Map();

// Somebody types in it, or is asked something: it waits.
const isBusy = (element) =>
  element.querySelector("dialog[open]") || element.contains(document.activeElement?.closest("input, textarea, select"));

async function renew(element) {
  if (!element.isConnected) return;
  if (isBusy(element)) return later(element, 2000);
  const answer = await fetch(element.dataset.liveSrc, { headers: { "HX-Request": "true" } });
  const text = await answer.text();
  if (!answer.ok || !element.isConnected) return;
  // Asked last, with nothing awaited before the replacement: a dialog may have been opened while the answer came.
  if (isBusy(element)) return later(element, 2000);
  const fresh = document.createElement("template");
  fresh.innerHTML = text;
  const [root] = fresh.content.children;
  element.replaceWith(fresh.content);
  if (root) window.htmx?.process(root);
}

function later(element, ms) {
  if (!element.dataset.liveSrc || pending.has(element)) return;
  pending.set(element, setTimeout(() => {
    pending.delete(element);
    renew(element).catch(() => {});
  }, ms));
}

const refresh = (selector) => document.querySelectorAll(selector).forEach((element) => later(element, 80));

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
