// Shows that a sign-in waits, and opens the page that answers it. It keeps nothing and answers no request: pages load as if
// it were not there.

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('push', (event) => event.waitUntil(show(event)))

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(openPage(event.notification.tag))
})

/** Always: a browser takes the subscription away from whoever shows nothing. */
async function show({ data, notification, proposedNotification }) {
  // Safari reads the declarative form itself.
  const { title, body, tag } = notification ?? proposedNotification ?? read(data)
  await self.registration.showNotification(title, {
    ...{ body, tag, renotify: true, requireInteraction: true },
    ...{ icon: '/icon-192.png', badge: '/badge.png' },
  })
  // Nothing here depends on it.
  await sayShown(tag).catch(() => undefined)
}

function read(data) {
  try {
    const { title, body, tag } = data.json().notification
    return { title: String(title), body: String(body), tag: String(tag) }
  } catch {
    return { title: 'A sign-in is waiting', body: '', tag: 'waiting' }
  }
}

/** To the page that is open, or to a new one. Where it leads does not depend on what was sent. */
async function openPage(prompt) {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const open = windows.find(({ url }) => new URL(url).pathname === '/phone')
  if (open === undefined) return await self.clients.openWindow('/phone')
  open.postMessage({ prompt })
  return await open.focus()
}

/** Tells the server that it was shown, signed by the key of this phone: a push service cannot tell. */
async function sayShown(prompt) {
  const phone = await loadPhone()
  if (phone === undefined) return
  const text = JSON.stringify(['holdfast: shown', phone.id, prompt])
  const signing = { name: 'ECDSA', hash: 'SHA-256' }
  const signed = await crypto.subtle.sign(signing, phone.key, new TextEncoder().encode(text))
  const signature = btoa(String.fromCharCode(...new Uint8Array(signed)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
  await fetch('/api/phone/receipt', {
    ...{ method: 'POST', credentials: 'omit', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ phone: phone.id, prompt, receipt: 'shown', signature }),
  })
}

/** As the page has kept it (phone/store.ts). */
function loadPhone() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('holdfast-phone', 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore('phone')
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const kept = opening.result.transaction('phone').objectStore('phone').get('this')
      kept.onsuccess = () => resolve(kept.result)
      kept.onerror = () => reject(kept.error)
      kept.transaction.oncomplete = () => opening.result.close()
    }
  })
}
