// A conversation: what one looks at counts as read, Enter sends, the field is empty once it was sent.
// The thread itself comes by live.js and htmx; the scroll box begins at its end by its style (column-reverse).

const box = document.querySelector("[data-talk]");
let told = 0;

// Said once for each message, and only while somebody looks.
function tellRead() {
  const thread = document.getElementById("talk-live");
  const upTo = Number(thread?.dataset.unread ?? 0);
  if (!upTo || upTo <= told || document.visibilityState !== "visible") return;
  told = upTo;
  const body = new URLSearchParams({ up_to: String(upTo), csrf: document.querySelector("meta[name=csrf-token]")?.content ?? "" });
  fetch(thread.dataset.read, { method: "POST", body, redirect: "manual" }).catch(() => (told = 0));
}
if (box) {
  new MutationObserver(tellRead).observe(box, { childList: true, subtree: true });
  document.addEventListener("visibilitychange", tellRead);
  tellRead();
}

document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("[data-talk-text]");
  if (!field || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  if (!matchMedia("(min-width: 64rem)").matches) return;
  event.preventDefault();
  field.form.requestSubmit();
});

// Words that are often needed stand in the field first, so that they can be changed; without scripts they are sent at once.
document.addEventListener("click", (event) => {
  const quick = event.target.closest?.("[data-talk-quick]");
  if (!quick) return;
  event.preventDefault();
  const field = document.querySelector("[data-talk-text]");
  field.value = field.value ? `${field.value}\n${quick.value}` : quick.value;
  field.focus();
});

document.addEventListener("change", (event) => {
  const files = event.target.closest?.("[data-talk-files]");
  if (files) tellChosen(files.form);
});
function tellChosen(form) {
  const chosen = form.querySelector("[data-talk-chosen]");
  const count = form.querySelector("[data-talk-files]").files.length;
  chosen.hidden = !count;
  chosen.textContent = chosen.dataset.label.replace("#", String(count));
}

document.addEventListener("talk-sent", () => {
  const form = document.querySelector("[data-talk-composer]");
  form.querySelector("[data-talk-text]").value = "";
  form.querySelector("[data-talk-files]").value = "";
  tellChosen(form);
  box.scrollTop = 0;
});
