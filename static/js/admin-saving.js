/* A form of the admin that saves its draft by itself: a button that is pressed meanwhile acts once that is done.
   Sent at the same time, a new page would be made twice, and the second one refused because of the first. */
(function () {
  'use strict'

  let saving = null
  let pressed = null
  let sent = false

  /* A form that is being submitted needs no draft. Another listener may still prevent a draft. */
  document.addEventListener('w-autosave:save', (event) => {
    if (sent) event.preventDefault()
    queueMicrotask(() => { if (!event.defaultPrevented) saving = event.target })
  })

  document.addEventListener('submit', (event) => {
    if (event.target !== saving) return
    event.preventDefault()
    event.stopImmediatePropagation()
    pressed = event.submitter
  }, true)

  /* A button that waits is disabled, and would not be sent: its name goes with the form. */
  function act () {
    const form = saving
    const button = pressed
    saving = pressed = null
    if (!form || !button) return
    const { name, value } = button
    if (name) form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }))
    sent = true
    form.requestSubmit()
  }

  document.addEventListener('w-autosave:success', act)
  document.addEventListener('w-autosave:error', act)
})()
