import { takeOldest } from '../../support/index.ts'

/** Values by user key, loaded once and kept until something changes them. */
export interface UserCache<Value> {
  /** The kept value, or what `load` gives. */
  get(userKey: string, load: () => Promise<Value>): Promise<Value>
  /** The kept value, if any; asks no one. */
  peek(userKey: string): Value | undefined
  /** Must be called when a change is handed to the connection, before it is carried out. */
  forget(userKey: string): void
  /** Applies a change that is durable to the kept value. */
  update(userKey: string, change: (value: Value) => Value): void
}

/** Part of `maxUsers` that makes room together. */
const droppedAtOnce = 0.01

/**
 * Keeps the values of at most `maxUsers` users, oldest out first. It relies on the connection
 * carrying requests out in the order they were handed over: a load that was handed over before a
 * change is forgotten by that change, one handed over later sees it.
 */
export function createUserCache<Value>(maxUsers: number): UserCache<Value> {
  const kept = new Map<string, Value>()
  const loading = new Map<string, Promise<Value>>()

  function keep(userKey: string, value: Value): void {
    if (maxUsers === 0) return
    if (kept.size >= maxUsers && !kept.has(userKey)) {
      takeOldest(kept, Math.max(1, Math.floor(maxUsers * droppedAtOnce)))
    }
    kept.set(userKey, value)
  }

  return {
    async get(userKey, load) {
      const value = kept.get(userKey)
      if (value !== undefined) return value
      const promise = load()
      loading.set(userKey, promise)
      try {
        const loaded = await promise
        if (loading.get(userKey) === promise) keep(userKey, loaded)
        return loaded
      } finally {
        if (loading.get(userKey) === promise) loading.delete(userKey)
      }
    },
    peek: (userKey) => kept.get(userKey),
    forget(userKey) {
      kept.delete(userKey)
      loading.delete(userKey)
    },
    update(userKey, change) {
      // A load under way may have read the row before the change.
      loading.delete(userKey)
      const value = kept.get(userKey)
      if (value !== undefined) kept.set(userKey, change(value))
    },
  }
}
