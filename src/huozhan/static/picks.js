// Hearts and boxes to compare.
// Hearts: the page is the same for everybody, so a script asks afterwards which of its offers the reader keeps.
// Without it a heart posts its form, which keeps the offer and comes back.
const form = document.getElementById("keep");
const hearts = (root = document) => [...root.querySelectorAll("button[form=keep]")];
const press = (heart, pressed) => {
  heart.setAttribute("aria-pressed", String(pressed));
  heart.formAction = pressed ? "/favourites/remove" : "/favourites";
};

async function learn() {
  const unknown = hearts().filter((heart) => heart.name === "offer" && !heart.hasAttribute("aria-pressed"));
  if (!unknown.length) return;
  let kept = [];
  if (form.hasAttribute("data-account") || document.cookie.includes("hz_kept=")) {
    const asked = new URLSearchParams(unknown.slice(0, 60).map((heart) => ["offer", heart.value]));
    const answer = await fetch(`${form.dataset.among}?${asked}`);
    if (!answer.ok) return;
    ({ kept } = await answer.json());
  }
  for (const heart of unknown) press(heart, kept.includes(heart.value));
}

document.addEventListener("click", async (event) => {
  const heart = event.target.closest?.("button[form=keep]");
  if (!heart?.hasAttribute("aria-pressed")) return;
  event.preventDefault();
  const was = heart.getAttribute("aria-pressed") === "true";
  const action = was ? "/favourites/remove" : "/favourites";
  const said = new URLSearchParams(new FormData(form));
  said.append(heart.name, heart.value);
  press(heart, !was);
  const answer = await fetch(action, { method: "POST", body: said, redirect: "manual" }).catch(() => null);
  if (answer?.type === "opaqueredirect") return;
  // Refused: the page that says why is the form's own answer.
  press(heart, was);
  form.requestSubmit(heart);
});

// Comparing: what is ticked stays ticked from page to page until it is compared or cleared.
const bar = document.getElementById("compare");
const boxes = () => [...document.querySelectorAll('input[type=checkbox][form="compare"]')];
const KEY = "huozhan.compare";
const chosen = () => {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "[]").filter((one) => typeof one === "string");
  } catch {
    return [];
  }
};
function show(ids) {
  sessionStorage.setItem(KEY, JSON.stringify(ids));
  for (const box of boxes()) box.checked = ids.includes(box.value);
  bar.classList.toggle("has-chosen", ids.length > 0);
  bar.querySelector("[data-chosen]").value = String(ids.length);
  bar.querySelector("[data-clear]").hidden = !ids.length;
}
if (bar) {
  show(chosen());
  document.addEventListener("htmx:afterSettle", () => show(chosen()));
  document.addEventListener("change", ({ target }) => {
    if (target.getAttribute?.("form") !== "compare") return;
    const others = chosen().filter((one) => one !== target.value);
    if (target.checked && others.length >= Number(bar.dataset.most)) {
      document.dispatchEvent(new CustomEvent("huozhan:notice", { detail: { text: bar.dataset.full, tone: "clock" } }));
      return show(others);
    }
    show(target.checked ? [...others, target.value] : others);
  });
  bar.querySelector("[data-clear]").addEventListener("click", () => show([]));
  bar.addEventListener("submit", (event) => {
    event.preventDefault();
    const address = `${bar.getAttribute("action")}?${new URLSearchParams(chosen().map((one) => ["o", one]))}`;
    sessionStorage.removeItem(KEY);
    location.assign(address);
  });
}

if (form) {
  learn();
  document.addEventListener("htmx:afterSettle", learn);
}
