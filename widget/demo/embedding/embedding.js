import { embed, identify, on, open, remove } from "/kulanz.mjs";

const form = document.querySelector("form");
const events = document.querySelector("#events");
const told = document.querySelector("#told");
const { lang } = document.documentElement;
const NAMES = ["open", "close", "unread", "connection", "identity", "consent", "remove"];

/** What is chosen, as options of `embed()`: what is empty goes without saying. */
function chosen() {
  const values = Object.fromEntries(new FormData(form));
  for (const name of ["accent", "bottom", "customer"]) delete values[name];
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value));
}

function show() {
  const options = chosen();
  const style = document.documentElement.style; // through the object model, which a strict policy allows
  style.setProperty("--kulanz-accent", form.accent.value || null);
  style.setProperty("--kulanz-bottom", form.bottom.value ? `${form.bottom.value}px` : null);
  document.querySelector("#tag").textContent = tagOf(options);
  document.querySelector("#module").textContent = moduleOf(options);
  document.querySelector("#style").textContent = styleOf();
  document.querySelector("#looks").hidden = !styleOf();
  remove();
  embed(options);
  for (const name of NAMES) on(name, (detail) => tell(name, detail));
}

const desk = location.origin;
const dashed = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function tagOf(options) {
  const attributes = Object.entries(options).map(([name, value]) => `\n  data-${dashed(name)}="${value}"`);
  return `<script async src="${desk}/kulanz.js"${attributes.join("")}></script>`;
}

function moduleOf(options) {
  return `import { embed } from "${desk}/kulanz.mjs";\n\nconst chat = embed(${Object.keys(options).length ? JSON.stringify(options, null, 2) : ""});`;
}

function styleOf() {
  const lines = [
    form.accent.value && `  --kulanz-accent: ${form.accent.value};`,
    form.bottom.value && `  --kulanz-bottom: ${form.bottom.value}px;`,
  ].filter(Boolean);
  return lines.length ? `:root {\n${lines.join("\n")}\n}` : "";
}

function tell(name, detail) {
  const line = document.createElement("li");
  line.textContent = `${new Date().toLocaleTimeString(lang)}  ${name}${detail ? ` ${JSON.stringify(detail)}` : ""}`;
  events.prepend(line);
  while (events.children.length > 20) events.lastChild.remove();
}

/** As your own server would: it signs who is logged in, and the page hands that on. */
async function logIn() {
  told.textContent = "";
  try {
    const answer = await fetch("/demo/log-in", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email: form.customer.value }),
    });
    if (!answer.ok) throw new Error(answer.statusText);
    identify((await answer.json()).token);
    await open();
  } catch {
    told.textContent = told.dataset.failed;
  }
}

form.addEventListener("change", (event) => event.target.name !== "customer" && show());
form.addEventListener("submit", (event) => event.preventDefault());
document.querySelector("#log-in").addEventListener("click", () => void logIn());
document.querySelector("#open").addEventListener("click", () => void open());
document.querySelector("#remove").addEventListener("click", () => remove());
show();
