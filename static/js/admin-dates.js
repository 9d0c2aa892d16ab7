/* The calendar of every field of the admin with a date: it never writes by itself, and hides nothing to press.
   A dialog, such as that of the publishing schedule, opens by itself when a field in it was refused. */
(function () {
  'use strict'

  const BUTTONS = 'button, a.button, [type=submit], [role=button]'

  /* The places of the buttons that may be pressed beside `input`: those of its dialog, or of the page. */
  function boxes (input, calendar) {
    return [...(input.closest('[role=dialog]') || document).querySelectorAll(BUTTONS)]
      .filter((one) => !calendar.contains(one) && one.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      .map((one) => one.getBoundingClientRect())
  }

  /* The first place of the window, from below the field on, where a calendar of this size covers none of `buttons`. */
  function place (field, size, buttons) {
    const width = document.documentElement.clientWidth
    const height = window.innerHeight
    const left = Math.max(0, Math.min(field.left, width - size.width))
    return [
      { x: left, y: field.bottom },
      { x: field.right, y: field.top },
      { x: field.right, y: field.bottom - size.height },
      { x: left, y: field.top - size.height },
      { x: field.left - size.width, y: field.top },
      { x: width - size.width, y: field.bottom },
      { x: width - size.width, y: field.top - size.height }
    ].find(({ x, y }) =>
      x >= 0 && y >= 0 && x + size.width <= width && y + size.height <= height && !buttons.some((box) =>
        box.right > x && box.left < x + size.width && box.bottom > y && box.top < y + size.height))
  }

  /* Moves the calendar there. Without such a place, as on a phone, it stays closed, and the date is typed. */
  function move (calendar, input) {
    const now = calendar[0].getBoundingClientRect()
    const spot = place(input.getBoundingClientRect(), now, boxes(input, calendar[0]))
    if (!spot) return calendar.trigger('close.xdsoft')
    const { offsetLeft, offsetTop } = calendar[0]
    calendar.css({ left: offsetLeft + spot.x - now.left, top: offsetTop + spot.y - now.top, bottom: '' })
  }

  document.addEventListener('w-dialog:ready', ({ target }) => {
    if (target.querySelector('.error-message')) {
      target.dispatchEvent(new CustomEvent('w-dialog:show'))
    }
  })

  Object.assign(window.jQuery.fn.datetimepicker.defaults, {
    /* A text that is no date stays as it was typed: the server refuses it, with a message beside the field. */
    validateOnBlur: false,
    /* The wheel over a field scrolls the page. */
    scrollInput: false,
    /* It opens a moment after the field is entered: not once the field was left. It takes its own place right after. */
    onShow (moment, [input]) {
      if (document.activeElement !== input) return false
      queueMicrotask(() => move(this, input))
      return true
    }
  })
})()
