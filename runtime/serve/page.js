"use strict";
(() => {
  const SIDE = 336; // of the canvas, in its own pixels: twelve for each of MNIST's
  const PEN = SIDE / 13;
  const STEP = SIDE / 28; // of an arrow key
  const MOST_ROWS = 12;
  const INK_SEEN = 0.1;
  const [DARK_INK, LIGHT_INK] = ["#202020", "#f0f0f0"];
  const at = (id) => document.getElementById(id);
  const paper = at("paper");
  const context = paper.getContext("2d", { willReadFrequently: true });

  let model;
  let strokes = []; // each { ink, points: [[x, y], ...] }
  let stroke = null; // the one under way
  let given = null; // the picture that was given, instead of a drawing
  let pen = null; // the keyboard's: { x, y, down }

  // ---- What the model is ----

  function introduce() {
    const { height, width, channels } = model.input;
    const [low, high] = model.accuracy_interval;
    at("name").textContent = shown(model.run);
    document.title = `${shown(model.run)}: dotcnn`;
    at("about").textContent =
      `Tells ${model.classes.length} classes ${model.data ? `of ${model.data} ` : ""}apart, in ` +
      `${channels === 1 ? "gray" : "colour"} images of ${height}x${width}. Right on ${percent(model.accuracy)} of ${model.images.toLocaleString("en")} ` +
      `test images (95% interval ${percent(low)} to ${percent(high)}).`;
    at("command").textContent = `curl --data-binary @photo.png ${location.origin}/predict`;

    const scale = SIDE / Math.max(height, width);
    paper.width = Math.round(width * scale);
    paper.height = Math.round(height * scale);
    at("small").width = width;
    at("small").height = height;
    at("ink-choice").hidden = channels === 1;
    at("dark-choice").hidden = model.drawing.box !== null;
    at("dark").checked = model.drawing.paper === "black";
    at("hint").textContent = model.drawing.box === null ? "Drop a picture here, or draw" : "Draw a digit here, or drop a picture";
    if (model.drawing.box !== null) {
      const middle = model.drawing.centre === "mass" ? "its centre of mass" : "its middle";
      at("preparation").textContent =
        `What the model gets: your drawing, prepared as ${model.drawing.like} was. Cut to its ink, scaled to fit ` +
        `${model.drawing.box}x${model.drawing.box}, and moved so that ${middle} is in the middle of ${height}x${width}.`;
    }
    document.querySelector("main").hidden = document.querySelector("footer").hidden = false;
    layRows();
    redraw();
    answerNothing();
  }

  // ---- Drawing ----

  const colours = () => {
    const dark = at("dark").checked;
    const ink = dark ? "#fff" : "#000";
    return { paper: dark ? "#000" : "#fff", ink: model.input.channels === 1 ? ink : at("ink").value };
  };

  function redraw() {
    const { paper: background } = colours();
    context.fillStyle = background;
    context.fillRect(0, 0, paper.width, paper.height);
    document.body.classList.toggle("dark-paper", background === "#000");
    for (const each of strokes) drawLine(each, 0);
    at("hint").hidden = strokes.length > 0 || given !== null || pen !== null;
    at("undo").disabled = !strokes.length || given !== null;
    at("clear").disabled = !strokes.length && given === null;
  }

  function drawLine({ ink, points }, from) {
    context.strokeStyle = context.fillStyle = model.input.channels === 1 ? colours().ink : ink;
    context.lineWidth = PEN;
    context.lineCap = context.lineJoin = "round";
    context.beginPath();
    const [x, y] = points[from];
    context.moveTo(x, y);
    for (const point of points.slice(from + 1)) context.lineTo(...point);
    context.stroke();
    if (points.length > 1) return;
    context.beginPath(); // a line to where it began is not drawn
    context.arc(x, y, PEN / 2, 0, 2 * Math.PI);
    context.fill();
  }

  function startStroke(x, y) {
    if (given !== null) clear();
    stroke = { ink: colours().ink, points: [[x, y]] };
    strokes.push(stroke);
    redraw();
    askAboutDrawing();
  }

  function goOn(x, y) {
    stroke.points.push([x, y]);
    drawLine(stroke, stroke.points.length - 2);
    askAboutDrawing();
  }

  const place = (event) => {
    const box = paper.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * paper.width,
      ((event.clientY - box.top) / box.height) * paper.height,
    ];
  };

  paper.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || stroke !== null) return;
    paper.setPointerCapture(event.pointerId);
    movePen(null);
    startStroke(...place(event));
  });
  paper.addEventListener("pointermove", (event) => {
    if (stroke === null || !paper.hasPointerCapture(event.pointerId)) return;
    const between = event.getCoalescedEvents?.() ?? [];
    for (const each of between.length ? between : [event]) goOn(...place(each));
  });
  const lift = () => (stroke = null);
  paper.addEventListener("pointerup", lift);
  paper.addEventListener("pointercancel", lift);
  paper.addEventListener("lostpointercapture", lift);

  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  paper.addEventListener("keydown", (event) => {
    if (event.key in STEPS) {
      const [right, down] = STEPS[event.key];
      const from = pen ?? { x: paper.width / 2, y: paper.height / 2, down: false };
      const x = Math.min(Math.max(from.x + right * STEP, 0), paper.width);
      const y = Math.min(Math.max(from.y + down * STEP, 0), paper.height);
      movePen({ x, y, down: from.down });
      if (pen.down) goOn(x, y);
    } else if (event.key === " ") {
      const { x, y, down } = pen ?? { x: paper.width / 2, y: paper.height / 2, down: false };
      movePen({ x, y, down: !down });
      if (pen.down) startStroke(x, y);
      else lift();
    } else if (event.key === "Delete" || event.key === "Backspace") clear();
    else if (event.key === "z" && (event.ctrlKey || event.metaKey)) undo();
    else return;
    event.preventDefault();
  });
  paper.addEventListener("blur", () => movePen(null));

  function movePen(to) {
    if (pen?.down && !to) lift();
    pen = to;
    at("pen").hidden = pen === null;
    if (pen === null) return;
    at("hint").hidden = true;
    at("pen").classList.toggle("down", pen.down);
    at("pen").style.left = `${(100 * pen.x) / paper.width}%`;
    at("pen").style.top = `${(100 * pen.y) / paper.height}%`;
  }

  function undo() {
    if (given !== null) return;
    lift();
    if (pen) movePen({ ...pen, down: false });
    strokes.pop();
    redraw();
    askAboutDrawing();
  }

  function clear() {
    lift();
    if (pen) movePen({ ...pen, down: false });
    strokes = [];
    show(null);
    redraw();
    answerNothing();
  }

  at("undo").addEventListener("click", undo);
  at("clear").addEventListener("click", clear);
  at("dark").addEventListener("change", () => {
    // Ink that the new paper would hide; what was chosen otherwise stays.
    const [hidden, seen] = at("dark").checked ? [DARK_INK, LIGHT_INK] : [LIGHT_INK, DARK_INK];
    if (at("ink").value === hidden) at("ink").value = seen;
    redraw();
    if (given === null) askAboutDrawing();
  });

  // ---- A drawing, or the picture of a digit, as the model's own images were made ----

  // How much ink each pixel holds, 0 to 1.
  const inkOf = (canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return Float32Array.from({ length: data.length / 4 }, (_, pixel) => data[4 * pixel] / 255);
  };

  function boxOf(ink, width, height) {
    let [left, top, right, bottom] = [width, height, -1, -1];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        if (ink[y * width + x] > INK_SEEN) {
          left = Math.min(left, x);
          right = Math.max(right, x);
          top = Math.min(top, y);
          bottom = Math.max(bottom, y);
        }
    return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
  }

  // For each of `count` equal parts of a line, which of its pixels it covers and how much of each.
  const parts = (start, length, count) =>
    Array.from({ length: count }, (_, part) => {
      const [from, to] = [(part * length) / count, ((part + 1) * length) / count];
      const covered = [];
      for (let pixel = Math.floor(from); pixel < to; pixel++)
        covered.push([start + pixel, (Math.min(to, pixel + 1) - Math.max(from, pixel)) / (to - from)]);
      return covered;
    });

  // The ink cut to its bounding box, scaled by the mean over areas, and put into the middle; null where there is none.
  function prepared(ink, fullWidth, fullHeight) {
    const box = boxOf(ink, fullWidth, fullHeight);
    if (box === null) return null;
    const { width, height } = model.input;
    const scale = model.drawing.box / Math.max(box.width, box.height);
    const [w, h] = [Math.max(1, Math.round(box.width * scale)), Math.max(1, Math.round(box.height * scale))];
    const [columns, rows] = [parts(box.left, box.width, w), parts(box.top, box.height, h)];
    const small = new Float32Array(w * h);
    let [mass, massX, massY] = [0, 0, 0];
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        let sum = 0;
        for (const [row, partY] of rows[y]) for (const [column, partX] of columns[x]) sum += partX * partY * ink[row * fullWidth + column];
        small[y * w + x] = sum;
        mass += sum;
        massX += sum * (x + 0.5);
        massY += sum * (y + 0.5);
      }
    const [middleX, middleY] = model.drawing.centre === "mass" ? [massX / mass, massY / mass] : [w / 2, h / 2];
    const moved = (side, size, middle) => Math.min(Math.max(Math.round(side / 2 - middle), 0), side - size);
    const [right, down] = [moved(width, w, middleX), moved(height, h, middleY)];
    const image = new ImageData(width, height);
    for (let pixel = 0; pixel < width * height; pixel++) image.data[4 * pixel + 3] = 255;
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) image.data.fill(Math.round(255 * small[y * w + x]), 4 * ((y + down) * width + x + right), 4 * ((y + down) * width + x + right) + 3);
    at("small").getContext("2d").putImageData(image, 0, 0);
    return at("small");
  }

  // A photo or a scan as ink: gray, stretched to the whole scale, and turned round where its border is light.
  async function inkOfPicture(file) {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const drawn = canvas.getContext("2d");
    drawn.filter = "grayscale(1)";
    drawn.fillStyle = "#fff";
    drawn.fillRect(0, 0, canvas.width, canvas.height);
    drawn.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const ink = inkOf(canvas);
    const border = [];
    for (let y = 0; y < canvas.height; y++)
      for (let x = 0; x < canvas.width; x++)
        if (!x || !y || x === canvas.width - 1 || y === canvas.height - 1) border.push(ink[y * canvas.width + x]);
    const ground = border.sort((a, b) => a - b)[border.length >> 1];
    const farthest = ink.reduce((most, each) => Math.max(most, Math.abs(each - ground)), 0);
    return [ink.map((each) => Math.max(0, Math.abs(each - ground) / (farthest || 1) - 0.15) / 0.85), canvas.width, canvas.height];
  }

  const png = (canvas) => new Promise((done) => canvas.toBlob(done, "image/png"));

  // ---- Pictures ----

  function show(file) {
    given = file;
    URL.revokeObjectURL(at("picture").src);
    at("picture").hidden = at("unseen").hidden = true;
    at("alike-choice").hidden = file === null || model.drawing.box === null;
    at("alike").checked = false;
    at("file").value = "";
    if (file === null) return;
    at("picture").alt = `The picture that was given: ${shown(file.name || "pasted")}`;
    at("picture").src = URL.createObjectURL(file);
  }

  at("picture").addEventListener("load", () => {
    at("picture").hidden = false;
    at("picture").classList.toggle("pixels", at("picture").naturalWidth < 128);
  });
  at("picture").addEventListener("error", () => {
    if (given === null) return;
    at("unseen").textContent = `${shown(given.name || "The picture")} cannot be shown by this browser.`;
    at("unseen").hidden = false;
  });
  // Whoever draws on a picture wants to draw: the next stroke begins a drawing.
  for (const id of ["picture", "unseen"]) at(id).style.pointerEvents = "none";
  at("picture").draggable = false;

  function take(files) {
    if (!files.length) return;
    strokes = [];
    movePen(null);
    show(files[0]);
    redraw();
    if (files.length === 1) return ask(async () => files[0]);
    at("alike-choice").hidden = true;
    const form = new FormData();
    for (const file of files) form.append("image", file);
    ask(async () => form);
  }

  at("alike").addEventListener("change", () => {
    const file = given;
    if (at("alike").checked)
      ask(async () => {
        const canvas = prepared(...(await inkOfPicture(file)));
        return canvas && png(canvas);
      });
    else ask(async () => file);
  });

  at("file").addEventListener("change", () => take([...at("file").files]));
  addEventListener("paste", (event) => take([...event.clipboardData.files]));
  let inside = 0;
  const dropping = (change) => {
    inside = Math.max(0, inside + change);
    document.body.classList.toggle("dropping", inside > 0);
  };
  addEventListener("dragenter", (event) => (event.preventDefault(), dropping(1)));
  addEventListener("dragleave", () => dropping(-1));
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    dropping(-inside);
    take([...event.dataTransfer.files]);
  });

  // ---- Asking ----

  let asking = false;
  let next = null; // what to ask when the answer is there: only the newest counts
  let outdated = false; // whether what is being asked was cleared meanwhile

  function askAboutDrawing() {
    if (!strokes.length) return answerNothing();
    ask(() => {
      if (model.drawing.box === null) return png(paper);
      const canvas = prepared(inkOf(paper), paper.width, paper.height);
      return canvas && png(canvas);
    });
  }

  async function ask(picture) {
    next = { picture };
    outdated = false;
    if (asking) return;
    asking = true;
    at("bars").setAttribute("aria-busy", "true");
    while (next !== null) {
      const current = next;
      next = null;
      const answer = await answered(current);
      if (next !== null || outdated) continue;
      if (answer.again) {
        await new Promise((done) => setTimeout(done, answer.again));
        if (!outdated) next ??= current;
      } else if (answer.problem) problem(answer.problem);
      else if (answer.several) tellSeveral(answer.several);
      else if (answer.predictions) tell(answer.predictions);
      else answerNothing();
    }
    asking = false;
    at("bars").setAttribute("aria-busy", "false");
  }

  async function answered({ picture }) {
    let content;
    try {
      content = await picture();
    } catch {
      return { problem: "This browser cannot read the picture." };
    }
    if (!content) return {};
    try {
      const response = await fetch("/predict", { method: "POST", body: content });
      if (response.status === 503) return { again: 1000 * Number(response.headers.get("retry-after") ?? 1) };
      const answer = await response.json();
      if (answer.length > 1 || answer.pictures) return { several: answer.pictures ?? answer };
      if (response.ok) return answer[0];
      return { problem: `${sentence(answer.error)} ${sentence(answer.help)}` };
    } catch {
      return { problem: "The server does not answer. Is cnn serve still running?" };
    }
  }

  // ---- Answering ----

  const few = () => model.classes.length <= MOST_ROWS;

  function layRows() {
    const names = few() ? model.classes : model.classes.slice(0, 10);
    for (const name of names) {
      const row = document.createElement("li");
      for (const part of ["name", "track", "share"]) row.append(Object.assign(document.createElement("span"), { className: part }));
      row.children[0].append(document.createElement("bdi"));
      row.children[1].append(Object.assign(document.createElement("div"), { className: "fill" }));
      row.firstChild.firstChild.textContent = few() ? shown(name) : "";
      at("bars").append(row);
    }
    const longest = Math.max(...model.classes.map((name) => Math.min(name.length, 20)));
    at("bars").style.setProperty("--names", `min(${Math.max(1.5, 0.62 * longest + 0.5)}rem, 40%)`);
    at("rest").hidden = few();
    at("rest").textContent = `The most probable 10 of ${model.classes.length} classes.`;
  }

  function fill(row, probability, top) {
    row.classList.toggle("top", top);
    row.querySelector(".fill").style.width = `${100 * (probability ?? 0)}%`;
    row.querySelector(".share").textContent = probability === null ? "" : percent(probability);
  }

  function tellSeveral(answers) {
    empty();
    at("bars").hidden = at("rest").hidden = at("problem").hidden = true;
    const good = fillSeveral(at("several"), answers);
    headline(`${good} of ${answers.length} answered`, "");
    at("best").className = "none";
    say(`${good} of ${answers.length} pictures are answered for`);
  }

  function tell(predictions) {
    const best = predictions[0];
    alone();
    headline(shown(best.class), percent(best.probability));
    const rows = [...at("bars").children];
    if (few()) {
      const shares = new Map(predictions.map((each) => [each.class, each.probability]));
      rows.forEach((row, label) => fill(row, shares.get(model.classes[label]), model.classes[label] === best.class));
    } else
      rows.forEach((row, rank) => {
        row.querySelector("bdi").textContent = shown(predictions[rank].class);
        fill(row, predictions[rank].probability, rank === 0);
      });
    at("problem").hidden = true;
    const drawn = given === null || at("alike").checked;
    at("seen").hidden = !(drawn && model.drawing.box !== null);
    say(`${shown(best.class)}, ${percent(best.probability)}`);
  }

  function headline(name, sure) {
    at("best").textContent = name || "\u00a0";
    at("best").className = name.length > 12 ? "long" : "";
    at("sure").textContent = sure;
  }

  function alone() {
    at("several").hidden = true;
    at("bars").hidden = false;
    at("rest").hidden = few();
  }

  function empty() {
    alone();
    for (const row of at("bars").children) {
      fill(row, null, false);
      if (!few()) row.querySelector("bdi").textContent = "";
    }
    at("seen").hidden = true;
  }

  function answerNothing() {
    next = null;
    outdated = true;
    empty();
    headline("Nothing yet: the answer comes as you draw.", "");
    at("best").className = "none";
    at("problem").hidden = true;
  }

  function problem(text) {
    empty();
    headline("No answer", "");
    at("best").className = "none";
    at("problem").textContent = text;
    at("problem").hidden = false;
  }

  let saying;
  function say(text) {
    // Not every stroke: what is read aloud is what stands after a moment.
    clearTimeout(saying);
    saying = setTimeout(() => (at("said").textContent = text), 700);
  }

  fetch("/model")
    .then((response) => response.json())
    .then((facts) => {
      model = facts;
      introduce();
    })
    .catch(() => (at("about").textContent = "The server does not answer. Is cnn serve still running?"));
})();
