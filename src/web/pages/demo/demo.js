// The demo phone: shows what GET /demo/messages lists, and presses keys on calls that are open.

const byId = (id) => document.getElementById(id)
const openStates = ['ringing', 'talking']
const stateTexts = {
  ringing: 'Incoming call',
  talking: 'Connected',
  approved: 'Approved',
  refused: 'Not approved',
  fraud: 'Reported as fraud',
  told: 'Code was read out',
  timeout: 'Took too long',
  'no-answer': 'Missed call',
  busy: 'Busy',
  failed: 'Failed',
}
const kindTexts = {
  sms: 'Text message',
  email: 'E-mail',
  call: 'Call',
  notification: 'Notification',
}

let messages = []
let shown = ''
/** Id of the call on the screen, if any. */
let currentCall
/** Calls the person has put aside to see the messages. */
const putAside = new Set()

async function poll() {
  try {
    const response = await fetch('messages')
    if (!response.ok) throw new Error(`status ${response.status}`)
    show(await response.text())
    setConnected(true)
  } catch {
    setConnected(false)
  }
  byId('clock').textContent = new Date().toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit',
  })
}

function setConnected(isConnected) {
  byId('connection').textContent = isConnected ? '' : 'No connection, trying again'
  byId('connection').classList.toggle('lost', !isConnected)
}

function show(json) {
  if (json === shown) return
  const known = new Set(messages.map(({ id }) => id))
  const isFirst = shown === ''
  shown = json
  messages = JSON.parse(json)
  const arrived = messages.filter(({ id }) => !known.has(id))
  if (!isFirst && arrived.length > 0) announce(arrived[0])
  showInbox(new Set(isFirst ? [] : arrived.map(({ id }) => id)))
  showCall()
}

function announce(message) {
  byId('announcer').textContent =
    message.kind === 'call'
      ? `Incoming call for ${message.user}`
      : [message.subject, message.text].filter(Boolean).join('. ')
}

function showInbox(arrived) {
  byId('empty').hidden = messages.length > 0
  byId('messages').replaceChildren(
    ...messages.map((message) => {
      const item = isOpen(message) ? openCallItem(message) : messageItem(message)
      item.classList.toggle('new', arrived.has(message.id))
      return item
    }),
  )
}

function messageItem(message) {
  const item = element('li', 'message')
  item.append(headerOf(message))
  if (message.kind === 'call') {
    item.append(element('span', `badge ${message.state}`, stateTexts[message.state]))
    return item
  }
  if (message.subject !== undefined) item.append(element('h2', 'subject', message.subject))
  item.append(element('p', '', message.text))
  if (message.code !== undefined) item.append(codeRow(message.code))
  if (message.kind === 'notification') item.append(openLink())
  return item
}

function codeRow(code) {
  const copy = element('button', 'pill', 'Copy')
  copy.type = 'button'
  copy.ariaLabel = `Copy code ${code}`
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText(code)
    copy.textContent = 'Copied'
  })
  const row = element('div', 'code-row')
  row.append(element('span', 'code', code), copy)
  return row
}

/** Where a tap on a notification leads. */
function openLink() {
  const link = element('a', 'pill', 'Open')
  link.href = '/phone'
  const row = element('div', 'code-row')
  row.append(link)
  return row
}

function openCallItem(message) {
  const item = element('li', 'message open')
  const text = element('div', '')
  text.append(element('strong', '', message.user), element('p', '', stateTexts[message.state]))
  const answer = element('button', 'pill', 'Answer')
  answer.type = 'button'
  answer.addEventListener('click', () => {
    putAside.delete(message.id)
    currentCall = message.id
    showCall()
  })
  item.append(text, answer)
  return item
}

function headerOf(message) {
  const header = element('header', '')
  const time = element(
    'time',
    '',
    new Date(message.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }),
  )
  time.dateTime = message.at
  header.append(
    element('strong', '', message.user),
    time,
    element('span', '', `${kindTexts[message.kind]} · ${message.to}`),
  )
  return header
}

/** Puts a call on the screen: the one that goes on there, else the one that has rung longest. */
function showCall() {
  const waiting = messages.filter((message) => isOpen(message) && !putAside.has(message.id))
  const current = messages.find(({ id }) => id === currentCall)
  const call = current !== undefined && isOpen(current) ? current : (waiting.at(-1) ?? current)
  const panel = byId('call')
  document.title = waiting.length > 0 ? 'Incoming call · Holdfast' : 'Demo phone · Holdfast'
  byId('inbox').inert = call !== undefined
  if (call === undefined) {
    panel.hidden = true
    return
  }
  const isNew = panel.hidden || currentCall !== call.id
  const hasJustEnded = !isNew && !isOpen(call) && !panel.classList.contains('ended')
  currentCall = call.id
  panel.hidden = false
  panel.className = `call ${isOpen(call) ? '' : 'ended'} ${call.state}`
  byId('call-state').textContent = stateTexts[call.state]
  byId('caller').textContent = call.user
  byId('number').textContent = call.to
  if (byId('speech').textContent !== call.text) byId('speech').textContent = call.text
  byId('curl').textContent = curlOf(call.id)
  if (isNew) byId('caller').focus()
  if (hasJustEnded) byId('done').focus()
}

function leaveCall() {
  if (currentCall !== undefined) putAside.add(currentCall)
  currentCall = undefined
  showCall()
}

async function answer(body) {
  const call = messages.find(({ id }) => id === currentCall)
  if (call === undefined || !isOpen(call)) return
  await fetch(`messages/${call.id}/answer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => setConnected(false))
  await poll()
}

function isOpen(message) {
  return openStates.includes(message.state)
}

function element(tag, className, text) {
  const node = document.createElement(tag)
  if (className !== '') node.className = className
  if (text !== undefined) node.textContent = text
  return node
}

function curlOf(id) {
  return [
    'curl -H "content-type: application/json"',
    `-d '{"keys":"#"}'`,
    new URL(`messages/${id}/answer`, location.href).href,
  ].join(' \\\n')
}

byId('keypad').addEventListener('click', (event) => {
  const key = event.target.dataset.key
  if (key !== undefined) answer({ keys: key })
})
byId('hang-up').addEventListener('click', () => answer({ hangUp: true }))
byId('back').addEventListener('click', leaveCall)
byId('done').addEventListener('click', leaveCall)

document.addEventListener('keydown', (event) => {
  if (currentCall === undefined || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === 'Escape') leaveCall()
  const button = byId('keypad').querySelector(`[data-key="${CSS.escape(event.key)}"]`)
  if (button === null) return
  button.classList.add('pressed')
  setTimeout(() => button.classList.remove('pressed'), 150)
  answer({ keys: event.key })
})

/** A demo of one's own may have none. */
async function showPortal() {
  const answer = await fetch('/api/look').catch(() => undefined)
  const look = answer?.ok === true ? await answer.json() : undefined
  byId('portal').hidden = look === undefined
  byId('phone').hidden = look?.demoPhone === undefined
}

byId('curl').textContent = curlOf('ID')
showPortal()
await poll()
setInterval(poll, 1000)
