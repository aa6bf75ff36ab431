// The page's own behaviour, beside Gradio. Every control types a visible message for the user and sends it;
// evidence opens in a dialog; chats are kept in this browser. Nothing here evaluates text as code.
"use strict";
(() => {
  const STORE = "nutrace.chats", THEME = "nutrace.theme", OPEN = "nutrace.open", MOST = 50;
  const words = JSON.parse(document.querySelector("meta[name=nt-words]")?.content || "{}");
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const tick = () => new Promise((done) => setTimeout(done));
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  // --- what was said: Gradio holds it in a hidden box, as JSON

  const hidden = () => one("#nt-said textarea, #nt-said input");
  const said = () => {
    try { return JSON.parse(hidden()?.value || "[]"); } catch { return []; }
  };
  async function put(field, text) {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await tick();
    return field;
  }
  // Gradio fills the hidden box once it listens; what is sent before that is held back, and sent then.
  const listening = (async () => {
    let early = false;
    const hold = (event) => {
      const sends = event.type === "click" ? event.target.closest("#nt-send") : event.key === "Enter" && !event.shiftKey && event.target.closest("#nt-box");
      if (!sends || event.target.hasAttribute("aria-activedescendant")) return;  // Enter takes the name chosen (names.js)
      early = true;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    for (const kind of ["click", "keydown"]) document.addEventListener(kind, hold, true);
    while (!hidden()?.value) await new Promise((done) => setTimeout(done, 30));
    for (const kind of ["click", "keydown"]) document.removeEventListener(kind, hold, true);
    if (early && one("#nt-box textarea").value.trim()) one("#nt-send").click();
  })();
  async function say(message) {
    await listening;
    await put(one("#nt-box textarea"), message);
    one("#nt-send").click();
  }
  async function begin(message) {
    const field = await put(one("#nt-box textarea"), message);
    field.focus();
    field.setSelectionRange(message.length, message.length);
  }
  async function reopen(messages) {
    await listening;
    await put(hidden(), JSON.stringify(messages));
    one("#nt-reopen").click();
  }

  // --- chats kept in the browser

  const read = () => {
    try { return JSON.parse(localStorage.getItem(STORE) || "[]"); } catch { return []; }
  };
  const write = (chats) => {
    try { localStorage.setItem(STORE, JSON.stringify(chats.slice(0, MOST))); } catch { /* full, or not allowed */ }
  };
  let current = sessionStorage.getItem(OPEN) || "";
  function mark(id) {
    current = id;
    sessionStorage.setItem(OPEN, id);
  }
  function keep() {
    const messages = said();
    if (!messages.length) return;
    if (!current) mark(`${Date.now()}-${Math.floor(Math.random() * 1e6)}`);
    write([{ id: current, at: Date.now(), messages }, ...read().filter((chat) => chat.id !== current)]);
  }
  function fresh() {
    mark("");
    reopen([]);
    one("#nt-box textarea")?.focus();
  }
  function showSaved() {
    const chats = read();
    const list = make("ul", { className: "nt-saved" });
    for (const chat of chats) {
      const open = button(chat.messages[0].slice(0, 80), () => { shut(); mark(chat.id); reopen(chat.messages); });
      open.append(make("small", { textContent: new Date(chat.at).toLocaleString() }));
      const drop = button(words["saved.delete"], () => {
        write(read().filter((other) => other.id !== chat.id));
        if (chat.id === current) mark("");
        drop.parentElement.remove();
      });
      drop.setAttribute("aria-label", `${words["saved.delete"]}: ${chat.messages[0].slice(0, 80)}`);
      list.append(make("li", {}, open, drop));
    }
    const clear = button(words["saved.clear"], () => { write([]); mark(""); shut(); });
    const body = chats.length ? [list, clear] : [make("p", { textContent: words["saved.none"] })];
    show(words.saved, make("div", {}, ...body));
  }

  // --- a dialog: focus goes in, Escape closes, focus comes back

  let dialog, cameFrom;
  function make(name, properties, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  }
  const button = (text, act) => {
    const made = make("button", { type: "button", textContent: text, className: "nt-quiet" });
    made.addEventListener("click", act);
    return made;
  };
  const shut = () => dialog?.close();
  function show(title, content, about = "") {
    if (!dialog) {
      dialog = make("dialog", { className: "nt-dialog" });
      dialog.addEventListener("close", () => cameFrom?.isConnected && cameFrom.focus());
      dialog.addEventListener("click", (event) => event.target === dialog && shut());
      document.body.append(dialog);
    }
    if (!dialog.open) cameFrom = document.activeElement;
    const heading = make("h2", { id: "nt-dialog-title", textContent: title, tabIndex: -1 });
    dialog.setAttribute("aria-labelledby", heading.id);
    const top = make("div", {}, heading, ...(about ? [make("p", { className: "nt-meta", textContent: about })] : []));
    dialog.replaceChildren(make("header", {}, top, button(words.close, shut)), content);
    if (!dialog.open) dialog.showModal();
    heading.focus();
  }
  async function showSource(link) {
    const url = new URL(link.href);
    url.searchParams.set("fragment", "true");
    const strength = link.closest("[data-strength]")?.dataset.strength;
    const body = make("div", { className: "nt-evidence", tabIndex: 0 });
    let answered;
    try { answered = await fetch(url, { headers: { accept: "text/html" } }); } catch { answered = null; }
    if (!answered) return void open(link.href, "_self");
    body.innerHTML = await answered.text();  // our own server's, escaped there
    // What it is, how sure, and when reviewed stay in sight while the document scrolls to the passage.
    const title = one("h2", body), meta = one(".nt-meta", body);
    const about = [strength && `${words["source.strength"]}: ${strength}`, meta?.textContent].filter(Boolean).join(" · ");
    show(`${link.textContent} ${title?.textContent || words.source}`, body, about);
    title?.remove();
    meta?.remove();
    const mark_ = one("mark", body);
    dialog.scrollTop = 0;
    if (mark_ && !mark_.closest("table")) mark_.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
  }

  // --- what buttons do

  const plain = (answer) => {
    const copy = answer.cloneNode(true);
    all(".nt-actions, .nt-how, .nt-print, .nt-edits, .nt-group, .nt-next, .nt-chart", copy).forEach((part) => part.remove());
    all("li, tr, p, div", copy).forEach((part) => part.append("\n"));
    all("td, th", copy).forEach((part) => part.append("\t"));
    const sources = all("a.nt-cite", answer).map((link) => `${link.textContent} ${link.href}`);
    return `${copy.textContent.replace(/\n{3,}/g, "\n\n").trim()}\n\n${[...new Set(sources)].join("\n")}\n`;
  };
  function told(target, text) {
    const before = target.textContent;
    target.textContent = text;
    setTimeout(() => { target.textContent = before; }, 1500);
  }
  async function copy(target) {
    const text = plain(target.closest(".nt-answer"));
    try { await navigator.clipboard.writeText(text); } catch {
      const field = make("textarea", { value: text });
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    told(target, words.copied);
  }
  const post = (path, body) =>
    fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  async function rate(target) {
    const turn = Number(target.closest(".nt-answer").dataset.turn);
    const helpful = target.dataset.do === "helpful";
    if ((await post("feedback", { messages: said().slice(0, turn + 1), helpful })).ok) told(target, words.thanks);
  }
  async function save(target) {
    const answered = await post("export", { messages: said() }).catch(() => null);
    if (!answered?.ok) return told(target, words["failed.export"]);
    const link = make("a", { href: URL.createObjectURL(await answered.blob()), download: "nutrace.md" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
  function sort(target) {
    const head = target.closest("th"), table = target.closest("table");
    const rising = head.getAttribute("aria-sort") === "descending";
    const at = [...head.parentElement.children].indexOf(head);
    const value = (row) => {
      const cell = row.children[at];
      return cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v);
    };
    const order = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b)));
    const rows = all("tbody tr", table).sort((a, b) => order(value(a), value(b)) * (rising ? 1 : -1));
    all("th", table).forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", rising ? "ascending" : "descending");
    one("tbody", table).append(...rows);
  }
  function dark(on) {
    document.body.classList.toggle("dark", on);
    document.documentElement.dataset.theme = on ? "dark" : "light";
  }
  function flip() {
    const on = !document.body.classList.contains("dark");
    dark(on);
    localStorage.setItem(THEME, on ? "dark" : "light");
  }
  function menu(target, open = target.getAttribute("aria-expanded") !== "true") {
    target.setAttribute("aria-expanded", open);
  }
  function closeMenu(event) {
    const target = one(".nt-menu[aria-expanded=true]");
    if (!target || (event.type === "click" ? event.target.closest(".nt-menu") : event.key !== "Escape")) return;
    menu(target, false);
    if (event.type !== "click") target.focus();
  }
  for (const kind of ["click", "keydown"]) document.addEventListener(kind, closeMenu);
  const DO = { menu, new: fresh, saved: showSaved, export: save, print: () => print(), theme: flip, copy, sort,
    helpful: rate, "not-helpful": rate };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.nt-cite");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      return void showSource(link);
    }
    const target = event.target.closest("button[data-say], button[data-type], button[data-do]");
    if (!target) return;
    if (target.dataset.say) say(target.dataset.say);
    else if (target.dataset.type) begin(target.dataset.type);
    else DO[target.dataset.do]?.(target);
  });

  // --- while an answer is on its way, which takes long only while all is loading

  let asked = 0;
  function waiting() {
    clearTimeout(asked);
    const before = all("#nt-chat .nt-answer").length;
    asked = setTimeout(() => {
      const note = one("#nt-busy");
      if (all("#nt-chat .nt-answer").length === before && one("#nt-box textarea").value.trim()) note.textContent = `${words.looking} …`;
    }, 400);
  }
  function arrived() {
    clearTimeout(asked);
    const note = one("#nt-busy");
    if (note?.textContent) note.textContent = "";
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && event.target.closest?.("#nt-box")) waiting();
  });
  document.addEventListener("click", (event) => event.target.closest("#nt-send") && waiting());

  // --- when Gradio has drawn something new

  let shown = 0;
  function drawn() {
    const answers = all("#nt-chat .nt-answer");
    document.documentElement.classList.toggle("nt-asked", answers.length > 0);
    // Gradio puts a message's whole source into its label, which a screen reader would read out.
    all("#nt-chat [data-testid=bot]").forEach((row) => row.setAttribute("aria-label", words.answer));
    all("#nt-chat [data-testid=user]").forEach((row) => row.setAttribute("aria-label", words.you));
    if (answers.length !== shown) arrived();
    if (answers.length > shown) {
      keep();
      all("#nt-chat [data-testid=user]").at(-1)?.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
      if (document.activeElement === document.body) {
        const last = answers.at(-1);
        last.tabIndex = -1;
        last.focus({ preventScroll: true });
      }
    }
    shown = answers.length;
  }
  let due = false;
  const watcher = new MutationObserver(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; drawn(); });
  });

  async function awaken() {
    const note = one("#nt-status");
    for (;;) {
      const state = await fetch("state").then((answered) => answered.json()).catch(() => null);
      if (state?.ready) break;
      const far = state?.total ? ` ${Math.floor((100 * state.done) / state.total)} %` : "";
      if (note) note.textContent = `${words.starting}: ${state?.stage || ""}${far}. ${words["starting.detail"]}`;
      await new Promise((done) => setTimeout(done, 700));
    }
    if (note) note.textContent = "";
  }
  addEventListener("pagehide", keep);
  function start() {
    const chat = one("#nt-chat");
    if (!chat || !one("#nt-said") || !one("#nt-box textarea")) return void setTimeout(start, 30);
    watcher.observe(chat, { childList: true, subtree: true });
    const chosen = localStorage.getItem(THEME);
    if (chosen) dark(chosen === "dark");
    awaken();
    const open = read().find((chat_) => chat_.id === current);
    if (open) reopen(open.messages);
    else mark("");
  }
  start();
})();
