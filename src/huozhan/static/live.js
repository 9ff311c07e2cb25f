// Live updates. On /events the server sends "change" with the id of what something happened to (an order, a payment);
// every [data-live] that names this id fetches itself anew from its data-live-src.
// EventSource reconnects by itself; after a gap everything on the page is fetched once, so nothing that was missed stays old.

const path = document.body.dataset.events;
const pending = new Map();

async function renew(element) {
  const answer = await fetch(element.dataset.liveSrc, { headers: { "HX-Request": "true" } });
  if (!answer.ok || !element.isConnected || element.contains(document.activeElement?.closest("input, textarea, select"))) return;
  const fresh = document.createElement("template");
  fresh.innerHTML = await answer.text();
  const [root] = fresh.content.children;
  element.replaceWith(fresh.content);
  if (root) window.htmx?.process(root);
}

function refresh(selector) {
  for (const element of document.querySelectorAll(selector)) {
    if (!element.dataset.liveSrc || pending.has(element)) continue;
    pending.set(element, setTimeout(() => {
      pending.delete(element);
      renew(element).catch(() => {});
    }, 80));
  }
}

function listen() {
  const source = new EventSource(path);
  let opened = false;
  source.addEventListener("open", () => {
    if (opened) refresh("[data-live]");
    opened = true;
  });
  source.addEventListener("change", (event) => refresh(`[data-live="${CSS.escape(event.data)}"]`));
  addEventListener("pagehide", () => source.close(), { once: true });
  addEventListener("pageshow", (event) => event.persisted && listen(), { once: true });
}

if (path) listen();
