// <sku-grid>: arrow keys, paste from a spreadsheet and a running total over a table of number inputs.
// What it shows is an estimate from the ladder that the server sent; the server counts again whatever is posted.

import { paste, walk } from "./gridkeys.js";

const E4_PER_MINOR = 100;
const say = (template, facts) => template.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);

// What the shop has for this buyer stands in the order in which it decides: the first one whose quantity is reached.
const booked = (input, qty, list) => {
  const book = JSON.parse(input.dataset.books || "[]").find((each) => each.min <= qty);
  if (!book) return list;
  return book.price_e4 ?? Math.max(Math.round((list * (10000 - book.off_bp)) / 10000), Math.min(list, E4_PER_MINOR));
};

class SkuGrid extends HTMLElement {
  connectedCallback() {
    this.ladder = JSON.parse(this.dataset.ladder || "[]");
    this.moq = Number(this.dataset.moq) || 1;
    this.lot = Number(this.dataset.lot) || 1;
    const style = { style: "currency", currency: this.dataset.currency, currencyDisplay: "narrowSymbol" };
    this.money = new Intl.NumberFormat(this.dataset.lang, style);
    this.unitMoney = new Intl.NumberFormat(this.dataset.lang, { ...style, maximumFractionDigits: 4 });
    this.addEventListener("input", () => this.count());
    this.addEventListener("keydown", (event) => walk(this, event));
    this.addEventListener("paste", (event) => paste(this, event, (text) => /^\d{0,9}$/.test(text)) && this.count());
    this.closest("form")?.addEventListener("submit", (event) => this.askForQuantity(event));
    this.addEventListener("focusin", (event) => event.target.matches("input") && event.target.select());
    this.count();
  }

  get inputs() {
    return [...this.querySelectorAll("input[data-r]")];
  }

  count() {
    const cells = this.inputs.map((input) => ({ input, qty: Math.max(0, Math.trunc(Number(input.value) || 0)) }));
    const pieces = cells.reduce((sum, cell) => sum + cell.qty, 0);
    const step = this.ladder.findLast((each) => pieces >= each.min) ?? this.ladder[0];
    let over = null;
    let minor = 0;
    const rowSums = new Map();
    for (const { input, qty } of cells) {
      const price = booked(input, qty, Number(input.dataset.priceE4 ?? step?.price_e4 ?? 0));
      minor += Math.round((qty * price) / E4_PER_MINOR);
      rowSums.set(input.dataset.r, (rowSums.get(input.dataset.r) ?? 0) + qty);
      const tooMany = input.max !== "" && qty > Number(input.max);
      if (tooMany) over ??= input.max;
      input.classList.toggle("filled", qty > 0);
      if (tooMany) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
    for (const output of this.querySelectorAll("[data-row-sum]")) output.value = rowSums.get(output.dataset.rowSum) || "";
    this.querySelector("[data-total-pieces]").value = String(pieces);
    this.querySelector("[data-total-amount]").value = this.money.format(minor / 100);
    const bar = (this.closest("[data-offer]") ?? document).querySelector("[data-bar-total]");
    if (bar) bar.textContent = pieces ? this.money.format(minor / 100) : "";
    this.hint(pieces, over);
    if (pieces > 0 || this.counted) this.light(pieces > 0 ? this.ladder.indexOf(step) : -1);
    this.counted ||= pieces > 0;
    this.reckonFreight(pieces);
    this.dispatchEvent(new CustomEvent("huozhan:counted", { bubbles: true, detail: { pieces, amount_minor: minor } }));
  }

  // One sentence, the most pressing first: too many, too few, not whole lots, the next price.
  hint(pieces, over) {
    const place = this.querySelector("[data-hint]");
    const next = this.ladder.find((each) => each.min > pieces);
    const { dataset } = this;
    const wrong = over !== null || (pieces > 0 && (pieces < this.moq || pieces % this.lot !== 0));
    place.classList.toggle("wrong", wrong);
    if (over !== null) place.textContent = say(dataset.over, { n: over });
    else if (!pieces) place.textContent = "";
    else if (pieces < this.moq) place.textContent = say(dataset.short, { n: this.moq - pieces });
    else if (pieces % this.lot) place.textContent = dataset.lotty;
    else if (next) place.textContent = say(dataset.next, { n: next.min - pieces, price: this.unitMoney.format(next.price_e4 / 10000) });
    else place.textContent = this.ladder.length > 1 ? dataset.best : "";
  }

  // An order without a quantity is not sent: the first cell is where to begin.
  askForQuantity(event) {
    const typed = event.target.querySelectorAll("input[name^='qty['], input[name^='sample[']");
    if ([...typed].some((input) => Number(input.value) > 0)) return;
    event.preventDefault();
    this.inputs.find((input) => !input.disabled)?.focus();
    const place = this.querySelector("[data-hint]");
    place.classList.add("wrong");
    place.textContent = this.dataset.none;
  }

  // Freight is asked for what was typed, once the typing pauses.
  reckonFreight(pieces) {
    const quantity = document.querySelector("#freight input[name=n]");
    const wanted = String(Math.max(pieces, this.moq));
    if (!quantity || quantity.value === wanted) return;
    quantity.value = wanted;
    clearTimeout(this.freightWaits);
    this.freightWaits = setTimeout(() => quantity.dispatchEvent(new Event("change", { bubbles: true })), 400);
  }

  light(index) {
    const table = (this.closest("[data-offer]") ?? document).querySelector("[data-ladder-table]");
    for (const row of table?.rows ?? []) {
      [...row.cells].forEach((cell, n) => {
        cell.classList.toggle("lit", n === index);
        if (n === index) cell.setAttribute("aria-current", "true");
        else cell.removeAttribute("aria-current");
      });
    }
  }
}

customElements.define("sku-grid", SkuGrid);
