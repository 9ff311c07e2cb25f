// Live updates. The server sends two kinds of event on /events:
//   topic   {"topic": "order:123"}                     every [data-live="order:123"] fetches itself anew from its data-live-src
//   notice  {"text": "…", "href": "/…", "tone": "note"} a toast; with "cart_count" the figure beside 进货单 follows
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
  source.addEventListener("topic", (event) => {
    const { topic } = JSON.parse(event.data);
    refresh(`[data-live="${CSS.escape(topic)}"]`);
  });
  source.addEventListener("notice", (event) => {
    const detail = JSON.parse(event.data);
    if (detail.text) document.dispatchEvent(new CustomEvent("huozhan:notice", { detail }));
    if (Number.isInteger(detail.cart_count)) {
      for (const figure of document.querySelectorAll("[data-cart-count]")) {
        figure.textContent = figure.value = String(detail.cart_count);
        figure.hidden = detail.cart_count === 0;
      }
    }
  });
  addEventListener("pagehide", () => source.close(), { once: true });
  addEventListener("pageshow", (event) => event.persisted && listen(), { once: true });
}

if (path) listen();
