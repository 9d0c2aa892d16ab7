/* Enhancements of pages. Without scripts, every form and every link works too (docs/enhancement.md).
   Loaded before htmx, which meets a form only once `prepare` has given it its attributes. */
(function () {
  'use strict';

  var words = document.currentScript.dataset;

  function all(root, selector) {
    var found = Array.prototype.slice.call(root.querySelectorAll(selector));
    return root.matches && root.matches(selector) ? [root].concat(found) : found;
  }

  /* ---- Announcements for screen readers ---- */

  function say(sentence) {
    var region = document.getElementById('statut');
    region.textContent = '';
    // Screen readers announce changes only: the same text again would be no change.
    setTimeout(function () { region.textContent = sentence; }, 50);
  }

  /* ---- Forms sent in place: `data-enhance` names the part of the page that the answer replaces ---- */

  var SLOW = 1000;
  var underway = new WeakMap();
  var leaving = new WeakSet();

  function prepare(root) {
    all(root, 'form[data-enhance]').forEach(function (form) {
      var part = form.getAttribute('data-enhance');
      var reads = form.getAttribute('method') === 'get';
      form.setAttribute(reads ? 'data-hx-get' : 'data-hx-post', form.getAttribute('action'));
      form.setAttribute('data-hx-target', '#' + part);
      form.setAttribute('data-hx-swap', 'outerHTML');
      // A second send of a post is ignored; a second choice of filters takes the place of the first.
      form.setAttribute('data-hx-sync', reads ? 'this:replace' : 'this:drop');
      if (reads) form.setAttribute('data-hx-push-url', 'true');
    });
  }

  function formOf(event) {
    var source = event.detail.ctx ? event.detail.ctx.sourceElement : event.target;
    return source && source.matches && source.matches('form[data-enhance]') ? source : null;
  }

  /* The browser sends the form itself, as if there were no script. */
  function sendPlainly(form) {
    if (leaving.has(form)) return;
    leaving.add(form);
    // Not form.submit: a field may be called so.
    HTMLFormElement.prototype.submit.call(form);
  }

  function start(form, ctx) {
    var part = document.getElementById(form.getAttribute('data-enhance'));
    var note = null;
    var timer = setTimeout(function () {
      note = document.createElement('p');
      note.className = 'meta';
      note.textContent = words.sending;
      form.appendChild(note);
      say(words.sending);
    }, SLOW);
    form.setAttribute('aria-busy', 'true');
    if (part) part.setAttribute('aria-busy', 'true');
    underway.set(form, {
      ctx: ctx,
      end: function () {
        clearTimeout(timer);
        if (note) note.remove();
        form.removeAttribute('aria-busy');
        if (part) part.removeAttribute('aria-busy');
        underway.delete(form);
      }
    });
  }

  document.addEventListener('htmx:before:process', function (event) {
    prepare(event.target);
    enhance(event.target);
  });

  document.addEventListener('htmx:config:request', function (event) {
    var form = formOf(event);
    if (form && leaving.has(form)) event.preventDefault();
  });

  document.addEventListener('htmx:before:request', function (event) {
    var form = formOf(event);
    if (!form) return;
    if (underway.has(form)) underway.get(form).end();
    start(form, event.detail.ctx);
  });

  /* A fragment has a header. The browser shows any other response (sign-in, refusal, error, page of a proxy). */
  document.addEventListener('htmx:before:response', function (event) {
    var form = formOf(event);
    var headers = event.detail.ctx.response.headers;
    if (!form || headers.has('X-Fragment')) return;
    if (headers.has('HX-Redirect')) {
      leaving.add(form);
    } else {
      event.preventDefault();
      sendPlainly(form);
    }
  });

  /* No network, no answer in time, or a fault of a script. */
  document.addEventListener('htmx:error', function (event) {
    var form = formOf(event);
    if (form) sendPlainly(form);
  });

  document.addEventListener('htmx:finally:request', function (event) {
    var ctx = event.detail.ctx;
    var form = ctx.request.form || formOf(event);
    var request = form && underway.get(form);
    // Busy until the next page shows, and not the end of a request that another one has replaced.
    if (request && request.ctx === ctx && !leaving.has(form)) request.end();
  });

  document.addEventListener('htmx:after:swap', function (event) {
    var ctx = event.detail.ctx;
    var form = ctx.request.form;
    if (!form || !form.matches('form[data-enhance]')) return;
    var part = document.getElementById(String(ctx.hx.retarget || '#' + form.getAttribute('data-enhance')).slice(1));
    var said = document.getElementById(ctx.response.headers.get('X-Fragment'));
    // The word that folds the filters, and their title where there is room, say how many are active.
    if (part && part.hasAttribute('data-active')) {
      all(document, '.filters__count').forEach(function (count) {
        count.textContent = part.getAttribute('data-active');
        count.hidden = !count.textContent.trim();
      });
    }
    // A notice, or a summary of errors: scrolled to, and read out because of the focus, hence not announced again.
    if (said && said.hasAttribute('tabindex')) {
      said.focus({ preventScroll: true });
      said.scrollIntoView({ block: 'center' });
      return;
    }
    // htmx gave the focus back to the control of the same id. Where that is gone, the new part starts with its heading.
    if (!document.activeElement || document.activeElement === document.body) {
      var heading = part.querySelector('h1, h2, h3') || part;
      heading.setAttribute('tabindex', '-1');
      heading.focus();
    }
    if (said) say(said.textContent.replace(/\s+/g, ' ').trim());
  });

  /* Back over a list that was filtered in place: the page is loaded anew, where it had been scrolled to. */
  document.addEventListener('htmx:before:history:update', function (event) {
    if (event.detail.history.type === 'push') history.replaceState({ htmx: true, top: window.scrollY }, '');
  });

  document.addEventListener('htmx:before:history:restore', function (event) {
    event.preventDefault();
    if (history.state.top !== undefined) {
      history.replaceState({ htmx: true, top: history.state.top, back: true }, '');
      history.scrollRestoration = 'manual';
    }
    location.reload();
  });

  function scrollBack() {
    if (!history.state || !history.state.back) return;
    window.scrollTo(0, history.state.top);
    history.replaceState({ htmx: true, top: history.state.top }, '');
    // Not before the end of loading, when the browser would scroll too.
    window.addEventListener('load', function () {
      setTimeout(function () { history.scrollRestoration = 'auto'; });
    });
  }

  /* Back to a page that the browser kept as it was when it left. */
  window.addEventListener('pageshow', function (event) {
    if (!event.persisted) return;
    leaving = new WeakSet();
    all(document, 'form[data-enhance]').forEach(function (form) {
      if (underway.has(form)) underway.get(form).end();
    });
  });

  /* ---- Counter of the remaining characters ---- */

  function grouped(number) {
    return String(number).replace(/\B(?=(\d{3})+$)/g, '\u00a0');
  }

  function countSentence(left) {
    var number = Math.abs(left);
    var kind = left < 0 ? 'over' : 'left';
    return (number === 1 ? words[kind + 'One'] : words[kind]).replace('#', grouped(number));
  }

  function count(area) {
    var limit = Number(area.getAttribute('data-limit'));
    var note = document.createElement('p');
    var timer;
    note.className = 'field__hint field__count';
    note.id = area.id + '_count';
    area.insertAdjacentElement('afterend', note);
    area.setAttribute('aria-describedby', ((area.getAttribute('aria-describedby') || '') + ' ' + note.id).trim());

    function show() {
      // As the server counts: without the blanks at both ends, and a drawing of two units is one character.
      var left = limit - Array.from(area.value.trim().normalize('NFC')).length;
      note.textContent = countSentence(left);
      note.classList.toggle('field__error', left < 0);
      return left;
    }

    area.addEventListener('input', function () {
      var left = show();
      clearTimeout(timer);
      // Announced when the person stops typing, and only near the limit.
      if (left <= limit / 10) timer = setTimeout(function () { say(note.textContent); }, SLOW);
    });
    show();
  }

  /* ---- Automatic saving of a long form ---- */

  function saveByItself(form) {
    var note = document.createElement('p');
    var changed, timer, saving, pressed;
    note.className = 'meta';
    form.appendChild(note);

    function later() {
      if (changed && !timer && !saving) timer = setTimeout(save, 5000);
    }

    function tell(answer) {
      if (!answer.refused) form.elements.seen.value = answer.seen;
      // A success is not announced to a person who is writing; a failure is, once.
      else if (note.textContent !== answer.text) say(answer.text);
      note.textContent = answer.text;
    }

    function save() {
      var data = new FormData(form);
      data.append('autosave', 'oui');
      changed = timer = null;
      saving = true;
      fetch(form.getAttribute('action'), { method: 'POST', body: data, signal: AbortSignal.timeout(8000) })
        .then(function (answer) { return answer.json(); })
        .then(tell)
        .catch(function () {
          changed = true;
          tell({ refused: true, text: words.unsaved });
        })
        .then(function () {
          saving = false;
          if (pressed === undefined) later();
          else form.requestSubmit(pressed);
        });
    }

    form.addEventListener('input', function () {
      changed = true;
      later();
    });

    // The button waits for a saving under way: its page would not know of that version.
    form.addEventListener('submit', function (event) {
      clearTimeout(timer);
      timer = null;
      if (!saving) return;
      event.preventDefault();
      pressed = event.submitter;
    });
  }

  /* ---- Copy the link of a proposal or of a comment ---- */

  function offerCopy(place) {
    var button = document.createElement('button');
    var label = document.createElement('span');
    var name = document.createElement('span');
    button.type = 'button';
    button.className = 'copy';
    label.textContent = words.copy;
    name.className = 'visually-hidden';
    name.textContent = ' ' + place.getAttribute('data-copy-name');
    button.appendChild(label);
    button.appendChild(name);
    button.addEventListener('click', function () {
      var address = location.origin + location.pathname + (place.getAttribute('data-copy') ? location.search : '');
      navigator.clipboard.writeText(address + place.getAttribute('data-copy')).then(function () {
        label.textContent = words.copied;
        say(words.copied);
      });
    });
    button.addEventListener('blur', function () { label.textContent = words.copy; });
    place.appendChild(button);
  }

  /* ---- Start ---- */

  function once(root, selector, enhancement) {
    all(root, selector + ':not([data-enhanced])').forEach(function (element) {
      element.setAttribute('data-enhanced', '');
      enhancement(element);
    });
  }

  function enhance(root) {
    once(root, 'textarea[data-limit]', count);
    if (navigator.clipboard) once(root, '[data-copy]', offerCopy);
    // Browsers without these keep the button.
    if (window.AbortSignal && AbortSignal.timeout && HTMLFormElement.prototype.requestSubmit) {
      once(root, 'form[data-autosave]', saveByItself);
    }
  }

  enhance(document.body);
  scrollBack();
}());
