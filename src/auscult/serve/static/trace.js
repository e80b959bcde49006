"use strict";
// An ECG recording with its labelled beats: scrolled and zoomed by hand, wheel or keyboard.

const viewer = document.querySelector("[data-trace]");
const data = JSON.parse(document.getElementById("trace").textContent);
const GAP = -32768;
const MARGIN = 30;
const FOOT = 20;
const GRIDS = [{ ms: 40, uv: 100, name: "--square" }, { ms: 200, uv: 500, name: "--square-large" }];
const STEPS = [0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];

function decoded(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const samples = new Int16Array(bytes.length / 2);
  for (let i = 0; i < samples.length; i += 1) samples[i] = view.getInt16(2 * i, true);
  return samples;
}

const samples = decoded(data.samples);
const duration = samples.length / data.rate;
const times = data.beats.map((sample) => sample / data.rate);
const paper = viewer.querySelector(".paper");
const canvas = viewer.querySelector("[data-canvas]");
const whole = viewer.querySelector("[data-whole]");
const said = viewer.querySelector("[data-status]");
const wanted = viewer.querySelector("[data-class]");

viewer.hidden = false;
let span = Math.min(duration, paper.clientWidth < 500 ? 4 : 10);
let start = 0;
let current = -1;
const [low, high] = range();

// Where the trace lies but for its wildest moments, in microvolts.
function range() {
  const step = Math.max(1, Math.floor(samples.length / 20000));
  const known = [];
  for (let i = 0; i < samples.length; i += step) if (samples[i] !== GAP) known.push(samples[i]);
  known.sort((a, b) => a - b);
  if (known.length === 0) return [-1000, 1000];
  const bottom = known[Math.floor(known.length * 0.0005)];
  const top = known[Math.ceil(known.length * 0.9995) - 1];
  const room = Math.max(150, 0.12 * (top - bottom), (1000 - (top - bottom)) / 2);
  return [bottom - room, top + room];
}

function colours() {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(name).trim();
}

function prepared(surface) {
  const ratio = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = surface;
  surface.width = Math.round(width * ratio);
  surface.height = Math.round(height * ratio);
  const pen = surface.getContext("2d");
  pen.scale(ratio, ratio);
  pen.clearRect(0, 0, width, height);
  return { pen, width, height };
}

function clock(seconds, places = 1) {
  const scaled = Math.round(seconds * 10 ** places);
  const all = scaled / 10 ** places;
  const hours = Math.floor(all / 3600);
  const minutes = Math.floor((all % 3600) / 60);
  const rest = (all % 60).toFixed(places).padStart(places ? 3 + places : 2, "0");
  return (hours ? `${hours}:${String(minutes).padStart(2, "0")}` : String(minutes)) + ":" + rest;
}

// The first beat at or after a time.
function beatFrom(time) {
  let [a, b] = [0, times.length];
  while (a < b) {
    const middle = (a + b) >> 1;
    if (times[middle] < time) a = middle + 1;
    else b = middle;
  }
  return a;
}

function draw() {
  const colour = colours();
  const { pen, width, height } = prepared(canvas);
  const foot = height - FOOT;
  const x = (seconds) => ((seconds - start) / span) * width;
  const y = (uv) => foot - ((uv - low) / (high - low)) * (foot - MARGIN);
  grid(pen, colour, x, y, width, foot);
  axis(pen, colour, x, width, foot);
  labels(pen, colour, x, y, foot);
  line(pen, colour, x, y, width);
  pen.fillStyle = colour("--soft");
  pen.font = `12px ${colour("--sans")}`;
  pen.textAlign = "left";
  pen.fillText(`${data.lead}, mV`, 6, foot - 7);
  overview(colour);
}

function grid(pen, colour, x, y, width, foot) {
  const perMs = width / (span * 1000);
  const perUv = Math.abs(y(1) - y(0));
  for (const { ms, uv, name } of GRIDS) {
    if (ms * perMs < 3.2) continue;
    pen.strokeStyle = colour(name);
    pen.lineWidth = ms > 100 ? 1 : 0.6;
    pen.beginPath();
    for (let t = Math.ceil((start * 1000) / ms) * ms; t <= (start + span) * 1000; t += ms) {
      pen.moveTo(x(t / 1000), 0);
      pen.lineTo(x(t / 1000), foot);
    }
    if (uv * perUv >= 3.2) {
      for (let v = Math.ceil(low / uv) * uv; y(v) >= 0; v += uv) {
        pen.moveTo(0, y(v));
        pen.lineTo(width, y(v));
      }
    }
    pen.stroke();
  }
}

