// What every grid of inputs shares: arrow keys from cell to cell, and a block pasted from a spreadsheet.
// Cells are inputs with data-r and data-c.

const at = (grid, row, column) => grid.querySelector(`input[data-r="${row}"][data-c="${column}"]:not(:disabled)`);

const atEdge = (input, forward) => {
  if (input.selectionStart === null) return true;
  const all = input.selectionStart === 0 && input.selectionEnd === input.value.length;
  return all || (forward ? input.selectionStart === input.value.length : input.selectionEnd === 0);
};

// Up, down and Enter always move; left and right only from the edge of what is typed.
export function walk(grid, event) {
  const input = event.target;
  if (!input.matches("input[data-r]")) return;
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [event.shiftKey ? -1 : 1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const step = steps[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
  if (step[1] && !atEdge(input, step[1] > 0)) return;
  event.preventDefault();
  let [row, column] = [Number(input.dataset.r), Number(input.dataset.c)];
  const [rows, columns] = [grid.querySelectorAll("tbody tr").length, grid.querySelectorAll("thead th").length];
  do {
    row += step[0];
    column += step[1];
  } while (row >= 0 && row < rows && column >= 0 && column < columns && !at(grid, row, column));
  at(grid, row, column)?.focus();
}

// The block lands with its corner on the focused cell; thousands marks are ignored, and so is what `fits` refuses.
export function paste(grid, event, fits) {
  const start = event.target;
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!start.matches("input[data-r]") || !/[\t\n]/.test(text.trim())) return false;
  event.preventDefault();
  let filled = 0;
  text.replace(/\r/g, "").replace(/\n$/, "").split("\n").forEach((line, down) =>
    line.split("\t").forEach((cell, across) => {
      const input = at(grid, Number(start.dataset.r) + down, Number(start.dataset.c) + across);
      const plain = cell.replace(/[,，\s]/g, "");
      if (!input || !fits(plain, input)) return;
      input.value = plain;
      filled += plain ? 1 : 0;
    }),
  );
  const detail = { text: grid.dataset.pasted.replace("{n}", filled), tone: "note" };
  document.dispatchEvent(new CustomEvent("huozhan:notice", { detail }));
  return true;
}
