// Counts deadlines down once a second. The server's words stand until this wakes; the exact time stays in the title.
const parts = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
const format = new Map();

function words(seconds, lang) {
  const first = parts.findIndex(([, size]) => seconds >= size);
  const from = first < 0 ? parts.length - 1 : first;
  const shown = parts.slice(from, from + 2);
  return shown
    .map(([unit, size], n) => {
      const amount = Math.floor((n === 0 ? seconds : seconds % shown[0][1]) / size);
      const key = `${lang}/${unit}`;
      if (!format.has(key)) format.set(key, new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "short" }));
      return format.get(key).format(amount);
    })
    .join(" ");
}

function tick() {
  const now = Date.now();
  for (const clock of document.querySelectorAll("[data-until]")) {
    const seconds = Math.floor((Date.parse(clock.dataset.until) - now) / 1000);
    const text = seconds > 0 ? words(seconds, clock.dataset.lang) : clock.dataset.over;
    clock.dataset.state = seconds > 0 ? "runs" : "over";
    const place = clock.querySelector("span");
    if (place.textContent !== text) place.textContent = text;
  }
}

tick();
setInterval(() => document.hidden || tick(), 1000);
document.addEventListener("visibilitychange", tick);
