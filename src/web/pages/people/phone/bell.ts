import type { Api } from '../logic/api.ts'
import { phoneSystemOf } from '../logic/phone.ts'
import { tellBell } from './asking.ts'
import type { KeptPhone } from './store.ts'

/**
 * Whether this phone is told that a sign-in waits. `off`: the server tells no phone. `again`: it is, and was not for a while.
 * `home-screen`: an iPhone tells only what was added there.
 */
export type BellState =
  | 'off'
  | 'cannot'
  | 'home-screen'
  | 'ask'
  | 'blocked'
  | 'refused'
  | 'failed'
  | 'on'
  | 'again'

/** Safari has notifications only for pages on the Home Screen, which have a storage of their own. */
export function needsHomeScreen(): boolean {
  const isApple = phoneSystemOf(navigator.userAgent, navigator.maxTouchPoints) === 'iphone'
  return isApple && !matchMedia('(display-mode: standalone)').matches
}

/** Must be called by a tap: without one, browsers do not ask. */
export async function askPermission(): Promise<void> {
  await Notification.requestPermission()
}

/**
 * Compares what the browser has with what the server has, and makes both equal. Subscriptions vanish without a sign, after
 * an update or a while: so it is done whenever the page is opened.
 */
export async function settleBell(api: Api, phone: KeptPhone): Promise<BellState> {
  if (needsHomeScreen()) return 'home-screen'
  if (!('serviceWorker' in navigator && 'PushManager' in window)) return 'cannot'
  const { pushManager } = await registerWorker()
  const isAllowed = Notification.permission === 'granted'
  let subscription = isAllowed ? await pushManager.getSubscription() : null
  let said = await tellBell(api, phone, subscription)
  if (said?.key === undefined) return 'off'
  if (!isAllowed) return Notification.permission === 'denied' ? 'blocked' : 'ask'
  const hadStopped = said.lost === true
  const isDead = hadStopped || said.state === 'taken'
  if (subscription === null || isDead || !isFor(subscription, said.key)) {
    await subscription?.unsubscribe()
    try {
      const options = { userVisibleOnly: true, applicationServerKey: said.key }
      subscription = await pushManager.subscribe(options)
    } catch {
      return 'failed'
    }
    said = await tellBell(api, phone, subscription)
  }
  if (said?.state !== 'kept') return 'refused'
  return hadStopped ? 'again' : 'on'
}

/** This browser is not a phone any more. */
export async function dropBell(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration()
  await (await registration?.pushManager?.getSubscription())?.unsubscribe()
  await registration?.unregister()
}

/** What is over no longer waits in the list of notifications. */
export async function clearBells(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration()
  for (const shown of (await registration?.getNotifications()) ?? []) shown.close()
}

async function registerWorker(): Promise<ServiceWorkerRegistration> {
  await navigator.serviceWorker.register('/sw.js')
  return await navigator.serviceWorker.ready
}

/** A browser that does not say which key it has subscribed with is believed. */
function isFor({ options }: PushSubscription, key: string): boolean {
  const { applicationServerKey } = options
  if (applicationServerKey === null) return true
  const text = btoa(String.fromCharCode(...new Uint8Array(applicationServerKey)))
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '') === key
}
