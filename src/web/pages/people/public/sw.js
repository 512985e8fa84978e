// Shows that a sign-in waits, and opens the page that answers it. It keeps nothing and answers no request: pages load as if
// it were not there.

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('push', (event) => event.waitUntil(show(event.data)))

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(openPage(event.notification.tag))
})

/** Always: a browser takes the subscription away from whoever shows nothing. */
async function show(data) {
  const { title, body, tag } = read(data)
  await self.registration.showNotification(title, {
    ...{ body, tag, renotify: true, requireInteraction: true },
    ...{ icon: '/icon-192.png', badge: '/badge.png' },
  })
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
