// Small manners of the pages. Everything here is an addition: without scripts the pages still work.
(() => {
  "use strict";
  const root = document.documentElement;

  // Theme: at once here, remembered in the cookie that the server reads for the next page.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-theme-form]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const theme = event.submitter.value;
    document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
    if (theme === "system") root.removeAttribute("data-theme");
    else root.dataset.theme = theme;
    for (const button of form.querySelectorAll("button[name=theme]")) button.setAttribute("aria-pressed", String(button.value === theme));
  });

  // Dialogs open and close by the browser's own command/commandfor; older browsers get the same here.
  if (!("commandForElement" in HTMLButtonElement.prototype)) {
    document.addEventListener("click", (event) => {
      const button = event.target.closest("button[commandfor]");
      const dialog = button && document.getElementById(button.getAttribute("commandfor"));
      if (!dialog) return;
      if (button.getAttribute("command") === "show-modal") dialog.showModal();
      else dialog.close();
    });
  }
  for (const dialog of document.querySelectorAll("dialog[data-open]")) dialog.showModal();
  // A click on the backdrop closes, as people expect.
  document.addEventListener("click", (event) => {
    if (event.target instanceof HTMLDialogElement && event.target.open) event.target.close();
  });

  // Menus made of <details> close when the person looks elsewhere.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details[data-menu][open]")) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
    // "/" and Ctrl+K go to the search field.
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if ((event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey))) {
      const field = document.querySelector("[data-search]");
      if (field) {
        event.preventDefault();
        field.focus();
        field.select();
      }
    }
  });

  // Results below a search field: arrow down goes in, arrows move, Escape leaves.
  document.addEventListener("keydown", (event) => {
    const box = event.target.closest?.("[data-quick]");
    if (!box) return;
    const stops = [box.querySelector("[data-search]"), ...box.querySelectorAll("a")];
    const at = stops.indexOf(event.target);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      stops[Math.min(Math.max(at + (event.key === "ArrowDown" ? 1 : -1), 0), stops.length - 1)].focus();
    } else if (event.key === "Escape") {
      stops[0].value = "";
      stops[0].focus();
      for (const link of stops.slice(1)) link.closest("ul")?.remove();
    }
  });
  document.addEventListener("click", (event) => {
    for (const box of document.querySelectorAll("[data-quick]")) if (!box.contains(event.target)) box.querySelector("[aria-live]").replaceChildren();
  });

  // Preset buttons write their value into a field: <button data-fill="#id_points" value="100">.
  document.addEventListener("click", (event) => {
    const preset = event.target.closest("[data-fill]");
    if (!preset) return;
    const field = document.querySelector(preset.dataset.fill);
    field.value = preset.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });

  // Figures that follow what is typed. data-currency: they are money; its places are those of the currency.
  const figures = (currency) =>
    new Intl.NumberFormat(root.lang || "en", { numberingSystem: "latn", ...(currency ? { style: "currency", currency } : {}) });
  // "New balance 870 -> 970" while the person types. Direction comes from the radio group named in data-direction.
  const sum = (output) => {
    const form = output.closest("form");
    const points = Number(form.elements[output.dataset.sumField].value) || 0;
    const take = form.elements[output.dataset.sumDirection]?.value === "take";
    output.textContent = figures(output.dataset.currency).format(Number(output.dataset.sumStart) + (take ? -points : points));
  };
  // "Together 120": all fields whose names begin with data-total-of; marked while they do not make data-total-due.
  const total = (output) => {
    const fields = [...output.closest("form").elements].filter((each) => each.name.startsWith(output.dataset.totalOf));
    const typed = fields.reduce((so_far, each) => so_far + (Number(each.value) || 0), 0);
    output.textContent = figures(output.dataset.currency).format(typed);
    output.classList.toggle("text-error", Math.abs(typed - Number(output.dataset.totalDue)) > 1e-6);
  };
  // Parts of a form that depend on a number in it: data-shown-by names the field, the others its borders.
  const reveal = (part) => {
    const value = Number(part.closest("form").elements[part.dataset.shownBy].value) || 0;
    part.hidden = value <= Number(part.dataset.shownAbove ?? -1) || value > Number(part.dataset.shownUpTo ?? Infinity);
  };
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form) return;
    for (const output of form.querySelectorAll("output[data-sum-start]")) sum(output);
    for (const output of form.querySelectorAll("output[data-total-of]")) total(output);
    for (const part of form.querySelectorAll("[data-shown-by]")) reveal(part);
  });
  const sums = () => {
    document.querySelectorAll("output[data-sum-start]").forEach(sum);
    document.querySelectorAll("output[data-total-of]").forEach(total);
    document.querySelectorAll("[data-shown-by]").forEach(reveal);
  };
  sums();
  document.addEventListener("htmx:afterSwap", sums);

  // A row that htmx brings anew (data-keeps-typing) keeps what was typed into it while it was on its way.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (!detail.target.matches("[data-keeps-typing]")) return;
    const sent = detail.requestConfig.parameters;
    const fields = detail.target.querySelectorAll("input:not([type=checkbox]):not([type=hidden]), textarea");
    const typed = [...fields].filter((field) => field.value !== sent[field.name]);
    const give = () => typed.forEach(({ id, value }) => { if (document.getElementById(id)) document.getElementById(id).value = value; });
    document.addEventListener("htmx:afterSwap", give, { once: true });
  });
  // What is computed from a part of a form (data-follows names it) says nothing of rows that have moved meanwhile.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const part = event.target.dataset.follows;
    if (part && document.querySelector(`${part} .htmx-request`)) event.preventDefault();
    else if (part) delete event.target.dataset.late;
    else for (const each of document.querySelectorAll("[data-follows]")) if (event.target.closest(each.dataset.follows)) each.dataset.late = "";
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if ("late" in detail.target.dataset) detail.shouldSwap = false;
  });

  // Buttons that act on what is saved (data-needs-saved) rest from the first change of a form on, until the server hides
  // the note that there are changes (data-unsaved-of names the form): it knows whether what stands there is what is saved.
  const note = () => document.querySelector("[data-unsaved-of]");
  const rest = (resting) => document.querySelectorAll("[data-needs-saved]").forEach((each) => { each.disabled = resting; });
  let changed = false;
  for (const kind of ["input", "change"]) document.addEventListener(kind, ({ target }) => {
    if (note() && target.closest(note().dataset.unsavedOf)) rest(changed = true);
  });
  document.addEventListener("htmx:beforeRequest", ({ target }) => { if (target.dataset.follows) changed = false; });
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (note() && detail.target.matches(`[data-follows="${note().dataset.unsavedOf}"]`)) rest(changed || !note().hidden);
  });

  // Chips beside a form of conditions (data-chips-of names it) stay where they are, and show what it asks by now.
  document.addEventListener("htmx:afterSwap", () => {
    for (const chips of document.querySelectorAll("[data-chips-of]")) {
      const pressed = document.querySelector(chips.dataset.chipsOf).dataset.pressed.split(" ");
      for (const chip of chips.querySelectorAll("button")) chip.setAttribute("aria-pressed", String(pressed.includes(chip.value)));
    }
  });

  // Rows of a form that can be multiplied (order lines): a <template> and a button that copies it.
  document.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add-row]");
    if (add) {
      const list = document.querySelector(add.dataset.addRow);
      const at = list.children.length;
      const row = document.querySelector(add.dataset.rowTemplate).content.cloneNode(true);
      for (const part of row.querySelectorAll("[id],[name],[for]")) {
        for (const attribute of ["id", "name", "for", "aria-describedby"]) {
          if (part.hasAttribute(attribute)) part.setAttribute(attribute, part.getAttribute(attribute).replace("__prefix__", String(at)));
        }
      }
      list.append(row);
      document.querySelector(add.dataset.rowTotal).value = String(at + 1);
      list.lastElementChild.querySelector("input").focus();
    }
  });

  // A row of tabs that is wider than the window shows the current one.
  for (const tab of document.querySelectorAll(".tabs > [aria-current]")) {
    const box = tab.getBoundingClientRect();
    const row = tab.parentElement.getBoundingClientRect();
    tab.parentElement.scrollBy(Math.min(box.left - row.left, 0) + Math.max(box.right - row.right, 0), 0);
  }

  // Undo in a toast: counts its seconds down and goes with the last one. Ctrl+Z does the same outside of fields.
  for (const form of document.querySelectorAll("form[data-undo]")) {
    const until = Date.now() + Number(form.dataset.undo) * 1000;
    const left = form.querySelector("[data-undo-left]");
    const clock = setInterval(() => {
      const seconds = Math.ceil((until - Date.now()) / 1000);
      left.textContent = String(Math.max(seconds, 0));
      if (seconds > 0) return;
      clearInterval(clock);
      form.remove();
    }, 250);
  }
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    const form = document.querySelector("form[data-undo]");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
  });

  // Toasts leave by themselves, but not while someone reads or points at them.
  for (const toast of document.querySelectorAll("[data-toast]")) {
    const leave = () => {
      if (toast.matches(":hover, :focus-within")) setTimeout(leave, 2000);
      else toast.remove();
    };
    setTimeout(leave, Number(toast.dataset.toast) * 1000);
  }
  document.addEventListener("click", (event) => {
    event.target.closest("[data-dismiss]")?.closest("[data-toast]")?.remove();
  });
})();