function axis(pen, colour, x, width, foot) {
  const step = STEPS.find((s) => (s / span) * width > 64) || 3600;
  pen.fillStyle = colour("--soft");
  pen.strokeStyle = colour("--grey");
  pen.lineWidth = 1;
  pen.font = `11.5px ${colour("--sans")}`;
  pen.textAlign = "center";
  pen.beginPath();
  pen.moveTo(0, foot + 0.5);
  pen.lineTo(width, foot + 0.5);
  for (let k = Math.ceil(start / step); k * step <= start + span; k += 1) {
    const at = x(k * step);
    pen.moveTo(at, foot);
    pen.lineTo(at, foot + 4);
    const edge = Math.min(Math.max(at, 18), width - 20);
    pen.fillText(clock(k * step, step < 1 ? 1 : 0), edge, foot + 16);
  }
  pen.stroke();
}

// One vertical line a pixel where there are many samples, else from sample to sample.
function line(pen, colour, x, y, width) {
  const first = Math.max(0, Math.floor(start * data.rate));
  const last = Math.min(samples.length, Math.ceil((start + span) * data.rate) + 1);
  pen.strokeStyle = colour("--ink");
  pen.lineWidth = 1.3;
  pen.lineJoin = "round";
  pen.beginPath();
  let down = false;
  const each = (last - first) / width;
  if (each < 3) {
    for (let i = first; i < last; i += 1) {
      if (samples[i] === GAP) { down = false; continue; }
      const at = [x(i / data.rate), y(samples[i])];
      if (down) pen.lineTo(...at);
      else pen.moveTo(...at);
      down = true;
    }
  } else {
    for (let px = 0; px < width; px += 1) {
      const from = first + Math.floor(px * each);
      const to = Math.min(last, first + Math.floor((px + 1) * each) + 1);
      let [least, most] = [Infinity, -Infinity];
      for (let i = from; i < to; i += 1) {
        if (samples[i] === GAP) continue;
        if (samples[i] < least) least = samples[i];
        if (samples[i] > most) most = samples[i];
      }
      if (least === Infinity) { down = false; continue; }
      if (down) pen.lineTo(px, y(most));
      else pen.moveTo(px, y(most));
      pen.lineTo(px, y(least));
      down = true;
    }
  }
  pen.stroke();
}

// The class of each beat above its R-peak; a beat that is not of the usual class has a band too.
function labels(pen, colour, x, y, foot) {
  const from = beatFrom(start);
  const to = beatFrom(start + span);
  const crowded = canvas.clientWidth / Math.max(1, to - from) < 15;
  pen.font = `600 13px ${colour("--sans")}`;
  pen.textAlign = "center";
  for (let i = from; i < to; i += 1) {
    const code = data.codes[i];
    const other = code !== data.usual;
    const at = x(times[i]);
    pen.fillStyle = colour(`--c${code % 8}`);
    if (other || i === current) {
      const half = Math.max(1.5, Math.min(16, (0.09 / span) * canvas.clientWidth));
      pen.globalAlpha = i === current ? 0.3 : 0.16;
      pen.fillRect(at - half, MARGIN - 8, 2 * half, foot - MARGIN + 8);
      pen.globalAlpha = 1;
    }
    if (crowded && !other) continue;
    const name = data.classes[code] + (data.unsure[i] ? "?" : "");
    const shown = name.length > 8 ? `${name.slice(0, 7)}…` : name;
    pen.fillStyle = colour(other ? `--c${code % 8}` : "--soft");
    if (!crowded) {
      pen.fillText(shown, at, 16);
      pen.fillRect(at - 0.5, 20, 1, 6);
    }
  }
}

let skyline = null;
function overview(colour) {
  const { pen, width, height } = prepared(whole);
  if (skyline === null || skyline.length !== width) skyline = extremes(width);
  const y = (uv) => height - 4 - ((uv - low) / (high - low)) * (height - 12);
  pen.fillStyle = colour("--grey");
  skyline.forEach(([least, most], px) => {
    if (least <= most) pen.fillRect(px, y(most), 1, Math.max(1, y(least) - y(most)));
  });
  data.codes.forEach((code, i) => {
    if (code === data.usual) return;
    pen.fillStyle = colour(`--c${code % 8}`);
    pen.fillRect((times[i] / duration) * width - 0.5, 0, 1.5, 7);
  });
  pen.strokeStyle = colour("--accent");
  pen.lineWidth = 2;
  const left = (start / duration) * width;
  pen.strokeRect(left + 1, 1, Math.max(4, (span / duration) * width - 2), height - 2);
}

