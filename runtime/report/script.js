"use strict";
// What a page gains from JavaScript; all of it can be read without. No name on the page is ever taken for markup:
// everything is written as text.

const make = (tag, text = "", properties = {}) =>
  Object.assign(document.createElement(tag), { textContent: text }, properties);

// A table sorts by the column whose head is clicked: numbers from the largest, names from A, then the other way round.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const original = [...body.rows];
  heads.forEach((head, column) => {
    const numeric = head.classList.contains("number");
    const button = make("button", head.textContent, { type: "button" });
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const first = numeric ? "descending" : "ascending";
      const second = numeric ? "ascending" : "descending";
      const direction = head.getAttribute("aria-sort") === first ? second : first;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", direction);
      const sign = direction === "ascending" ? 1 : -1;
      const value = (row) => row.cells[column].textContent.trim();
      const number = (row) => parseFloat(value(row).replaceAll(",", ""));
      const compare = (a, b) => {
        if (!numeric) return sign * value(a).localeCompare(value(b), undefined, { numeric: true });
        const [x, y] = [number(a), number(b)];
        // What is undefined comes last either way.
        return Number.isNaN(x) || Number.isNaN(y) ? Number.isNaN(x) - Number.isNaN(y) : sign * (x - y);
      };
      body.replaceChildren(...[...original].sort(compare));
    });
  });
}

// The gallery shows the mistakes of one class, or those that got one answer.
let choose = () => {};
for (const gallery of document.querySelectorAll(".gallery")) {
  const items = [...gallery.querySelectorAll("li")];
  const names = (place) =>
    new Map(items.map((item) => [item.dataset[place], item.querySelectorAll("strong")[+(place === "answer")].textContent]));
  const select = (place, label) => {
    const box = make("select");
    box.append(make("option", "any class", { value: "" }));
    const found = [...names(place)].sort(([a], [b]) => a - b);
    for (const [value, name] of found) box.append(make("option", name, { value }));
    box.addEventListener("change", show);
    const wrapped = make("label", label + " ");
    wrapped.append(box);
    form.append(wrapped);
    return box;
  };
  const form = make("div", "", { className: "filter" });
  const told = make("span", "", { className: "muted" });
  told.setAttribute("aria-live", "polite");
  const truth = select("truth", "is");
  const answer = select("answer", "taken for");
  function show() {
    let count = 0;
    for (const item of items) {
      const { truth: is, answer: taken } = item.dataset;
      item.hidden = Boolean((truth.value && truth.value !== is) || (answer.value && answer.value !== taken));
      count += item.hidden ? 0 : 1;
    }
    const chosen = truth.value || answer.value;
    told.textContent = chosen ? `${count} of the ${items.length} mistakes shown here` : "";
    const more = gallery.querySelector("details");
    if (more && chosen) more.open = true;
  }
  form.append(told);
  gallery.querySelector("p").after(form);
  choose = (is, taken) => {
    truth.value = is;
    answer.value = taken;
    // A class without a picture here has no option, and nothing is chosen then.
    if (truth.value !== is || answer.value !== taken) truth.value = answer.value = "";
    show();
    return truth.value === is;
  };
}

// The confusion matrix tells what is under the pointer; a click shows the pictures of that mistake.
for (const matrix of document.querySelectorAll(".confusion")) {
  const readout = matrix.querySelector(".readout");
  const cells = new Map();
  const totals = new Map();
  for (const [truth, answer, images] of matrix.dataset.counts.split(";").map((cell) => cell.split(" ").map(Number))) {
    cells.set(`${truth} ${answer}`, images);
    totals.set(truth, (totals.get(truth) ?? 0) + images);
  }
  const heat = matrix.querySelector(".outline");
  const names = heat
    ? [...matrix.querySelectorAll(".heat text:not([transform])")].map((text) => text.textContent)
    : [...matrix.querySelectorAll("tbody th")].map((head) => head.textContent);
  const pointed = (event) => {
    if (!heat) {
      const cell = event.target.closest("tbody td");
      return cell && [cell.parentElement.sectionRowIndex, cell.cellIndex - 1];
    }
    const box = heat.getBoundingClientRect();
    const place = (value, start, size) => Math.floor(((value - start) / size) * names.length);
    const [truth, answer] = [place(event.clientY, box.top, box.height), place(event.clientX, box.left, box.width)];
    const inside = (one) => one >= 0 && one < names.length;
    return inside(truth) && inside(answer) ? [truth, answer] : null;
  };
  const tell = ([truth, answer]) => {
    const images = cells.get(`${truth} ${answer}`) ?? 0;
    const total = totals.get(truth) ?? 0;
    const share = total ? ` (${((100 * images) / total).toFixed(1)}%)` : "";
    const verb = truth === answer ? "recognised" : `taken for “${names[answer]}”`;
    readout.textContent = `“${names[truth]}”: ${images} of ${total} images${share} ${verb}`;
  };
  readout.textContent = "Point at a cell to read it; click one to see its pictures.";
  matrix.addEventListener("pointermove", (event) => {
    const cell = pointed(event);
    if (cell) tell(cell);
  });
  matrix.addEventListener("click", (event) => {
    const cell = pointed(event);
    if (!cell) return;
    tell(cell);
    if (cell[0] === cell[1]) return;
    const shown = choose(...cell.map(String));
    if (shown) document.querySelector(".gallery").scrollIntoView();
    else if (cells.has(cell.join(" "))) readout.textContent += "; none of them is among the pictures below";
  });
}
