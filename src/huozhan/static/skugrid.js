// <sku-grid>: arrow keys, paste from a spreadsheet and a running total over a table of number inputs.
// What it shows is an estimate from the ladder that the server sent; the server counts again whatever is posted.

const E4_PER_MINOR = 100;
const say = (template, facts) => template.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);

class SkuGrid extends HTMLElement {
  connectedCallback() {
    this.ladder = JSON.parse(this.dataset.ladder || "[]");
    this.moq = Number(this.dataset.moq) || 1;
    this.lot = Number(this.dataset.lot) || 1;
    const style = { style: "currency", currency: this.dataset.currency, currencyDisplay: "narrowSymbol" };
    this.money = new Intl.NumberFormat(this.dataset.lang, style);
    this.unitMoney = new Intl.NumberFormat(this.dataset.lang, { ...style, maximumFractionDigits: 4 });
    this.addEventListener("input", () => this.count());
    this.addEventListener("keydown", (event) => this.walk(event));
    this.addEventListener("paste", (event) => this.paste(event));
    this.addEventListener("focusin", (event) => event.target.matches("input") && event.target.select());
    this.count();
  }

  get inputs() {
    return [...this.querySelectorAll("input[data-r]")];
  }

  at(row, column) {
    return this.querySelector(`input[data-r="${row}"][data-c="${column}"]:not(:disabled)`);
  }

  // Up, down, Enter always move; left and right only from the edge of what is typed.
  walk(event) {
    const input = event.target;
    if (!input.matches("input[data-r]")) return;
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [event.shiftKey ? -1 : 1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const step = steps[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    let [row, column] = [Number(input.dataset.r), Number(input.dataset.c)];
    const [rows, columns] = [this.querySelectorAll("tbody tr").length, this.querySelectorAll("thead th").length - 2];
    do {
      row += step[0];
      column += step[1];
    } while (row >= 0 && row < rows && column >= 0 && column < columns && !this.at(row, column));
    this.at(row, column)?.focus();
  }

  // A block of cells copied from a spreadsheet lands with its corner on the focused cell; words and thousands marks are ignored.
  paste(event) {
    const start = event.target;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!start.matches("input[data-r]") || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    let filled = 0;
    text.replace(/\r/g, "").replace(/\n$/, "").split("\n").forEach((line, down) =>
      line.split("\t").forEach((cell, across) => {
        const input = this.at(Number(start.dataset.r) + down, Number(start.dataset.c) + across);
        const digits = cell.replace(/[,，\s]/g, "");
        if (!input || !/^\d{0,9}$/.test(digits)) return;
        input.value = digits;
        filled += digits ? 1 : 0;
      }),
    );
    this.count();
    const detail = { text: say(this.dataset.pasted, { n: filled }), tone: "note" };
    document.dispatchEvent(new CustomEvent("huozhan:notice", { detail }));
  }

  count() {
    const cells = this.inputs.map((input) => ({ input, qty: Math.max(0, Math.trunc(Number(input.value) || 0)) }));
    const pieces = cells.reduce((sum, cell) => sum + cell.qty, 0);
    const step = this.ladder.findLast((each) => pieces >= each.min) ?? this.ladder[0];
    let over = null;
    let minor = 0;
    const rowSums = new Map();
    for (const { input, qty } of cells) {
      const price = Number(input.dataset.priceE4 ?? step?.price_e4 ?? 0);
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
    const bar = this.closest("form")?.querySelector("[data-bar-total]");
    if (bar) bar.textContent = pieces ? this.money.format(minor / 100) : "";
    this.hint(pieces, over);
    this.light(pieces > 0 ? this.ladder.indexOf(step) : -1);
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
