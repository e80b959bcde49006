"use strict";
// Plays a signal into /live at its own pace and draws it with the labels that come back.

const form = document.getElementById("live");
if (form !== null) {
  const SHOWN = 10; // seconds
  const PIECE = 40; // milliseconds
  const canvas = document.getElementById("trace");
  const said = document.getElementById("said");
  const stop = document.getElementById("stop");
  const last = document.getElementById("last");
  const rhythm = document.getElementById("rhythm");
  let stream = null;

  const tell = (text) => { said.textContent = text; };

  // A normal rhythm with an early, broad beat now and then; nobody's heart.
  const madeUp = (rate) => {
    const n = Math.round(120 * rate);
    const samples = new Float32Array(n);
    const bump = (at, height, width) => {
      const first = Math.max(0, Math.floor((at - 4 * width) * rate));
      const end = Math.min(n, Math.ceil((at + 4 * width) * rate));
      for (let i = first; i < end; i++) samples[i] += height * Math.exp(-0.5 * ((i / rate - at) / width) ** 2);
    };
    for (let at = 0.5, beat = 0; at < 119; beat++) {
      const early = beat % 9 === 7;
      if (early) { bump(at, 1.3, 0.035); bump(at + 0.22, -0.5, 0.06); }
      else { bump(at - 0.16, 0.12, 0.025); bump(at, 1.1, 0.012); bump(at + 0.03, -0.2, 0.012); bump(at + 0.28, 0.25, 0.045); }
      at += early ? 1.05 : beat % 9 === 6 ? 0.55 : 0.8 + 0.03 * Math.sin(beat / 3);
    }
    for (let i = 0; i < n; i++) samples[i] += 0.012 * (Math.random() - 0.5);
    return samples;
  };

  // Numbers, one a line; of several columns the second where the first rises steadily (a time).
  const parsed = (text) => {
    const rows = text.split(/\r?\n/).map((line) => line.split(/[,;\t ]+/).filter((s) => s !== "").map(Number));
    const filled = rows.filter((row) => row.length > 0 && row.some((v) => !Number.isNaN(v)));
    if (filled.length === 0) return new Float32Array(0);
    if (filled.length === 1) return Float32Array.from(filled[0]);
    const rises = filled[0].length > 1 && filled.every((row, i) => i === 0 || row[0] > filled[i - 1][0]);
    return Float32Array.from(filled, (row) => row[rises ? 1 : 0] ?? NaN);
  };

  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue(name).trim();
    return {
      ink: of("--ink"), soft: of("--soft"), square: of("--square"), large: of("--square-large"), warn: of("--warn"),
      classes: [0, 1, 2, 3, 4, 5, 6, 7].map((i) => of(`--c${i}`)), font: of("--sans"),
    };
  };

  const draw = () => {
    const scale = window.devicePixelRatio || 1;
    const width = canvas.clientWidth, height = canvas.clientHeight;
    if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale);
    if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
    const paint = canvas.getContext("2d");
    paint.setTransform(scale, 0, 0, scale, 0, 0);
    paint.clearRect(0, 0, width, height);
    const c = colours();
    const end = stream === null ? SHOWN : Math.max(SHOWN, stream.sent / stream.rate);
    const start = end - SHOWN;
    const x = (seconds) => (seconds - start) / SHOWN * width;
    for (let s = Math.ceil(start / 0.2) * 0.2; s <= end; s += 0.2) {
      const whole = Math.abs(s - Math.round(s)) < 0.01;
      paint.fillStyle = whole ? c.large : c.square;
      paint.fillRect(x(s), 0, 1, height - 18);
      if (whole) { paint.fillStyle = c.soft; paint.font = `11px ${c.font}`; paint.textAlign = "center"; paint.fillText(`${Math.round(s)} s`, x(s), height - 4); }
    }
    if (stream === null) return;
    const first = Math.max(0, Math.floor(start * stream.rate));
    let low = Infinity, high = -Infinity;
    for (let i = first; i < stream.sent; i++) {
      const v = stream.samples[i] * stream.millivolts;
      if (v < low) low = v;
      if (v > high) high = v;
    }
    if (!(high > low)) { low -= 1; high += 1; }
    const y = (v) => 44 + (high - v) / (high - low) * (height - 84);
    paint.textAlign = "left"; paint.font = `11px ${c.font}`;
    const half = [0.5, 1, 5, 10, 50].find((s) => (high - low) / s <= 8) ?? high - low;
    for (let v = Math.ceil(low / half) * half; v <= high; v += half) {
      paint.fillStyle = c.square; paint.fillRect(0, y(v), width, 1);
      paint.fillStyle = c.soft; paint.fillText(`${Number(v.toFixed(1))} mV`, 4, y(v) - 3);
    }
    paint.strokeStyle = c.ink; paint.lineWidth = 1.3; paint.lineJoin = "round"; paint.beginPath();
    const step = Math.max(1, Math.floor(stream.rate * SHOWN / (width * scale * 2)));
    let drawn = false;
    for (let i = first; i < stream.sent; i += step) {
      const v = stream.samples[i] * stream.millivolts;
      if (Number.isNaN(v)) { drawn = false; continue; }
      if (drawn) paint.lineTo(x(i / stream.rate), y(v)); else paint.moveTo(x(i / stream.rate), y(v));
      drawn = true;
    }
    paint.stroke();
    paint.textAlign = "center"; paint.font = `600 13px ${c.font}`;
    for (const beat of stream.beats) {
      if (beat.time < start) continue;
      const at = x(beat.time);
      const place = stream.classes.indexOf(beat.label);
      paint.fillStyle = beat.label === null ? c.soft : c.classes[place % 8];
      paint.fillRect(at - 0.75, 30, 1.5, 8);
      const label = beat.label === null ? "–" : beat.label;
      paint.fillText(beat.unsure ? `${label}?` : label, at, 24);
    }
  };

  const count = (name) => {
    for (const row of document.querySelectorAll(`tbody[data-bundle="${CSS.escape(stream.bundle)}"] tr`)) {
      if (row.dataset.class === name) row.lastElementChild.textContent = String(Number(row.lastElementChild.textContent) + 1);
    }
  };

  const heard = (beat) => {
    const before = stream.beats.at(-1);
    stream.beats.push(beat);
    while (stream.beats.length > 60) stream.beats.shift();
    if (beat.label !== null) count(beat.label);
    const delay = form.dataset.delay.replace("%s", Math.round(performance.now() - stream.began - 1000 * beat.time));
    last.replaceChildren();
    last.append(beat.label === null ? form.dataset.gap : beat.unsure ? `${beat.label} (${form.dataset.unsure})` : beat.label);
    const small = document.createElement("small");
    small.textContent = ` ${delay}`;
    last.append(small);
    if (before !== undefined && beat.time > before.time) rhythm.textContent = `${Math.round(60 / (beat.time - before.time))} ${form.dataset.bpm}`;
  };

  const ended = (text) => {
    if (stream === null) return;
    clearInterval(stream.timer);
    stream.socket.onclose = null;
    stream.over = true;
    stop.disabled = true;
    tell(text);
    draw();
  };

  const frame = () => {
    draw();
    if (stream !== null && !stream.over) requestAnimationFrame(frame);
  };

  const feed = () => {
    const due = Math.min(stream.samples.length, Math.floor((performance.now() - stream.began) / 1000 * stream.rate));
    // A page that slept sends what it missed in pieces that the service takes.
    while (stream.sent < due) {
      const next = Math.min(due, stream.sent + 4000);
      stream.socket.send(stream.samples.slice(stream.sent, next));
      stream.sent = next;
    }
    if (stream.sent === stream.samples.length) {
      clearInterval(stream.timer);
      stream.socket.send('{"end": true}');
    }
  };

  const start = (samples, rate, unit, bundle) => {
    if (stream !== null && !stream.over) { stream.socket.onclose = null; stream.socket.close(); clearInterval(stream.timer); stream.over = true; }
    const address = new URL("/live", window.location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    const millivolts = { mV: 1, uV: 0.001, V: 1000 }[unit];
    stream = { socket, samples, rate, millivolts, bundle, sent: 0, beats: [], classes: [], began: 0, timer: 0, over: false };
    for (const body of document.querySelectorAll("#counts tbody")) {
      body.hidden = body.dataset.bundle !== bundle;
      for (const row of body.rows) row.lastElementChild.textContent = "0";
    }
    tell(form.dataset.connecting);
    stop.disabled = false;
    let refused = "";
    socket.onopen = () => socket.send(JSON.stringify({ sampling_rate: rate, unit, bundle }));
    socket.onmessage = (event) => {
      const message = JSON.parse(event.data);
      if (message.type === "ready") {
        stream.classes = message.classes;
        stream.began = performance.now();
        stream.timer = setInterval(feed, PIECE);
        tell([form.dataset.running, ...message.notes].join(" "));
        requestAnimationFrame(frame);
      } else if (message.type === "beat") heard(message);
      else if (message.type === "error") refused = message.error;
      else if (message.type === "end") ended(form.dataset.ended);
    };
    socket.onclose = (event) => ended(form.dataset.closed.replace("%s", refused || event.reason || String(event.code)));
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = form.elements;
    const bundle = fields.namedItem("bundle").value;
    if (event.submitter !== null && event.submitter.value === "made-up") {
      start(madeUp(360), 360, "mV", bundle);
      return;
    }
    const file = fields.namedItem("source").files[0];
    if (file === undefined) { tell(form.dataset.file); fields.namedItem("source").focus(); return; }
    const samples = parsed(await file.text());
    if (samples.length === 0) { tell(form.dataset.empty); return; }
    start(samples, Number(fields.namedItem("rate").value.replace(",", ".")), fields.namedItem("unit").value, bundle);
  });
  stop.addEventListener("click", () => {
    if (stream === null) return;
    stream.socket.onclose = null;
    stream.socket.close(1000);
    ended(form.dataset.ended);
  });
  window.addEventListener("resize", draw);
  draw();
}
