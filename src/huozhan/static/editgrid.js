// <edit-grid>: a seller's table of prices, ladders or stock; keys and paste only, the server reads what is posted.
import { paste, walk } from "./gridkeys.js";

const FITS = { numeric: /^\d{0,10}$/, decimal: /^[¥£$€]?\d{0,10}(\.\d{0,4})?$/, text: /^.{0,200}$/ };

class EditGrid extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", (event) => walk(this, event));
    this.addEventListener("paste", (event) => paste(this, event, (text, input) => FITS[input.inputMode || "text"].test(text)));
    this.addEventListener("focusin", (event) => event.target.matches("input") && event.target.select());
  }
}

customElements.define("edit-grid", EditGrid);
