/* Words that Wagtail's scripts hold in English alone, replaced by those of our catalogue (locale/…/djangojs.po):
   the buttons of a link in a text, and that of the calendar. */
(function () {
  'use strict'

  const BUTTONS = '.Tooltip__button, .xdsoft_save_selected'

  function translate (root) {
    root.querySelectorAll(BUTTONS).forEach(({ firstChild: text }) => {
      const words = text && window.gettext(text.data)
      if (words && words !== text.data) text.data = words
    })
  }

  translate(document)
  new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach((node) => {
    if (node.nodeType === Node.ELEMENT_NODE) translate(node)
  }))).observe(document.body, { childList: true, subtree: true })
})()