function extremes(width) {
  const found = [];
  const each = samples.length / width;
  const step = Math.max(1, Math.floor(each / 400));
  for (let px = 0; px < width; px += 1) {
    let [least, most] = [Infinity, -Infinity];
    for (let i = Math.floor(px * each); i < Math.min(samples.length, (px + 1) * each); i += step) {
      if (samples[i] === GAP) continue;
      least = Math.min(least, samples[i]);
      most = Math.max(most, samples[i]);
    }
    found.push([least, most]);
  }
  return found;
}

let waiting = 0;
function tell() {
  const counts = new Map();
  for (let i = beatFrom(start); i < beatFrom(start + span); i += 1) {
    const name = data.classes[data.codes[i]];
    counts.set(name, (counts.get(name) || 0) + 1);
  }
  const listed = [...counts].map(([name, n]) => `${n} ${name}`).join(viewer.dataset.comma);
  let text = viewer.dataset.say
    .replace("{from}", clock(start))
    .replace("{to}", clock(Math.min(duration, start + span)))
    .replace("{counts}", () => listed || viewer.dataset.none);
  if (current >= 0 && times[current] >= start && times[current] < start + span) {
    const unsure = data.unsure[current] ? `, ${viewer.dataset.unsure}` : "";
    text += ` · ${clock(times[current])} ${data.classes[data.codes[current]]} ${data.shares[current]} %${unsure}`;
  }
  said.textContent = text;
}

let asked = false;
function show(from, width = span) {
  span = Math.min(duration, Math.max(0.5, width));
  start = Math.min(Math.max(0, from), duration - span);
  if (!asked) {
    asked = true;
    requestAnimationFrame(() => { asked = false; draw(); });
  }
  // Someone who listens hears where the trace stopped, not every step on the way.
  clearTimeout(waiting);
  waiting = setTimeout(tell, 250);
}

function zoom(factor, at = start + span / 2) {
  const width = Math.min(duration, Math.max(0.5, span * factor));
  show(at - ((at - start) / span) * width, width);
}

function jump(direction) {
  const code = Number(wanted.value);
  const inside = current >= 0 && times[current] >= start && times[current] < start + span;
  let i = inside ? current + direction : beatFrom(start + (direction > 0 ? 0 : span)) - (direction > 0 ? 0 : 1);
  while (i >= 0 && i < times.length && data.codes[i] !== code) i += direction;
  if (i < 0 || i >= times.length) return;
  current = i;
  show(times[i] - span / 2);
}

const actions = {
  back: () => show(start - span / 2),
  on: () => show(start + span / 2),
  in: () => zoom(0.5),
  out: () => zoom(2),
  next: () => jump(1),
  previous: () => jump(-1),
};
for (const button of viewer.querySelectorAll("[data-do]")) {
  button.addEventListener("click", actions[button.dataset.do]);
}

const keys = {
  ArrowLeft: () => show(start - span / 4),
  ArrowRight: () => show(start + span / 4),
  PageUp: () => show(start - span),
  PageDown: () => show(start + span),
  Home: () => show(0),
  End: () => show(duration),
  "+": () => zoom(0.5),
  "=": () => zoom(0.5),
  "-": () => zoom(2),
  n: () => jump(1),
  p: () => jump(-1),
};
paper.addEventListener("keydown", (event) => {
  const act = keys[event.key] || keys[event.key.toLowerCase()];
  if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act();
});

paper.addEventListener("wheel", (event) => {
  const seconds = span / canvas.clientWidth;
  if (event.ctrlKey) {
    event.preventDefault();
    const box = canvas.getBoundingClientRect();
    zoom(Math.exp(event.deltaY / 300), start + (event.clientX - box.left) * seconds);
  } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) {
    event.preventDefault();
    show(start + (event.deltaX || event.deltaY) * seconds);
  }
}, { passive: false });

let held = null;
paper.addEventListener("pointerdown", (event) => {
  held = { x: event.clientX, start };
  paper.setPointerCapture(event.pointerId);
});
paper.addEventListener("pointermove", (event) => {
  if (held !== null) show(held.start - ((event.clientX - held.x) * span) / canvas.clientWidth);
});
for (const end of ["pointerup", "pointercancel"]) paper.addEventListener(end, () => { held = null; });

function place(event) {
  const box = whole.getBoundingClientRect();
  show(((event.clientX - box.left) / box.width) * duration - span / 2);
}
whole.addEventListener("pointerdown", (event) => {
  whole.setPointerCapture(event.pointerId);
  place(event);
});
whole.addEventListener("pointermove", (event) => { if (event.buttons) place(event); });

window.addEventListener("resize", draw);
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
draw();
tell();
