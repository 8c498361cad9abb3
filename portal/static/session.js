// Comfort only; every page works without it. Says five minutes before a session ends that it will, keeps drafts of
// forms that have drafts while somebody types, and lets nobody leave such a form by a wrong click.
"use strict";

(() => {
  const WARN_MS = 5 * 60 * 1000;
  const REST_MS = 20 * 1000;
  const notice = document.getElementById("session-notice");
  const token = document.querySelector(".sign-out input[name=csrf_token]");
  if (!notice || !token) return;

  // The clock of this computer may be wrong; only the time that passes here is used.
  const opened = performance.now();
  const now = Date.parse(notice.dataset.now);
  let ends = Date.parse(notice.dataset.ends) - now;
  let timer = 0;
  const button = notice.querySelector("button");

  const show = (name) => {
    for (const line of notice.querySelectorAll("p")) line.hidden = !line.classList.contains(`session-notice__${name}`);
    button.hidden = name !== "soon";
    notice.hidden = false;
  };

  const look = (final) => {
    clearTimeout(timer);
    const left = ends - (performance.now() - opened);
    if (left <= 0) return show("over");
    if (left <= WARN_MS) show(final ? "last" : "soon");
    else notice.hidden = true;
    timer = setTimeout(() => look(final), left <= WARN_MS ? left : left - WARN_MS);
  };

  const later = (text) => {
    const end = Date.parse(text);
    if (!Number.isNaN(end)) ends = end - now;
  };

  button.addEventListener("click", async () => {
    try {
      const answer = await fetch(notice.dataset.stay, {
        method: "POST", body: new URLSearchParams({ csrf_token: token.value }), redirect: "manual",
      });
      if (!answer.ok) return show("over");
      later(await answer.text());
    } catch {
      return;
    }
    look(ends - (performance.now() - opened) <= WARN_MS);
  });
  document.addEventListener("visibilitychange", () => look(false));
  look(false);

  for (const mark of document.querySelectorAll("form input[name=draft]")) keep(mark.form, mark);

  function keep(form, mark) {
    const told = form.querySelector(".draft-kept");
    let waiting = 0, changed = false, sending = null, leaving = false;

    const save = async (last) => {
      if (!changed || leaving) return;
      changed = false;
      const data = new FormData(form);
      data.set("keep_draft", "quietly");
      sending = new AbortController();
      try {
        const answer = await fetch(form.action, {
          method: "POST", body: new URLSearchParams(data), redirect: "manual",
          keepalive: last, signal: sending.signal,
        });
        if (answer.status === 422 && told) told.textContent = told.dataset.refused;
        if (answer.status !== 204) return;
        mark.value = "1";
        later(answer.headers.get("X-Session-Ends") || "");
        look(false);
        if (told) told.textContent = told.dataset[answer.headers.get("X-Draft")] || "";
      } catch {
        changed = true;
      }
    };

    form.addEventListener("input", () => {
      changed = true;
      if (told) told.textContent = "";
      if (!waiting) waiting = setTimeout(() => { waiting = 0; save(false); }, REST_MS);
    });
    // What is sent needs no draft; one that is on its way must not arrive after it.
    form.addEventListener("submit", () => {
      leaving = true;
      clearTimeout(waiting);
      if (sending) sending.abort();
    });
    addEventListener("pagehide", () => save(true));
    addEventListener("pageshow", () => { leaving = false; });
  }
})();
