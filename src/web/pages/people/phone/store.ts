/** This browser as a phone that approves sign-ins. Neither key can be taken out of it. */
export type KeptPhone = {
  readonly id: string
  /** Signs answers. */
  readonly key: CryptoKey
  /** Makes the code that counts without a network. */
  readonly code: CryptoKey
}

const database = 'holdfast-phone'
const table = 'phone'
/** A browser is one phone. */
const slot = 'this'

/** Undefined where this browser is not a phone, or keeps nothing. */
export async function loadPhone(): Promise<KeptPhone | undefined> {
  try {
    return (await ask<KeptPhone | undefined>('readonly', (phones) => phones.get(slot))) ?? undefined
  } catch {
    return undefined
  }
}

export async function keepPhone(phone: KeptPhone): Promise<void> {
  await ask('readwrite', (phones) => phones.put(phone, slot))
  // The browser may refuse: the page then offers to add the phone again.
  await navigator.storage?.persist?.().catch(() => false)
}

export async function forgetPhone(): Promise<void> {
  await ask('readwrite', (phones) => phones.delete(slot))
}

async function ask<Value>(
  mode: IDBTransactionMode,
  use: (phones: IDBObjectStore) => IDBRequest,
): Promise<Value> {
  const opening = indexedDB.open(database, 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(table)
  const opened: IDBDatabase = await answerOf(opening)
  try {
    return await answerOf<Value>(use(opened.transaction(table, mode).objectStore(table)))
  } finally {
    opened.close()
  }
}

function answerOf<Value>(request: IDBRequest): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as Value)
    request.onerror = () => reject(request.error)
  })
}
