// Filters of a page of results: long lists are searched, and the sheet of a phone stays open while its counts change.
const sheet = () => document.querySelector("[data-facets]");
const isPhone = () => matchMedia("(max-width: 63.99rem)").matches;

document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-narrow]")) return;
  const wanted = target.value.trim().toLowerCase();
  for (const row of target.parentElement.querySelectorAll(".check")) row.hidden = !row.textContent.toLowerCase().includes(wanted);
});

// On the phone every choice counts anew at once; the button at the foot shows how many are left and closes the sheet.
document.addEventListener("change", ({ target }) => {
  const form = target.closest?.("#facets-form");
  if (form && isPhone() && !target.matches("[data-narrow]")) form.requestSubmit();
});

let keep;
document.addEventListener("htmx:beforeRequest", ({ target, detail }) => {
  if (target.id !== "facets-form") return;
  const closes = detail.requestConfig?.triggeringEvent?.submitter?.matches(".facets-apply");
  keep = {
    open: isPhone() && sheet()?.open && !closes,
    top: sheet()?.scrollTop ?? 0,
    focus: document.activeElement?.id,
    lists: [...document.querySelectorAll(".facet-more[open]")].map((one) => one.closest("fieldset").querySelector("legend").textContent),
  };
});
document.addEventListener("htmx:afterSettle", () => {
  if (!keep) return;
  const now = sheet();
  for (const list of document.querySelectorAll(".facet-more")) {
    if (keep.lists.includes(list.closest("fieldset").querySelector("legend").textContent)) list.open = true;
  }
  if (now && keep.open) {
    now.open = true;
    now.scrollTop = keep.top;
  }
  // What stands in a closed sheet or list cannot be given the focus by htmx.
  if (keep.focus && document.activeElement === document.body) document.getElementById(keep.focus)?.focus({ preventScroll: true });
  keep = undefined;
});

// What is not filled in is not in the address either.
document.addEventListener("htmx:configRequest", ({ target, detail }) => {
  if (target.id !== "facets-form") return;
  for (const name of new Set(detail.formData.keys())) {
    const values = detail.formData.getAll(name).filter(Boolean);
    detail.formData.delete(name);
    for (const value of values) detail.formData.append(name, value);
  }
});
