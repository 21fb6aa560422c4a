// Small conveniences of the console. Every page works without it, save for ticks.
(() => {
  "use strict";

  const one = (selector) => document.querySelector(selector);
  const wide = window.matchMedia("(min-width: 720px)");
  // As the server writes times, whatever the browser's language: the page is in one language.
  const clock = (at) => `${at.getHours()}:${String(at.getMinutes()).padStart(2, "0")}`;

  // "/" goes to the search field from everywhere but where one types.
  document.addEventListener("keydown", (event) => {
    const field = one("#find-text");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !field) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    field.focus();
    field.select();
  });

  // Pages that refresh by themselves keep nobody signed in: only what a person did since the last request does.
  let active = false;
  for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"]) {
    document.addEventListener(kind, () => { active = true; }, { passive: true, capture: true });
  }
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["Lodge-Page"] = location.pathname;
    if (!active) event.detail.headers["Lodge-Refresh"] = "by-itself";
    active = false;
  });

  // The connection: say when it is lost, and catch up when it is back.
  const lost = one("#lost");
  let streaming = true;
  const say = (gone) => {
    if (!lost || lost.hidden === !gone) return;
    lost.hidden = !gone;
    if (gone) one("#lost-since").textContent = ` since ${clock(new Date())}`;
  };
  const refresh = () => { if (one("#people")) window.htmx.trigger("#people", "lodge:refresh"); };
  for (const kind of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(kind, () => say(true));
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status >= 500) say(true);
    // A visit that is not there any more: its page says so.
    else if (event.detail.target.id === "drawer-content") location.assign(event.detail.pathInfo.requestPath);
  });
  document.addEventListener("htmx:sseError", () => { streaming = false; say(true); });
  document.addEventListener("htmx:sseOpen", () => { streaming = true; });
  document.addEventListener("htmx:afterOnLoad", () => { if (streaming && navigator.onLine) say(false); });
  window.addEventListener("offline", () => say(true));
  window.addEventListener("online", refresh);
  document.addEventListener("htmx:sseClose", (event) => {
    if (event.detail.type === "message") location.assign(`/sign-in?ended=yes&next=${location.pathname}`);
  });

  // What a finger or mouse is on stays where it is until it is up: a row that was replaced in between gets no click.
  let pressed = false;
  let missed = false;
  document.addEventListener("pointerdown", () => { pressed = true; }, { passive: true, capture: true });
  for (const kind of ["pointerup", "pointercancel"]) {
    document.addEventListener(kind, () => {
      pressed = false;
      // After the click, which comes next.
      if (missed) setTimeout(refresh);
      missed = false;
    }, { passive: true, capture: true });
  }
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!pressed || event.detail.target.id !== "people") return;
    event.detail.shouldSwap = false;
    missed = true;
  });

  // Say a new count aloud, once, and only when it is new. The title counts as well.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "people") return;
    const said = one("#people [data-announce]")?.dataset.announce ?? "";
    const place = one("#announce");
    if (place && said && place.textContent !== said) place.textContent = said;
    if (/^\d+ on site$/.test(said)) document.title = document.title.replace(/^\d+/, said.split(" ")[0]);
  });

  // A visit opens beside the list where there is room, as a page where there is not.
  const drawer = one("#drawer");
  const content = one("#drawer-content");
  let opened = "";
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-drawer]");
    if (!link || !drawer || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    await window.htmx.ajax("GET", link.getAttribute("href"), { target: "#drawer-content", swap: "innerHTML" });
    if (!content.querySelector(".visit")) return;
    opened = link.getAttribute("href");
    content.prepend(closing());
    if (drawer.open) content.querySelector(".close").focus(); // from one visit to another of the same person
    else drawer.showModal();
    drawer.scrollTop = 0;
  });
  const closing = () => {
    const button = document.createElement("button");
    const icon = one(".find .icon").cloneNode(true);
    const use = icon.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#close"));
    button.type = "button";
    button.className = "close";
    button.setAttribute("aria-label", "Close");
    button.append(icon);
    button.addEventListener("click", () => drawer.close());
    return button;
  };
  drawer?.addEventListener("click", (event) => { if (event.target === drawer) drawer.close(); });
  // A browser gives the focus back to what had it; the list may have replaced that meanwhile.
  drawer?.addEventListener("close", () => {
    content.replaceChildren();
    if (document.activeElement !== document.body) return;
    const again = document.querySelector(`#people a[data-drawer][href="${CSS.escape(opened)}"]`) ?? one("#main");
    again?.focus();
  });

  // A photo that does not come, or is none: initials in its place, and words.
  const giveUp = (photo) => {
    photo.hidden = true;
    const words = photo.closest(".visit")?.querySelector("[data-photo-failed]");
    if (words) words.hidden = false;
  };
  document.addEventListener("error", (event) => {
    if (event.target.matches?.("img[data-photo]")) giveUp(event.target);
  }, true);
  for (const photo of document.querySelectorAll("img[data-photo]")) {
    if (photo.complete && !photo.naturalWidth) giveUp(photo);
  }

  // An open menu closes when one goes elsewhere.
  const menu = one(".site-menu");
  document.addEventListener("click", (event) => { if (menu?.open && !menu.contains(event.target)) menu.open = false; });
  menu?.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // Times that the server knows in UTC only, before it knows the place.
  for (const time of document.querySelectorAll("time[data-local-clock]")) {
    time.textContent = clock(new Date(time.dateTime));
  }

  for (const button of document.querySelectorAll("[data-show]")) {
    const field = document.getElementById(button.dataset.show);
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = field.type === "password";
      field.type = shown ? "text" : "password";
      button.setAttribute("aria-pressed", String(shown));
      button.textContent = shown ? "Hide" : "Show";
    });
  }
  document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });

  // An act that was confirmed goes on by itself, once: who comes back to the page by the browser's history does it anew.
  const confirmed = one("form[data-submit-at-once]");
  if (confirmed && performance.getEntriesByType("navigation")[0]?.type === "navigate") confirmed.requestSubmit();
})();
