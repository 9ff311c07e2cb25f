// Pictures in large: a link inside [data-lightbox] opens here, arrows and swipes go on, a tap or + looks closer. Without it the
// link opens the picture. In a gallery a swipe chooses the next picture, and the pointer looks closer where it hovers.

const SWIPE = 40;
let box;
let shots = [];
let at = 0;
let came;

const make = (words) => {
  box = document.createElement("dialog");
  box.className = "lightbox";
  const frame = document.createElement("figure");
  frame.className = "lightbox-frame";
  frame.append(document.createElement("img"));
  box.append(frame, document.createElement("output"));
  for (const [deed, sign] of [["close", "×"], ["previous", "‹"], ["next", "›"]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `lightbox-${deed}`;
    button.textContent = sign;
    button.addEventListener("click", () => deeds[deed]());
    box.append(button);
  }
  name(words);
  box.addEventListener("close", () => came?.focus());
  box.addEventListener("keydown", (event) => keys[event.key]?.(event));
  document.body.append(box);
};
const name = (words) => {
  box.setAttribute("aria-label", words.lightbox);
  for (const deed of Object.keys(deeds)) box.querySelector(`.lightbox-${deed}`).setAttribute("aria-label", words[deed]);
};
const show = (n) => {
  at = (n + shots.length) % shots.length;
  const picture = box.querySelector("img");
  picture.src = shots[at].href;
  picture.alt = shots[at].querySelector("img").alt;
  box.classList.remove("closer");
  box.querySelector("output").textContent = `${at + 1} / ${shots.length}`;
  box.classList.toggle("alone", shots.length < 2);
};
const deeds = { close: () => box.close(), previous: () => show(at - 1), next: () => show(at + 1) };
const closer = () => box.classList.toggle("closer");
const keys = { ArrowLeft: deeds.previous, ArrowRight: deeds.next, "+": closer, "-": closer };

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-lightbox] a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  // The end of a swipe is no click.
  if (performance.now() - swiped < 300) return;
  const row = link.closest("[data-lightbox]");
  if (box) name(row.dataset);
  else make(row.dataset);
  shots = [...row.querySelectorAll("a")];
  came = link;
  show(shots.indexOf(link));
  box.showModal();
});

// Where the pointer is, the picture is looked at closer: the point under it stays where it is.
const aim = (picture, event) => {
  const place = picture.getBoundingClientRect();
  const share = (from, start, length) => {
    const part = Math.min(100, Math.max(0, ((from - start) / length) * 100));
    return `${part}%`;
  };
  picture.style.transformOrigin = `${share(event.clientX, place.left, place.width)} ${share(event.clientY, place.top, place.height)}`;
};
document.addEventListener("pointermove", (event) => {
  if (event.pointerType !== "mouse") return;
  const frame = event.target.closest?.(".gallery-large, .lightbox-frame");
  if (frame) aim(frame.querySelector("img"), event);
});

let began = null;
let swiped = -Infinity;
document.addEventListener("pointerdown", (event) => {
  const place = event.target.closest?.(".gallery, .lightbox-frame");
  began = place ? { place, x: event.clientX, y: event.clientY } : null;
});
// A picture that is dragged would end the gesture.
document.addEventListener("dragstart", (event) => event.target.closest?.(".gallery, .lightbox") && event.preventDefault());
document.addEventListener("pointerup", (event) => {
  if (!began) return;
  const { place, x, y } = began;
  began = null;
  const way = event.clientX - x;
  const isSwipe = Math.abs(way) > SWIPE && Math.abs(way) > 2 * Math.abs(event.clientY - y);
  if (place.matches(".gallery")) return isSwipe && choose(place, way < 0 ? 1 : -1);
  if (isSwipe) return way < 0 ? deeds.next() : deeds.previous();
  aim(place.querySelector("img"), event);
  closer();
});
const choose = (gallery, by) => {
  const radios = [...gallery.querySelectorAll("input[type=radio]")];
  if (!radios.length) return;
  const now = radios.findIndex((radio) => radio.checked);
  radios[(now + by + radios.length) % radios.length].checked = true;
  swiped = performance.now();
};
