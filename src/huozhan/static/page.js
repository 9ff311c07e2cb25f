// What every page wakes: theme, steppers, dialogs, menus, search suggestions, toasts, double-submit guard.
// Everything listens on the document, so what htmx swaps in works without being started.

document.documentElement.classList.add("js");
const on = (type, selector, act) =>
  document.addEventListener(type, (event) => {
    const target = event.target.closest?.(selector);
    if (target) act(target, event);
  });

// Theme: the server renders it from the cookie; here it changes without a round trip.
on("click", "[data-theme-toggle]", (button, event) => {
  event.preventDefault();
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "night" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "paper" : "night";
  button.value = dark ? "night" : "paper";
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax${secure}`;
});

on("click", "[data-step]", (button) => {
  const input = button.parentElement.querySelector("input");
  const lot = Number(input.dataset.lot ?? input.step) || 1;
  const low = Number(input.dataset.first ?? input.min) || 0;
  const high = input.max === "" ? Infinity : Number(input.max);
  const moved = (Number(input.value) || 0) + lot * Number(button.dataset.step);
  // Below the smallest order there is nothing, except none at all where an order only begins there (data-first).
  const floor = button.dataset.step === "-1" && input.dataset.first ? 0 : low;
  input.value = String(Math.min(moved < low ? floor : moved, high));
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

on("click", "[data-opens]", (link, event) => {
  const dialog = document.getElementById(link.dataset.opens);
  if (!dialog?.showModal) return;
  event.preventDefault();
  dialog.showModal();
});
on("click", "[data-closes]", (link, event) => {
  const dialog = link.closest("dialog");
  if (!dialog?.open) return;
  event.preventDefault();
  dialog.close();
});
document.addEventListener("click", (event) => {
  if (event.target instanceof HTMLDialogElement) event.target.close();
  for (const menu of document.querySelectorAll("[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("[data-menu][open]")) menu.open = false;
});

// One box ticks every box of a form, wherever on the page they stand.
on("change", "[data-ticks]", (box) => {
  for (const one of document.querySelectorAll(`input[type=checkbox][form="${box.dataset.ticks}"]`)) one.checked = box.checked;
});

on("click", "[data-print]", () => window.print());
on("click", "[data-copy]", async (button) => {
  await navigator.clipboard?.writeText(button.dataset.copy);
  document.dispatchEvent(new CustomEvent("huozhan:notice", { detail: { text: button.dataset.copied, tone: "safe" } }));
});
// A click filters at once. Who goes through radio buttons by keyboard sets them, then applies them: else the page would change
// under the first arrow key; where only a part of the page is fetched, boxes are applied at once by keyboard too.
on("change", "[data-auto-submit]", (form, event) => {
  const stays = form.hasAttribute("hx-get") && !event.target.matches("input[type=radio]");
  const isChoice = event.target.matches("input[type=checkbox], input[type=radio], select") && (stays || !event.target.matches(":focus-visible"));
  if (isChoice && matchMedia("(min-width: 64rem)").matches) form.requestSubmit();
});

// A form that is on its way is not sent twice; coming back by history wakes its buttons.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post" || event.defaultPrevented) return;
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
});
const wake = (form) => {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
};
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(wake));
for (const ending of ["htmx:afterRequest", "huozhan:not-sent"]) {
  document.addEventListener(ending, ({ target }) => target.matches?.("form[data-sent]") && wake(target));
}
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("meta[name=csrf-token]")?.content;
  if (token) event.detail.headers["X-CSRF-Token"] = token;
});
document.querySelector("[data-focus]")?.focus();

// Toasts: anything may ask by an event, so that the scripts need not import each other.
document.addEventListener("huozhan:notice", ({ detail }) => {
  const shelf = document.getElementById("toasts");
  if (!shelf) return;
  const box = document.createElement("div");
  box.className = `toast-note notice notice-${detail.tone ?? "note"}`;
  const words = document.createElement(detail.href ? "a" : "div");
  words.textContent = detail.text;
  if (detail.href) words.setAttribute("href", detail.href);
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", shelf.dataset.close);
  close.addEventListener("click", () => box.remove());
  box.append(words, close);
  shelf.append(box);
  while (shelf.children.length > 3) shelf.firstElementChild.remove();
  let left = setTimeout(() => box.remove(), 8000);
  box.addEventListener("mouseenter", () => clearTimeout(left));
  box.addEventListener("mouseleave", () => (left = setTimeout(() => box.remove(), 4000)));
});

// Search suggestions: the server answers a list of <a role="option">; arrows walk it, Enter opens it, Escape shuts it.
const suggestions = () => document.getElementById("suggestions");
const shut = (input) => {
  suggestions().hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
};
let waiting;
let asked;
on("input", "[data-suggest]", (input, event) => {
  if (event.isComposing) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => suggest(input), 120);
});
on("compositionend", "[data-suggest]", (input) => suggest(input));
on("focusin", "[data-suggest]", (input) => input.value.trim() || suggest(input));
async function suggest(input) {
  asked?.abort();
  const words = input.value.trim();
  asked = new AbortController();
  try {
    const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(words)}`, { signal: asked.signal });
    if (!answer.ok) return shut(input);
    const list = suggestions();
    list.innerHTML = await answer.text();
    [...list.querySelectorAll("[role=option]")].forEach((option, n) => (option.id = `suggestion-${n}`));
    list.hidden = !list.querySelector("[role=option]");
    input.setAttribute("aria-expanded", String(!list.hidden));
  } catch (fault) {
    if (fault.name !== "AbortError") shut(input);
  }
}
on("keydown", "[data-suggest]", (input, event) => {
  const options = [...suggestions().querySelectorAll("[role=option]")];
  if (event.key === "Escape") return shut(input);
  if (suggestions().hidden || !options.length || event.isComposing) return;
  const lit = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "Enter" && lit >= 0) {
    event.preventDefault();
    options[lit].click();
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const next = (lit + (event.key === "ArrowDown" ? 1 : -1) + options.length + (lit < 0 && event.key === "ArrowUp" ? 1 : 0)) % options.length;
  options.forEach((option, n) => option.setAttribute("aria-selected", String(n === next)));
  input.setAttribute("aria-activedescendant", options[next].id);
});
document.addEventListener("click", (event) => {
  const input = document.querySelector("[data-suggest]");
  if (input && !event.target.closest(".searchbox")) shut(input);
});
