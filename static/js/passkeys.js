/* Passkeys: asks the device for one, and sends its answer with the form (`data-passkey`: create, get or sign-in).
   A form says what it needs until this script has found that the browser has it. */
(function () {
  'use strict';

  if (!window.PublicKeyCredential || !navigator.credentials) return;

  var BINARY = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'];

  /* The site writes binary values as base64url; the browser wants bytes. */
  function bytes(text) {
    var raw = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    return Uint8Array.from(raw, function (letter) { return letter.charCodeAt(0); });
  }

  function text(buffer) {
    var raw = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(raw).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  }

  function withBytes(value) {
    return Object.assign({}, value, { id: bytes(value.id) });
  }

  function read(options) {
    var key = Object.assign({}, options.publicKey);
    key.challenge = bytes(key.challenge);
    if (key.user) key.user = withBytes(key.user);
    ['allowCredentials', 'excludeCredentials'].forEach(function (name) {
      if (key[name]) key[name] = key[name].map(withBytes);
    });
    return { publicKey: key };
  }

  function written(credential) {
    var response = {};
    BINARY.forEach(function (name) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    });
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response: response,
      clientExtensionResults: credential.getClientExtensionResults()
    });
  }

  /* At sign-in the account is unknown: the options are fetched when they are needed. */
  function optionsOf(form) {
    if (form.dataset.options) return Promise.resolve(JSON.parse(document.getElementById(form.dataset.options).textContent));
    return fetch(form.action, { headers: { Accept: 'application/json' } })
      .then(function (answer) { return answer.json(); })
      .then(function (data) { return data.request_options; });
  }

  document.querySelectorAll('form[data-passkey]').forEach(function (form) {
    var failed = form.querySelector('[data-passkey-failed]');
    form.querySelector('[data-passkey-missing]').hidden = true;
    form.querySelector('[data-passkey-ready]').hidden = false;
    form.addEventListener('submit', function (event) {
      event.preventDefault();
      failed.hidden = true;
      optionsOf(form)
        .then(function (options) {
          return navigator.credentials[form.dataset.passkey === 'create' ? 'create' : 'get'](read(options));
        })
        .then(function (credential) {
          form.elements.credential.value = written(credential);
          HTMLFormElement.prototype.submit.call(form);
        })
        .catch(function () { failed.hidden = false; });
    });
  });
})();
