// Names of topics and foods that fit what is being typed, as a listbox above the question box. Arrow keys choose,
// Enter or a tap takes, Escape closes; with nothing chosen, Enter sends the question as ever.
"use strict";
(() => {
  const MOST = 6, LEAST_LETTERS = 3, MOST_WORDS = 3;
  const words = JSON.parse(document.querySelector("meta[name=nt-words]")?.content || "{}");
  const box = () => document.querySelector("#nt-box textarea");
  const list = () => document.querySelector("#nt-names");
  const plain = (text) => text.toLowerCase();
  let names = [], loading = null, chosen = -1, found = [], from = 0;

  // Once; again only while the server has none to give, because it is still loading.
  const load = () => (loading ??= fetch("names").then((answered) => answered.json()).catch(() => []).then((given) => {
    names = given;
    if (!names.length) loading = null;
  }));

  // What is being typed may be one word or several: the longest end of the text that begins a name counts.
  function fitting(text) {
    const starts = [...text.matchAll(/(?<=^|[\s,;(])\S/g)].map((match) => match.index).slice(-MOST_WORDS);
    for (const start of starts) {
      const typed = plain(text.slice(start));
      if (typed.length < LEAST_LETTERS) return [0, []];
      const heads = names.filter((name) => plain(name).startsWith(typed));
      const inside = heads.length ? [] : names.filter((name) => plain(name).includes(` ${typed}`));
      const all = [...heads, ...inside].sort((a, b) => a.length - b.length).slice(0, MOST);
      if (all.length) return [start, all.length === 1 && plain(all[0]) === typed ? [] : all];
    }
    return [0, []];
  }

  function draw() {
    const field = box(), open = found.length > 0;
    list().replaceChildren(...found.map((name, at) => {
      const option = document.createElement("li");
      Object.assign(option, { id: `nt-name-${at}`, textContent: name, role: "option" });
      option.setAttribute("aria-selected", at === chosen);
      return option;
    }));
    list().hidden = !open;
    if (chosen >= 0) field.setAttribute("aria-activedescendant", `nt-name-${chosen}`);
    else field.removeAttribute("aria-activedescendant");
  }
  function close() {
    if (!found.length) return;
    found = [];
    chosen = -1;
    draw();
    document.querySelector("#nt-count").textContent = "";
  }
  async function typed(field) {
    await load();
    const at = field.selectionStart, atEnd = at === field.value.length;
    [from, found] = atEnd && names.length ? fitting(field.value) : [0, []];
    chosen = -1;
    draw();
    const told = found.length ? words["names.found"].replace("{count}", found.length) : "";
    document.querySelector("#nt-count").textContent = told;
  }
  function take(name) {
    const field = box();
    field.value = `${field.value.slice(0, from)}${name} `;
    close();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }

  document.addEventListener("input", (event) => {
    if (event.target !== box() || !list()) return;
    for (const [name, value] of [["aria-autocomplete", "list"], ["aria-controls", "nt-names"]]) box().setAttribute(name, value);
    if (event.isTrusted) typed(event.target);
    else close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.target !== box()) return;
    if (!found.length || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1, count = found.length + 1;
      chosen = ((chosen + 1 + step + count) % count) - 1;
      draw();
    } else if (event.key === "Enter" && !event.shiftKey && chosen >= 0) take(found[chosen]);
    else if (event.key === "Escape") close();
    else return void (event.key === "Enter" && close());
    event.preventDefault();
    event.stopPropagation();
  }, true);
  const option = (event) => event.target.closest("#nt-names li");
  document.addEventListener("mousedown", (event) => option(event) && event.preventDefault());  // the box keeps its focus
  document.addEventListener("click", (event) => {
    if (option(event)) take(option(event).textContent);
    else if (event.target !== box()) close();
  });
})();
