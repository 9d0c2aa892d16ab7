/* Shows the button that prints a sheet of the admin, instead of the instructions for printing without a script.
   `data-print="now"` opens the print window at once, when the page is first shown: not when it is loaded again. */
(function () {
  'use strict'

  const button = document.querySelector('[data-print]')
  button.hidden = false
  button.nextElementSibling.hidden = true
  button.addEventListener('click', () => window.print())
  if (button.dataset.print === 'now') {
    history.replaceState(null, '', location.pathname)
    window.addEventListener('load', () => window.print())
  }
})()
