// Passkeys (WebAuthn). A form with data-passkey asks the server what to ask, asks the browser, and sends the answer as
// a field of the form. Whatever goes wrong is said in words, in the form.
(() => {
  "use strict";

  const toBytes = (text) => Uint8Array.from(
    atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const ids = (list) => (list ?? []).map((item) => ({ ...item, id: toBytes(item.id) }));
  const forCreate = (asked) => ({
    ...asked,
    challenge: toBytes(asked.challenge),
    user: { ...asked.user, id: toBytes(asked.user.id) },
    excludeCredentials: ids(asked.excludeCredentials),
  });
  const forGet = (asked) => ({
    ...asked, challenge: toBytes(asked.challenge), allowCredentials: ids(asked.allowCredentials),
  });

  const answerOf = (credential) => {
    const { response } = credential;
    const said = { clientDataJSON: toText(response.clientDataJSON) };
    if (response.attestationObject) said.attestationObject = toText(response.attestationObject);
    if (response.authenticatorData) said.authenticatorData = toText(response.authenticatorData);
    if (response.signature) said.signature = toText(response.signature);
    return JSON.stringify({
      id: credential.id, rawId: toText(credential.rawId), type: credential.type, response: said,
    });
  };

  const WORDS = {
    insecure: "Passkeys work over HTTPS only. Open this server by its own address.",
    missing: "This browser has no passkeys. Use another browser, or the authenticator app.",
    offline: "The server could not be asked. See whether you are online, and try again.",
    stale: "This page is too old. Reload it and try again.",
    NotAllowedError: "Nothing was used: it was cancelled, took too long, or no passkey that fits is at hand. Try again.",
    InvalidStateError: "This passkey is set up already.",
    SecurityError: "The browser does not allow it at this address. Open this server by its own name, with a certificate that the browser trusts.",
    NotSupportedError: "This key cannot do what is asked. Try another one.",
    ConstraintError: "This key has no PIN, finger or face set up, and one is needed here. Set one up, or use another way.",
    AbortError: "It was cancelled. Try again.",
    other: "It did not work. Try again, or use another way.",
  };
  const say = (form, which) => {
    const place = form.querySelector("[data-said]");
    place.querySelector("span").textContent = WORDS[which] ?? WORDS.other;
    place.hidden = false;
  };

  const ask = async (form) => {
    if (!window.isSecureContext) return say(form, "insecure");
    if (!window.PublicKeyCredential || !navigator.credentials) return say(form, "missing");
    let asked;
    try {
      const answer = await fetch(form.dataset.options, { method: "POST", redirect: "manual" });
      if (!answer.ok) return say(form, "stale");
      asked = await answer.json();
    } catch {
      return say(form, "offline");
    }
    try {
      const credential = form.dataset.passkey === "create"
        ? await navigator.credentials.create({ publicKey: forCreate(asked) })
        : await navigator.credentials.get({ publicKey: forGet(asked) });
      form.elements.credential.value = answerOf(credential);
    } catch (error) {
      return say(form, error.name);
    }
    form.submit();
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    let busy = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (busy) return;
      busy = true;
      form.querySelector("[data-said]").hidden = true;
      form.setAttribute("aria-busy", "true");
      await ask(form);
      form.removeAttribute("aria-busy");
      busy = false;
    });
  }
})();
