"use strict";
// How names, shares and the answers to several pictures are written.

// A class may bear any name: on one line, not longer than it can be read, never steering the text around it.
const UNSHOWN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;
const shown = (name, most = 60) => {
  const letters = Array.from(name.slice(0, 4 * most)).slice(0, most);
  const text = letters.join("");
  return (text.replace(UNSHOWN, "\ufffd") + (text.length < name.length ? "…" : "")).trim() || "(no name)";
};

const percent = (share, decimals = 1) => {
  const text = (100 * share).toFixed(decimals);
  return share < 1 && Number(text) === 100 ? `>${(100 - 10 ** -decimals).toFixed(decimals)}%` : `${text}%`;
};

const sentence = (text) => (text ? `${text[0].toUpperCase()}${shown(text.slice(1), 300)}.` : "");

// A row for each picture, with its class, or with why there is none. Returns how many have one.
const fillSeveral = (list, answers) => {
  const part = (kind, className, textContent) => Object.assign(document.createElement(kind), { className, textContent });
  const rows = answers.map(({ image, predictions, error, help }) => {
    const row = document.createElement("li");
    row.append(part("bdi", "file", shown(image, 40)));
    if (predictions) {
      const [best] = predictions;
      row.append(part("bdi", "name", shown(best.class)), part("span", "share", percent(best.probability)));
    } else {
      // A sentence about a file begins with its name, which stands there already.
      const why = error.startsWith(`${image} is `) ? error.slice(image.length + 4) : error;
      row.append(part("span", "problem", `${sentence(why)} ${sentence(help)}`.trim()));
    }
    return row;
  });
  list.replaceChildren(...rows);
  list.hidden = false;
  return answers.filter(({ predictions }) => predictions).length;
};
