"use strict";
// Every form works without this; it adds dropping, and says what is going on.

for (const zone of document.querySelectorAll("[data-drop]")) {
  const input = zone.querySelector("input[type=file]");
  const said = zone.querySelector("[data-chosen]");
  const form = input.form;

  const isRecord = (files) => files.some((f) => /\.hea$/i.test(f.name)) && files.some((f) => /\.dat$/i.test(f.name));
  const rate = () => form.elements.namedItem("rate");

  // The service would break off what is larger, before it could say why.
  const tooLarge = (files) => files.reduce((sum, f) => sum + f.size, 4096) > Number(form.dataset.most);

  // Whether nothing is missing, so that a drop can be answered at once.
  const complete = (files) => {
    if (tooLarge(files)) return false;
    if (zone.dataset.kind === "file") return files.length === 1;
    return isRecord(files) || (files.length === 1 && rate().value.trim() !== "");
  };

  const tell = () => {
    const files = [...input.files];
    said.textContent = files.map((f) => f.name).join(" + ");
    input.setCustomValidity(tooLarge(files) ? form.dataset.large : "");
    if (tooLarge(files)) {
      said.textContent += " – " + form.dataset.large;
    } else if (zone.dataset.kind === "recording" && files.length === 1 && !/\.(hea|dat)$/i.test(files[0].name) && !complete(files)) {
      said.textContent += " – " + zone.dataset.need;
      rate().focus();
    }
  };

  input.addEventListener("change", tell);
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (event.dataTransfer.files.length === 0) return;
    input.files = event.dataTransfer.files;
    tell();
    if (complete([...input.files])) form.requestSubmit(form.querySelector("button.primary"));
  });
}

// A file that misses the zone must not replace the page.
for (const kind of ["dragover", "drop"]) {
  window.addEventListener(kind, (event) => event.preventDefault());
}

for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button === null || button.name === "as" || "quiet" in button.dataset) return;
    const label = button.textContent;
    button.setAttribute("aria-disabled", "true");
    button.textContent = form.dataset.busy;
    // Coming back by the browser's history shows the page as it was.
    window.addEventListener("pagehide", () => {
      button.removeAttribute("aria-disabled");
      button.textContent = label;
    }, { once: true });
  });
}

// After an answer or a refusal the reader starts there.
const first = document.querySelector("#refusal, #answer");
if (first !== null) {
  first.focus({ preventScroll: true });
  first.scrollIntoView({ block: first.id === "refusal" ? "center" : "start" });
}
