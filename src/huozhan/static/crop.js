// Frames a part of the photo by mouse, finger or keyboard, and looks for that part. Without it the parts are plain links.
const WHOLE = 1000;
const LEAST = 80;
const STEP = 20;
const WAIT_MS = 350;
const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

class Frame {
  constructor(root) {
    this.root = root;
    this.box = root.querySelector(".crop-box");
    this.at = this.read(root.dataset.crop);
    this.box.hidden = false;
    this.draw();
    for (const type of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
      root.addEventListener(type, (event) => this[type](event));
    }
    this.box.addEventListener("keydown", (event) => this.keydown(event));
  }

  read(text) {
    const [left, top, width, height] = text ? text.split(",").map(Number) : [0, 0, WHOLE, WHOLE];
    return { left, top, right: left + width, bottom: top + height };
  }

  text() {
    const { left, top, right, bottom } = this.at;
    const parts = [left, top, right - left, bottom - top].map(Math.round);
    return parts.join() === [0, 0, WHOLE, WHOLE].join() ? "" : parts.join();
  }

  draw() {
    const { left, top, right, bottom } = this.at;
    Object.assign(this.box.style, {
      left: `${left / 10}%`, top: `${top / 10}%`, width: `${(right - left) / 10}%`, height: `${(bottom - top) / 10}%`,
    });
  }

  // Moves the whole frame, or the sides that a corner names.
  shift(corner, across, down) {
    const from = this.at;
    if (corner) {
      const side = { ...from };
      if (corner.includes("w")) side.left = clamp(from.left + across, 0, from.right - LEAST);
      if (corner.includes("e")) side.right = clamp(from.right + across, from.left + LEAST, WHOLE);
      if (corner.includes("n")) side.top = clamp(from.top + down, 0, from.bottom - LEAST);
      if (corner.includes("s")) side.bottom = clamp(from.bottom + down, from.top + LEAST, WHOLE);
      this.at = side;
    } else {
      const x = clamp(across, -from.left, WHOLE - from.right);
      const y = clamp(down, -from.top, WHOLE - from.bottom);
      this.at = { left: from.left + x, right: from.right + x, top: from.top + y, bottom: from.bottom + y };
    }
    this.draw();
  }

  pointerdown(event) {
    if (event.button) return;
    event.preventDefault();
    this.held = { corner: event.target.dataset.corner ?? "", x: event.clientX, y: event.clientY, from: this.at };
    // Drawing a new frame from where the finger came down, when the frame is all of the photo.
    if (!this.held.corner && this.text() === "") {
      const spot = this.spot(event);
      const left = Math.min(spot.x, WHOLE - LEAST);
      const top = Math.min(spot.y, WHOLE - LEAST);
      this.held = { ...this.held, corner: "se", from: { left, top, right: left + LEAST, bottom: top + LEAST }, isNew: true };
    }
    this.root.setPointerCapture(event.pointerId);
  }

  pointermove(event) {
    if (!this.held) return;
    const { width, height } = this.root.getBoundingClientRect();
    const across = ((event.clientX - this.held.x) / width) * WHOLE;
    const down = ((event.clientY - this.held.y) / height) * WHOLE;
    if (this.held.isNew && Math.hypot(across, down) < STEP) return;
    this.at = this.held.from;
    this.shift(this.held.corner, across - (this.held.isNew ? LEAST : 0), down - (this.held.isNew ? LEAST : 0));
    this.held.moved = true;
  }

  pointerup() {
    const moved = this.held?.moved;
    this.held = null;
    if (moved) this.search();
  }

  pointercancel() {
    this.held = null;
  }

  spot(event) {
    const { left, top, width, height } = this.root.getBoundingClientRect();
    return { x: ((event.clientX - left) / width) * WHOLE, y: ((event.clientY - top) / height) * WHOLE };
  }

  keydown(event) {
    const way = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (!way) return;
    event.preventDefault();
    this.shift(event.target.dataset.corner ?? (event.shiftKey ? "se" : ""), ...way);
    this.search();
  }

  // The frame may still be moving; the last place asks.
  search() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      const address = new URL(location.href);
      address.searchParams.delete("page");
      if (this.text()) address.searchParams.set("crop", this.text());
      else address.searchParams.delete("crop");
      history.replaceState(history.state, "", address);
      for (const part of document.querySelectorAll("[data-part]")) {
        part.toggleAttribute("aria-current", part.dataset.part === this.text());
      }
      this.show(address);
    }, WAIT_MS);
  }

  // What was asked for before the last move comes too late to be shown.
  async show(address) {
    this.asked = address.href;
    const answer = await fetch(address);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const results = page.getElementById("photo-results");
    if (!results || this.asked !== address.href) return;
    document.getElementById("photo-results").replaceWith(results);
    htmx.process(results);
  }
}

for (const root of document.querySelectorAll("[data-crop]")) new Frame(root);
