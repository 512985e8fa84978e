/** A part that wants to know when something of a person has changed. */
export type Followers = {
  follow(userKey: string, changed: () => void): { stop(): void }
  tell(userKey: string): void
}

/** The one of a single process. Nothing is kept of people whom no one follows. */
export function createFollowers(): Followers {
  const followed = new Map<string, Set<() => void>>()
  return {
    follow(userKey, changed) {
      const all = followed.get(userKey) ?? new Set()
      followed.set(userKey, all)
      // A new object each time: the same function may follow twice.
      const own = () => changed()
      all.add(own)
      return {
        stop() {
          all.delete(own)
          if (all.size === 0 && followed.get(userKey) === all) followed.delete(userKey)
        },
      }
    },

    tell(userKey) {
      for (const changed of followed.get(userKey) ?? []) changed()
    },
  }
}
