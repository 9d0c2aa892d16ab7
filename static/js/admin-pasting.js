/* Text that is pasted into the editor, from a word processor for example. A heading 1 becomes a heading 2: the title of the
   page is the heading 1. Tables and pictures, which the editor leaves out, are told under it. */
(function () {
  'use strict'

  const words = document.currentScript.dataset
  const ours = new WeakSet()

  function tell (editor, pasted) {
    const field = editor.closest('.w-field__input') || editor
    if (field.nextElementSibling?.hasAttribute('data-left-out')) field.nextElementSibling.remove()
    const lines = [['table', words.tables], ['img', words.pictures]]
      .filter(([tag]) => pasted.querySelector(tag))
      .map(([, said]) => said)
    if (!lines.length) return
    const note = Object.assign(document.createElement('p'), {
      className: 'help-block help-warning', role: 'status', textContent: lines.join(' ')
    })
    note.setAttribute('data-left-out', '')
    field.after(note)
  }

  /* The same paste once more, with its headings changed. */
  function paste (target, pasted, text) {
    for (const heading of pasted.querySelectorAll('h1')) {
      const lower = pasted.createElement('h2')
      lower.append(...heading.childNodes)
      heading.replaceWith(lower)
    }
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/html', pasted.documentElement.outerHTML)
    clipboardData.setData('text/plain', text)
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
    ours.add(event)
    target.dispatchEvent(event)
  }

  document.addEventListener('paste', (event) => {
    const editor = event.target.closest?.('.Draftail-Editor')
    const html = event.clipboardData?.getData('text/html')
    if (!editor || !html || ours.has(event)) return
    const pasted = new DOMParser().parseFromString(html, 'text/html')
    tell(editor, pasted)
    if (!pasted.querySelector('h1')) return
    event.preventDefault()
    event.stopImmediatePropagation()
    paste(event.target, pasted, event.clipboardData.getData('text/plain'))
  }, true)
})()
